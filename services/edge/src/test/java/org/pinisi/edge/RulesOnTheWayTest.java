package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a route changes about requests and answers on their way.
@Timeout(60)
final class RulesOnTheWayTest {
    private static final String TEXT = "the same words again and again, ".repeat(200);

    @TempDir
    Path folder;

    private EdgeFixture edge(RouteRules rules, Origin origin) {
        EdgeFixture edge = new EdgeFixture(folder);
        edge.edge()
                .routes()
                .put(new EdgeRoute("app", List.of("app.test"), Target.Upstreams.of(origin.upstream("app-1")))
                        .withRules(rules));
        return edge;
    }

    private static RouteRules rewrite(String strip, String add, String host) {
        return RouteRules.none()
                .withRewrite(new RewriteRule(
                        Optional.of(strip).filter(text -> !text.isEmpty()),
                        Optional.of(add).filter(text -> !text.isEmpty()),
                        Optional.of(host).filter(text -> !text.isEmpty())));
    }

    @ParameterizedTest
    @CsvSource({
        "/shop/a?b=/shop, /a?b=/shop",
        "/shop, /",
        "/shop?x, /?x",
        "/shop/, /",
        "/shop//x, /x",
        "/shopping, /shopping",
        "/other, /other",
        "http://app.test/shop/a, /a",
    })
    void takesAPrefixOff(String target, String seen) throws Exception {
        try (Origin origin = new Origin(exchange -> exchange.ok(exchange.target()));
                EdgeFixture edge = edge(rewrite("/shop", "", ""), origin);
                Wire wire = edge.connect()) {
            assertThat(wire.get("app.test", target).answer().body()).isEqualTo(seen);
        }
    }

    @ParameterizedTest
    @CsvSource({"/shop/a, /api/v1/a", "/, /api/v1/", "/shop, /api/v1/", "/a/../b, /api/v1/a/../b"})
    void putsAPrefixBefore(String target, String seen) throws Exception {
        try (Origin origin = new Origin(exchange -> exchange.ok(exchange.target()));
                EdgeFixture edge = edge(rewrite("/shop", "/api/v1", ""), origin);
                Wire wire = edge.connect()) {
            assertThat(wire.get("app.test", target).answer().body()).isEqualTo(seen);
        }
    }

    @ParameterizedTest
    @CsvSource({"/../x", "/shop/../x", "/%2e%2e/x", "/a/..%2f..%2fx", "/..;/x", "/..%5cx"})
    void noPathLeadsOutOfThePrefixThatIsPutBefore(String target) throws Exception {
        try (Origin origin = new Origin(exchange -> exchange.ok(exchange.target()));
                EdgeFixture edge = edge(rewrite("/shop", "/api", ""), origin);
                Wire wire = edge.connect()) {
            assertThat(wire.get("app.test", target).answer().status()).isEqualTo(400);
            assertThat(origin.heads()).isEmpty();
        }
    }

    @Test
    void theUpstreamSeesAnotherHostAndIsToldTheClients() throws Exception {
        try (Origin origin = Origin.answering("x");
                EdgeFixture edge = edge(rewrite("", "", "inner.test"), origin);
                Wire wire = edge.connect()) {
            wire.get("app.test:8080", "/").answer();
            assertThat(origin.heads().getFirst())
                    .contains("\r\nHost: inner.test\r\n")
                    .contains("\r\nX-Forwarded-Host: app.test:8080\r\n")
                    .doesNotContain("Host: app.test:8080\r\nHost");
        }
    }

    @Test
    void changesTheRequestsFields() throws Exception {
        HeaderRule rule = new HeaderRule(
                Map.of("X-Asked", "${scheme}://${host}", "X-Who", "${client-address}"),
                Map.of("Accept", "text/plain"),
                List.of("cookie"));
        try (Origin origin = Origin.answering("x");
                EdgeFixture edge = edge(RouteRules.none().withRequestHeaders(rule), origin);
                Wire wire = edge.connect()) {
            wire.send("GET / HTTP/1.1\r\nHost: App.Test\r\nx-who: me\r\nAccept: a/b\r\nCookie: c=d\r\n\r\n")
                    .answer();
            assertThat(origin.heads().getFirst())
                    .contains("\r\nX-Asked: http://app.test\r\n")
                    .contains("\r\nX-Who: 127.0.0.1\r\n")
                    .contains("\r\nAccept: a/b\r\n")
                    .contains("\r\nAccept: text/plain\r\n")
                    .doesNotContain("me\r\n")
                    .doesNotContain("Cookie");
        }
    }

