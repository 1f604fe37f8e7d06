package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;

/// Routes to a folder, with no process behind.
@Timeout(60)
final class FolderTest {
    @TempDir
    Path folder;

    private void serve(EdgeFixture edge) throws IOException {
        Path site = Files.createDirectories(folder.resolve("site"));
        Files.writeString(site.resolve("index.html"), "<h1>ship</h1>");
        Files.writeString(site.resolve("404.html"), "lost at sea");
        Files.write(site.resolve("large.bin"), new byte[3 << 20]);
        edge.edge().routes().put(new EdgeRoute("site", List.of("site.test"), new Target.Folder(site)));
    }

    @Test
    void servesFilesOverAndOverOnOneConnection() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder);
                Wire wire = edge.connect()) {
            serve(edge);
            for (int i = 0; i < 5; i++) {
                assertThat(wire.get("site.test", "/").answer().body()).isEqualTo("<h1>ship</h1>");
                assertThat(wire.get("site.test", "/large.bin").answer().body()).hasSize(3 << 20);
                Wire.Answer missing = wire.get("site.test", "/none").answer();
                assertThat(missing.status()).isEqualTo(404);
                assertThat(missing.body()).isEqualTo("lost at sea");
            }
            Awaitility.await().until(() -> edge.stats("site").clientErrors() == 5);
            assertThat(edge.stats("site").successful()).isEqualTo(10);
        }
    }

    @Test
    void answersPipelinedRequestsForFilesAndUpstreamsInTheirOrder() throws Exception {
        try (Origin origin = Origin.answering("app");
                EdgeFixture edge = new EdgeFixture(folder);
                Wire wire = edge.connect()) {
            serve(edge);
            edge.route("app", origin.upstream("app-1"));
            for (int i = 0; i < 50; i++) {
                wire.get("site.test", "/?" + i).get("app.test", "/").get("site.test", "/none");
            }
            for (int i = 0; i < 50; i++) {
                assertThat(wire.answer().body()).isEqualTo("<h1>ship</h1>");
                assertThat(wire.answer().body()).isEqualTo("app");
                assertThat(wire.answer().body()).isEqualTo("lost at sea");
            }
        }
    }

    @Test
    void takesABodyThatAFolderHasNoUseFor() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder);
                Wire wire = edge.connect()) {
            serve(edge);
            wire.send("POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 5\r\n\r\nabcde");
            assertThat(wire.answer().status()).isEqualTo(405);
            assertThat(wire.get("site.test", "/").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void closesWhenTheClientAsksForIt() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder);
                Wire wire = edge.connect()) {
            serve(edge);
            wire.send("GET /large.bin HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n");
            assertThat(wire.answer().body()).hasSize(3 << 20);
            assertThat(wire.isEnded()).isTrue();
        }
    }

    private RouteRules headers() {
        return RouteRules.none()
                .withAnswerHeaders(new HeaderRule(
                        Map.of("X-Frame-Options", "DENY", "Content-Security-Policy", "default-src 'self'"),
                        Map.of("X-Asked", "${scheme}://${host}"),
                        List.of("Allow")));
    }

    @ParameterizedTest(name = "HTTP/2 {0}")
    @ValueSource(booleans = {false, true})
    void itsAnswersSayWhatTheRouteWants(boolean http2) throws Exception {
        HttpClient.Builder builder = HttpClient.builder();
        try (EdgeFixture edge = new EdgeFixture(folder);
                HttpClient client = (http2 ? builder.http2PriorKnowledge() : builder).build()) {
            serve(edge);
            for (HeaderRule rule : List.of(headers().answerHeaders(), HeaderRule.none())) {
                edge.edge()
                        .routes()
                        .put(new EdgeRoute("site", List.of("site.test"), new Target.Folder(folder.resolve("site")))
                                .withRules(RouteRules.none().withAnswerHeaders(rule)));
                for (String path : List.of("/", "/", "/large.bin", "/none")) {
                    ClientRequest request = ClientRequest.get(path).with("Host", "site.test");
                    try (ClientResponse answer =
                            client.send(edge.edge().addresses().getFirst(), request)) {
                        answer.bodyAsBytes(4 << 20);
                        boolean ruled = !rule.isEmpty();
                        assertThat(answer.fields().values("X-Frame-Options"))
                                .isEqualTo(ruled ? List.of("DENY") : List.of());
                        assertThat(answer.fields().values("X-Asked"))
                                .isEqualTo(ruled ? List.of("http://site.test") : List.of());
                    }
                }
                ClientRequest post =
                        ClientRequest.post("/", "text/plain", new byte[3]).with("Host", "site.test");
                try (ClientResponse answer = client.send(edge.edge().addresses().getFirst(), post)) {
                    assertThat(answer.status()).isEqualTo(405);
                    assertThat(answer.fields().has("Allow")).isEqualTo(rule.isEmpty());
                }
            }
        }
    }

    @Test
    void startsWithoutAFolderThatIsGoneAndSaysUnavailable() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder)) {
            serve(edge);
        }
        Files.move(folder.resolve("site"), folder.resolve("elsewhere"));
        try (EdgeFixture edge = new EdgeFixture(folder);
                Wire wire = edge.connect()) {
            assertThat(wire.get("site.test", "/").answer().status()).isEqualTo(503);
        }
    }
}
