package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.http.Address;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Response;

/// HTTP/1.0 beside HTTP/2, and what else the two do to each other.
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
final class OldVersionsTest {
    @TempDir
    Path folder;

    private static ClientResponse ask(EdgeFixture edge, HttpClient client, ClientRequest request)
            throws InterruptedException {
        return client.send(
                org.pinisi.http.Origin.plain(edge.edge().addresses().getFirst()), request.with("Host", "app.test"));
    }

    @Test
    void aClientOfHttp10GetsAnAnswerOfUnknownLengthThatEndsByClosing() throws Exception {
        try (Loops loops = Loops.create("test", 1);
                HttpServer upstream = HttpServer.builder(
                                Address.inet("127.0.0.1", 0),
                                _ -> Response.stream(200, "text/plain", out -> out.write("abc".getBytes(US_ASCII)))
                                        .withTrailers(() -> Fields.of("X-Sum", "6")),
                                loops)
                        .http2(true)
                        .start();
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", new Upstream("app-1", upstream.address()).withProtocol(UpstreamProtocol.H2C));
            try (Wire wire = edge.connect()) {
                wire.send("GET / HTTP/1.0\r\nHost: app.test\r\nConnection: keep-alive\r\n\r\n");
                Wire.Answer answer = wire.answer();
                assertThat(answer.head().toLowerCase(java.util.Locale.ROOT))
                        .startsWith("http/1.1 200")
                        .contains("connection: close")
                        .doesNotContain("transfer-encoding");
                assertThat(answer.body()).isEqualTo("abc");
            }
            upstream.close(Duration.ofMillis(10));
        }
    }

    @Test
    void anUpstreamOfHttp10EndsItsAnswerByClosing() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.send("HTTP/1.0 200 OK\r\nX-Own: 1\r\n\r\nabc");
                    return false;
                });
                EdgeFixture edge = new EdgeFixture(folder);
                HttpClient client = HttpClient.builder().http2PriorKnowledge().build()) {
            edge.route("app", origin.upstream("app-1"));
            for (int i = 0; i < 2; i++) {
                try (ClientResponse answer = ask(edge, client, ClientRequest.get("/"))) {
                    assertThat(answer.fields().first("x-own")).hasValue("1");
                    assertThat(answer.bodyAsText(9)).isEqualTo("abc");
                }
            }
        }
    }

    @Test
    void earlyHintsReachAClientOfHttp2() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n");
                    return exchange.ok("abc");
                });
                EdgeFixture edge = new EdgeFixture(folder);
                FrameWire wire = new FrameWire(edge.edge().addresses().getFirst()).begin()) {
            edge.route("app", origin.upstream("app-1"));
            wire.send(FrameWire.frame(
                    FrameWire.HEADERS,
                    FrameWire.END_STREAM | FrameWire.END_HEADERS,
                    1,
                    FrameWire.block("GET", "app.test")));
            assertThat(new String(wire.read(FrameWire.HEADERS).payload(), US_ASCII))
                    .contains("103")
                    .contains("</a.css>");
            assertThat(wire.read(FrameWire.HEADERS).payload()[0]).isEqualTo((byte) 0x88);
            assertThat(new String(wire.read(FrameWire.DATA).payload(), US_ASCII))
                    .isEqualTo("abc");
        }
    }

    @Test
    void trailersOfARequestReachTheUpstreamWithoutThoseThatDescribeTheMessage() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>("");
        try (Origin origin = new Origin(exchange -> {
                    seen.set(exchange.read("3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n".length()));
                    return exchange.ok("done");
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3\r\nabc\r\n0\r\nX-Sum: 6\r\nContent-Length: 9\r\n\r\n");
                assertThat(wire.answer().body()).isEqualTo("done");
            }
            assertThat(seen.get()).isEqualTo("3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n");
        }
    }

    @Test
    void trailersComeOnlyToAClientOfHttp11ThatAsksForThem() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.send(
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n");
                    return true;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send("GET / HTTP/1.1\r\nHost: app.test\r\nTE: trailers\r\nConnection: TE\r\n\r\n");
                Wire.head(wire.in());
                assertThat(new String(wire.in().readNBytes(23), US_ASCII))
                        .isEqualTo("3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n");
                wire.get("app.test", "/");
                Wire.head(wire.in());
                assertThat(new String(wire.in().readNBytes(13), US_ASCII)).isEqualTo("3\r\nabc\r\n0\r\n\r\n");
                assertThat(wire.get("nobody.test", "/").answer().status()).isEqualTo(404);
            }
        }
    }

    @Test
    void hostAndAuthorityMustAgree() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (Origin origin = new Origin(exchange -> {
                    asked.incrementAndGet();
                    return exchange.ok("abc");
                });
                EdgeFixture edge = new EdgeFixture(folder);
                FrameWire wire = new FrameWire(edge.edge().addresses().getFirst()).begin()) {
            edge.route("app", origin.upstream("app-1"));
            wire.send(FrameWire.frame(
                    FrameWire.HEADERS,
                    FrameWire.END_STREAM | FrameWire.END_HEADERS,
                    1,
                    FrameWire.block("GET", "app.test", "host", "other.test")));
            assertThat(wire.read(FrameWire.RST_STREAM).stream()).isEqualTo(1);
            wire.send(FrameWire.frame(
                    FrameWire.HEADERS,
                    FrameWire.END_STREAM | FrameWire.END_HEADERS,
                    3,
                    FrameWire.block("GET", "app.test", "connection", "close")));
            assertThat(wire.read(FrameWire.RST_STREAM).stream()).isEqualTo(3);
            assertThat(asked).hasValue(0);
        }
    }

    @Test
    void cookiesInCrumbsReachTheUpstreamAsOne() throws Exception {
        try (Origin origin = Origin.answering("abc");
                EdgeFixture edge = new EdgeFixture(folder);
                FrameWire wire = new FrameWire(edge.edge().addresses().getFirst()).begin()) {
            edge.route("app", origin.upstream("app-1"));
            wire.send(FrameWire.frame(
                    FrameWire.HEADERS,
                    FrameWire.END_STREAM | FrameWire.END_HEADERS,
                    1,
                    FrameWire.block("GET", "app.test", "cookie", "a=1", "cookie", "b=2")));
            wire.read(FrameWire.DATA);
            assertThat(origin.heads().getFirst()).contains("cookie: a=1; b=2\r\n");
        }
    }
}
