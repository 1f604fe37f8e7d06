package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
final class Http3GatewayTest {
    private static final String HOST = "one.example";

    private final Loops loops = Loops.create("test", 1);
    private final Certificates certificates = new Certificates();
    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    Path folder;

    Http3GatewayTest() {
        certificates.put("one.example", TlsPeer.certified("one"));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
        loops.close();
    }

    private int start(FastPath path) {
        TlsServer tls = TlsServer.builder(certificates).strict(true).build();
        open.add(tls);
        Http3Gateway gateway =
                new Http3Gateway(tls, HttpLimits.defaults(), Http2Limits.defaults(), InstantSource.system());
        open.add(gateway);
        return gateway.open(loops, new Address.Inet("127.0.0.1", 0), new Echoes(path))
                .port();
    }

    @Test
    void anAnswerInMemoryArrives() throws Exception {
        int port = start((request, reply) -> {
            reply.send(PreparedAnswer.status(200)
                    .field("X-Path", request.rawPath())
                    .text("hello")
                    .build());
            return true;
        });
        try (Http3Peer peer = new Http3Peer(port, HOST)) {
            Http3Peer.Answer answer = peer.get(HOST, "/a");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(answer.field("x-path")).isEqualTo("/a");
            assertThat(answer.field("content-length")).isEqualTo("5");
        }
    }

    @Test
    void aBodyIsEchoed() throws Exception {
        int port = start((_, _) -> false);
        byte[] body = "0123456789abcdef".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        try (Http3Peer peer = new Http3Peer(port, HOST)) {
            Http3Peer.Answer answer = peer.ask(Http3Peer.head("POST", HOST, "/echo"), body);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(body);
        }
    }
}
