package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;

/// A route's rules hold for clients of HTTP/2 as for others.
@Timeout(60)
final class RulesOverHttp2Test {
    private static final String TEXT = "the same words again and again, ".repeat(200);

    @TempDir
    Path folder;

    private interface Session {
        void run(EdgeFixture edge, HttpClient client, Origin origin) throws Exception;
    }

    private void with(RouteRules rules, Session session) throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.body();
                    exchange.send(Wire.lines(
                            "HTTP/1.1 200 OK",
                            "Content-Type: text/plain",
                            "X-Path: " + exchange.target(),
                            "Content-Length: " + TEXT.length()));
                    exchange.send(TEXT);
                    return true;
                });
                EdgeFixture edge = new EdgeFixture(folder);
                HttpClient client = HttpClient.builder().http2PriorKnowledge().build()) {
            edge.edge()
                    .routes()
                    .put(new EdgeRoute("app", List.of("*"), Target.Upstreams.of(origin.upstream("app-1")))
                            .withRules(rules));
            session.run(edge, client, origin);
        }
    }

    private static ClientResponse send(EdgeFixture edge, HttpClient client, ClientRequest request) throws Exception {
        return client.send(edge.edge().addresses().getFirst(), request);
    }

    @Test
    void gatesAnswer() throws Exception {
        RouteRules rules = RouteRules.none()
                .withRateLimit(new RateLimitRule(1, Duration.ofHours(1), 2, 16))
                .withRedirects(List.of(new RedirectRule(Optional.empty(), "/old", "/new", 302, true)));
        with(rules, (edge, client, origin) -> {
            try (ClientResponse answer = send(edge, client, ClientRequest.get("/old/x"))) {
                assertThat(answer.status()).isEqualTo(302);
                assertThat(answer.fields().first("Location")).contains("/new/x");
            }
            try (ClientResponse answer = send(edge, client, ClientRequest.get("/x"))) {
                assertThat(answer.bodyAsText(1 << 20)).isEqualTo(TEXT);
            }
            try (ClientResponse answer = send(edge, client, ClientRequest.get("/x"))) {
                assertThat(answer.status()).isEqualTo(429);
                assertThat(answer.fields().first("Retry-After")).isPresent();
            }
            assertThat(origin.heads()).hasSize(1);
        });
    }

    @Test
    void aPasswordIsTriedAndAPageServed() throws Exception {
        Path page = Files.writeString(folder.resolve("401.html"), "<h1>Who?</h1>");
        String hash = OpenBSDBCrypt.generate("2y", "secret".toCharArray(), new byte[16], 4);
        RouteRules rules = RouteRules.none()
                .withBasicAuth(new BasicAuthRule("shop", Map.of("eva", hash)))
                .withErrorPages(Map.of(401, page));
        with(rules, (edge, client, origin) -> {
            try (ClientResponse answer = send(edge, client, ClientRequest.get("/"))) {
                assertThat(answer.status()).isEqualTo(401);
                assertThat(answer.bodyAsText(1000)).isEqualTo("<h1>Who?</h1>");
            }
            String pair = Base64.getEncoder().encodeToString("eva:secret".getBytes(UTF_8));
            ClientRequest request = ClientRequest.get("/").with("Authorization", "Basic " + pair);
            try (ClientResponse answer = send(edge, client, request)) {
                assertThat(answer.status()).isEqualTo(200);
            }
        });
    }

    @Test
    void exchangesAreChangedOnTheirWay() throws Exception {
        RouteRules rules = RouteRules.none()
                .withRewrite(new RewriteRule(Optional.of("/shop"), Optional.empty(), Optional.of("inner.test")))
                .withAnswerHeaders(new HeaderRule(Map.of("Server", "edge"), Map.of(), List.of()))
                .withCompression(CompressionRule.defaults());
        with(rules, (edge, client, origin) -> {
            ClientRequest request = ClientRequest.get("/shop/a?b").with("Accept-Encoding", "gzip");
            try (ClientResponse answer = send(edge, client, request)) {
                assertThat(answer.fields().first("X-Path")).contains("/a?b");
                assertThat(answer.fields().first("Server")).contains("edge");
                assertThat(answer.fields().first("Content-Encoding")).contains("gzip");
                byte[] packed = answer.bodyAsBytes(1 << 20);
                try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(packed))) {
                    assertThat(new String(plain.readAllBytes(), UTF_8)).isEqualTo(TEXT);
                }
            }
            assertThat(origin.heads().getFirst()).contains("\r\nHost: inner.test\r\n");
        });
    }

    @Test
    void aBodyIsBounded() throws Exception {
        RouteRules rules = RouteRules.none()
                .withLimits(new RequestLimitsRule(OptionalLong.of(10), OptionalLong.empty(), List.of()));
        with(rules, (edge, client, origin) -> {
            ClientRequest request = ClientRequest.of("POST", "/")
                    .withBody("text/plain", out -> out.write("0123456789abcdef".getBytes(UTF_8)));
            try (ClientResponse answer = send(edge, client, request)) {
                assertThat(answer.status()).isEqualTo(413);
            }
        });
    }
}
