package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.Address;
import tools.jackson.databind.JsonNode;

/// What the edge says itself when no upstream answers, and the ids by which requests are followed.
@Timeout(60)
final class OwnAnswersTest {
    @TempDir
    Path folder;

    private static Upstream nobody() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Upstream("secret-unit", new Address.Inet("127.0.0.1", taken.getLocalPort()));
        }
    }

    private Wire.Answer ask(String... fields) throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder, "access-log", "access.log")) {
            edge.route("app", nobody());
            try (Wire wire = edge.connect()) {
                return wire.send("GET / HTTP/1.1\r\nHost: app.test\r\n" + String.join("", fields) + "\r\n")
                        .answer();
            }
        }
    }

    @Test
    void aBrowserGetsAPageThatNamesTheRequest() throws Exception {
        Wire.Answer answer = ask("Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\n");
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.head())
                .contains("Content-Type: text/html; charset=utf-8")
                .contains("X-Request-ID: ");
        String id = field(answer, "X-Request-ID");
        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(answer.body()).contains("<code>" + id + "</code>").doesNotContain("secret-unit", "127.0.0.1");
        assertThat(Files.readString(folder.resolve("access.log"))).contains("\"requestId\":\"" + id + "\"");
    }

    private static String field(Wire.Answer answer, String name) {
        return answer.head()
                .lines()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("");
    }

    @Test
    void aProgramGetsProblemDetails() throws Exception {
        Wire.Answer answer = ask("Accept: application/json\r\n", "X-Request-ID: mine-7\r\n");
        assertThat(field(answer, "Content-Type")).isEqualTo("application/problem+json");
        JsonNode problem = EdgeJson.parse(answer.body().getBytes(StandardCharsets.UTF_8));
        assertThat(problem.get("status").asInt()).isEqualTo(502);
        assertThat(problem.get("title").asString()).isEqualTo("Bad Gateway");
        assertThat(problem.get("requestId").asString()).isEqualTo("mine-7");
        assertThat(answer.body()).doesNotContain("secret-unit", "127.0.0.1");
    }

    @Test
    void aTerminalGetsText() throws Exception {
        Wire.Answer answer = ask("Accept: text/plain\r\n");
        assertThat(answer.body()).startsWith("502 Bad Gateway\n").contains("Request: ");
    }

    @Test
    void grpcGetsItsStatusAndNoBody() throws Exception {
        Wire.Answer answer = ask("Content-Type: application/grpc+proto\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(field(answer, "grpc-status")).isEqualTo("14");
        assertThat(field(answer, "grpc-message")).isEqualTo("Bad Gateway");
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<script>alert(1)</script>", "\"onload=", "a b"})
    void anIdThatCouldDoHarmIsNotRepeated(String id) throws Exception {
        Wire.Answer answer = ask("X-Request-ID: " + id + "\r\n");
        assertThat(answer.head() + answer.body()).doesNotContain(id);
        assertThat(field(answer, "X-Request-ID")).matches("[0-9a-f]{32}");
    }

    @Test
    void aValidTracePassesAndAMalformedOneIsReplaced() throws Exception {
        String valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder, "access-log", "access.log", "loops", "1")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send(Wire.lines("GET /1 HTTP/1.1", "Host: app.test", "traceparent: " + valid, "tracestate: a=1"))
                        .answer();
                wire.send(Wire.lines("GET /2 HTTP/1.1", "Host: app.test", "traceparent: no", "tracestate: a=1"))
                        .answer();
                wire.get("app.test", "/3").answer();
            }
            List<String> heads = origin.heads();
            assertThat(heads.get(0)).contains("traceparent: " + valid + "\r\n").contains("tracestate: a=1\r\n");
            assertThat(heads.get(1))
                    .containsPattern("traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01\r\n")
                    .doesNotContain("tracestate", "traceparent: no");
            assertThat(heads.get(2)).doesNotContain("traceparent").doesNotContain("X-Request-ID");
        }
        List<String> lines = Files.readAllLines(folder.resolve("access.log"));
        assertThat(lines.getFirst()).contains("\"trace\":\"0af7651916cd43dd8448eb211c80319c\"");
        assertThat(lines.get(2)).doesNotContain("\"trace\"").doesNotContain("\"requestId\"");
    }

    @Test
    void aRouteThatStartsTracesTellsItsUpstreamAndTheLogTheSame() throws Exception {
        try (Origin origin = Origin.answering("hello")) {
            Upstream upstream = origin.upstream("app-1");
            try (EdgeFixture edge = new EdgeFixture(folder, "access-log", "access.log")) {
                edge.edge()
                        .routes()
                        .put(new EdgeRoute("app", List.of("app.test"), Target.Upstreams.of(upstream))
                                .withRules(RouteRules.none().withTrace(TraceRule.START)));
                try (Wire wire = edge.connect()) {
                    wire.get("app.test", "/").answer();
                }
            }
            JsonNode told = EdgeJson.parse(Files.readAllBytes(folder.resolve("access.log")));
            assertThat(origin.heads().getFirst())
                    .contains("traceparent: 00-" + told.get("trace").asString() + "-")
                    .contains("X-Request-ID: " + told.get("requestId").asString() + "\r\n");
        }
    }
}
