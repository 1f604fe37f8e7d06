package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class TrailersTest {
    private final Loops loops = Loops.create("test", 1);
    private final AtomicReference<HttpServer> server = new AtomicReference<>();

    @AfterEach
    void stop() {
        server.get().close(Duration.ofMillis(1));
        loops.close();
    }

    private Wire connect(Handler handler) throws IOException {
        server.set(
                HttpServer.builder(Address.inet("127.0.0.1", 0), handler, loops).start());
        return new Wire(server.get().address());
    }

    private static Response counted() {
        StringBuilder seen = new StringBuilder();
        return Response.stream(200, "text/plain", out -> {
                    out.write("abc".getBytes(StandardCharsets.US_ASCII));
                    seen.append("abc");
                })
                .withTrailers(() -> Fields.of("X-Seen", seen.toString()));
    }

    @Test
    void areSentBehindAStreamToAClientThatTakesThem() throws IOException {
        try (Wire wire = connect(_ -> counted())) {
            wire.send("GET / HTTP/1.1\r\nHost: h\r\nTE: gzip, trailers\r\nConnection: TE\r\n\r\n");
            assertThat(wire.head()).contains("Transfer-Encoding: chunked");
            assertThat(wire.bytes(26)).isEqualTo("3\r\nabc\r\n0\r\nX-Seen: abc\r\n\r\n");
        }
    }

    @Test
    void areLeftOutForOthers() throws IOException {
        try (Wire wire = connect(_ -> counted())) {
            wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").head();
            assertThat(wire.bytes(13)).isEqualTo("3\r\nabc\r\n0\r\n\r\n");
            wire.send("GET / HTTP/1.0\r\nTE: trailers\r\n\r\n").head();
            assertThat(wire.rest()).isEqualTo("abc");
        }
    }

    @Test
    void makeABodyOfBytesChunked() throws IOException {
        try (Wire wire = connect(_ -> Response.text(200, "abc").withTrailers(() -> Fields.of("X-Seen", "all")))) {
            wire.send("GET / HTTP/1.1\r\nHost: h\r\nTE: trailers\r\n\r\n");
            assertThat(wire.head()).contains("Transfer-Encoding: chunked").doesNotContain("Content-Length");
            assertThat(wire.bytes(26)).isEqualTo("3\r\nabc\r\n0\r\nX-Seen: all\r\n\r\n");
            wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|abc");
            wire.send("HEAD / HTTP/1.1\r\nHost: h\r\nTE: trailers\r\n\r\n");
            assertThat(wire.head()).contains("Content-Length: 3");
        }
    }

    @Test
    void ofARequestAreKnownOnceItsBodyIsRead() throws IOException {
        try (Wire wire = connect(request -> {
            String before = request.trailers().first("X-Sum").orElse("none");
            String body = new String(request.bodyAsBytes(99), StandardCharsets.US_ASCII);
            return Response.text(
                    200,
                    before + " " + body + " "
                            + request.trailers().first("X-Sum").orElse("none"));
        })) {
            String head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n";
            wire.send(head + "X-Sum: 6\r\nContent-Length: 9\r\n\r\n");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|none abc 6");
            assertThat(wire.send(head + "\r\n").answer()).isEqualTo("HTTP/1.1 200 OK|none abc none");
        }
    }
}