    @Test
    void changesTheAnswersFieldsAndNothingElse() throws Exception {
        HeaderRule rule =
                new HeaderRule(Map.of("Server", "edge"), Map.of("X-Frame-Options", "DENY"), List.of("x-powered-by"));
        try (Origin origin = new Origin(exchange -> {
                    exchange.body();
                    exchange.send("HTTP/1.1 200 OK\r\nServer: a\r\nX-Powered-By: b\r\nX-C: c\r\n"
                            + "Content-Length: 5\r\n\r\nhello");
                    return true;
                });
                EdgeFixture edge = edge(RouteRules.none().withAnswerHeaders(rule), origin);
                Wire wire = edge.connect()) {
            for (int i = 0; i < 3; i++) {
                Wire.Answer answer = wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 3\r\n\r\nabc")
                        .answer();
                assertThat(answer.body()).isEqualTo("hello");
                assertThat(answer.head())
                        .contains("\r\nServer: edge\r\n")
                        .contains("\r\nX-Frame-Options: DENY\r\n")
                        .contains("\r\nX-C: c\r\n")
                        .doesNotContain("X-Powered-By");
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    // ---- compression

    private static RouteRules compressing() {
        return RouteRules.none().withCompression(CompressionRule.defaults());
    }

    private static Origin typed(String fields, String body) {
        return new Origin(exchange -> {
            exchange.body();
            exchange.send("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            return true;
        });
    }

    private static Wire.Answer accepting(Wire wire, String codings) throws IOException {
        return wire.send("GET / HTTP/1.1\r\nHost: app.test\r\nAccept-Encoding: " + codings + "\r\n\r\n")
                .answer();
    }

    private static String unpacked(String coding, String body) throws IOException {
        InputStream bytes = new ByteArrayInputStream(body.getBytes(ISO_8859_1));
        try (InputStream plain = switch (coding) {
            case "gzip" -> new GZIPInputStream(bytes);
            case "zstd" -> new ZstdInputStream(bytes);
            default -> {
                Brotli4jLoader.ensureAvailability();
                yield new BrotliInputStream(bytes);
            }
        }) {
            return new String(plain.readAllBytes(), ISO_8859_1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip | gzip",
                "br | br",
                "zstd | zstd",
                "gzip, br, zstd | zstd",
                "gzip, br | br",
                "zstd;q=0, br;q=0, * | gzip"
            })
    void compressesWithTheBestThatTheClientAccepts(String accepted, String coding) throws Exception {
        try (Origin origin = typed("Content-Type: text/html; charset=utf-8\r\nETag: \"1\"\r\n", TEXT);
                EdgeFixture edge = edge(compressing(), origin);
                Wire wire = edge.connect()) {
            for (int i = 0; i < 2; i++) {
                Wire.Answer answer = accepting(wire, accepted);
                assertThat(answer.head())
                        .contains("\r\nContent-Encoding: " + coding + "\r\n")
                        .contains("\r\nVary: Accept-Encoding\r\n")
                        .contains("\r\nETag: W/\"1\"\r\n");
                assertThat(answer.has("content-length")).isFalse();
                assertThat(answer.body()).hasSizeLessThan(TEXT.length() / 10);
                assertThat(unpacked(coding, answer.body())).isEqualTo(TEXT);
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Type: text/html~ | identity",
                "Content-Type: text/html~ | gzip;q=0",
                "Content-Type: image/png~ | gzip",
                "Content-Type: text/event-stream~ | gzip",
                "X: y~ | gzip",
                "Content-Type: text/html~Content-Encoding: gzip~ | gzip",
                "Content-Type: text/html~Cache-Control: max-age=1, No-Transform~ | gzip",
                "Content-Type: text/html~Content-Range: bytes 0-9/10~ | gzip",
            })
    void leavesAloneWhatMustNotBeCompressed(String fields, String accepted) throws Exception {
        try (Origin origin = typed(fields.strip().replace("~", "\r\n"), TEXT);
                EdgeFixture edge = edge(compressing(), origin);
                Wire wire = edge.connect()) {
            Wire.Answer answer = accepting(wire, accepted);
            assertThat(answer.body()).isEqualTo(TEXT);
            assertThat(answer.has("content-length")).isTrue();
        }
    }

    @Test
    void leavesSmallAnswersAlone() throws Exception {
        try (Origin origin = typed("Content-Type: text/html\r\n", "small");
                EdgeFixture edge = edge(compressing(), origin);
                Wire wire = edge.connect()) {
            assertThat(accepting(wire, "gzip").body()).isEqualTo("small");
        }
    }

    @Test
    void whatMayDependOnTheClientSaysSoToCaches() throws Exception {
        try (Origin origin = typed("Content-Type: text/html\r\nVary: Origin\r\n", TEXT);
                EdgeFixture edge = edge(compressing(), origin);
                Wire wire = edge.connect()) {
            assertThat(accepting(wire, "identity").head())
                    .contains("\r\nVary: Origin\r\n")
                    .contains("\r\nVary: Accept-Encoding\r\n");
        }
    }

    @Test
    void aCompressedAnswerArrivesAsItComes() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        try (Origin origin = new Origin(exchange -> {
                    exchange.send(
                            Wire.lines("HTTP/1.1 200 OK", "Content-Type: text/plain", "Transfer-Encoding: chunked"));
                    exchange.send("6\r\nfirst,\r\n");
                    try {
                        assertThat(read.await(20, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException interrupted) {
                        throw new IOException(interrupted);
                    }
                    exchange.send("7\r\n second\r\n0\r\n\r\n");
                    return true;
                });
                EdgeFixture edge = edge(compressing(), origin);
                Wire wire = edge.connect()) {
            wire.send("GET / HTTP/1.1\r\nHost: app.test\r\nAccept-Encoding: gzip\r\n\r\n");
            assertThat(Wire.head(wire.in())).contains("Content-Encoding: gzip");
            InputStream plain = new GZIPInputStream(new Chunks(wire.in()), 64);
            assertThat(new String(plain.readNBytes(6), ISO_8859_1)).isEqualTo("first,");
            read.countDown();
            assertThat(new String(plain.readAllBytes(), ISO_8859_1)).isEqualTo(" second");
        }
    }

    /// The content of a chunked body, as far as it has come.
    private static final class Chunks extends InputStream {
        private final InputStream in;
        private int left;
        private boolean ended;

        Chunks(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0 && !ended) {
                left = Integer.parseInt(line().strip(), 16);
                ended = left == 0;
            }
            if (ended) {
                return -1;
            }
            int count = in.read(bytes, offset, Math.min(length, left));
            left -= count;
            if (left == 0) {
                line();
            }
            return count;
        }

        @Override
        public int available() {
            return left;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                line.append((char) next);
            }
            return line.toString();
        }
    }
}
