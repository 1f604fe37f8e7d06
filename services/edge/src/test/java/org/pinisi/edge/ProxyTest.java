package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Requests and answers in order, one after the other, on kept connections.
@Timeout(60)
final class ProxyTest {
    @TempDir
    Path folder;

    @Test
    void passesARequestToItsUpstreamAndTheAnswerBack() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                Wire.Answer answer = wire.get("app.test", "/a?b=c").answer();
                assertThat(answer.head()).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
                assertThat(answer.body()).isEqualTo("hello");
            }
            assertThat(origin.heads())
                    .containsExactly("GET /a?b=c HTTP/1.1\r\nHost: app.test\r\nX-Forwarded-For: 127.0.0.1\r\n"
                            + "X-Real-IP: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: app.test\r\n\r\n");
        }
    }
}
