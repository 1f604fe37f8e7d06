package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pinisi.http.Address;
import org.pinisi.http.Certificates;
import org.pinisi.http.Fields;
import org.pinisi.http.Handler;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

/// HTTP/3 between clients and the edge.
@Timeout(60)
final class Http3Test {
    private static final String NAME = "one.test";

    private final Certificates certificates = new Certificates();
    private final Loops loops = Loops.create("test", 1);
    private final AtomicReference<Handler> handler = new AtomicReference<>(_ -> Response.text(200, "hello"));
    private final AtomicReference<Request> asked = new AtomicReference<>();
    private final HttpServer upstream = HttpServer.builder(Address.inet("127.0.0.1", 0), this::handle, loops)
            .http2(true)
            .start();

    @TempDir
    Path folder;

    private EdgeFixture edge;

    Http3Test() {
        for (String name : List.of(NAME, "two.test")) {
            certificates.put(name, TlsFiles.certified("site"));
        }
    }

    @BeforeEach
    void start() {
        edge = new EdgeFixture(folder, certificates, "listen-tls", "127.0.0.1:0", "http3", "on", "http3-port", "4433");
        edge.route("one", new Upstream("one-1", upstream.address()));
    }

    @AfterEach
    void stop() {
        edge.close();
        upstream.close(Duration.ofMillis(10));
        loops.close();
    }

    private Response handle(Request request) throws Exception {
        asked.set(request);
        return handler.get().handle(request);
    }

    private QuicClient client() throws IOException, InterruptedException {
        return new QuicClient(edge.secure(), NAME);
    }

    @Test
    void aSmallAnswerComesWithItsFields() throws Exception {
        handler.set(_ -> Response.text(200, "hello").with("X-Own", "1"));
        try (QuicClient client = client()) {
            for (int i = 0; i < 3; i++) {
                QuicClient.Answer answer = client.get("/a?b=c");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("hello");
                assertThat(answer.field("x-own")).hasValue("1");
                assertThat(answer.field("content-length")).hasValue("5");
            }
        }
        assertThat(asked.get().target()).isEqualTo("/a?b=c");
        assertThat(asked.get().fields().first("X-Forwarded-Proto")).hasValue("https");
        assertThat(asked.get().fields().first("X-Forwarded-Host")).hasValue(NAME);
        assertThat(asked.get().fields().first("X-Forwarded-For")).hasValue("127.0.0.1");
    }

    @ParameterizedTest
    @EnumSource(
            value = UpstreamProtocol.class,
            names = {"HTTP1", "H2C"})
    void aLargeBodyPassesBothWays(UpstreamProtocol protocol) throws Exception {
        edge.route("one", new Upstream("one-1", upstream.address()).withProtocol(protocol));
        byte[] body = "0123456789abcdef".repeat(200_000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        handler.set(request -> {
            byte[] read = request.body().readAllBytes();
            return Response.stream(200, "text/plain", out -> out.write(read));
        });
        try (QuicClient client = client()) {
            byte[] came = client.post("/", body).body();
            assertThat(came).hasSize(body.length);
            assertThat(Arrays.mismatch(came, body)).isEqualTo(-1);
        }
    }

    @Test
    void aRequestWithoutBodyIsNotMadeOneWithABody() throws Exception {
        try (QuicClient client = client()) {
            client.get("/");
            assertThat(asked.get().fields().has("Transfer-Encoding")).isFalse();
            assertThat(asked.get().fields().has("Content-Length")).isFalse();
        }
    }

    @Test
    void anAnswerToHeadHasNoBody() throws Exception {
        try (QuicClient client = client()) {
            QuicClient.Answer answer = client.ask("HEAD", "/", new byte[0]).get(20, TimeUnit.SECONDS);
            assertThat(answer.field("content-length")).hasValue("5");
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void trailersPass() throws Exception {
        handler.set(_ ->
                Response.stream(200, "text/plain", out -> out.write('x')).withTrailers(() -> Fields.of("X-Sum", "7")));
        edge.route("one", new Upstream("one-1", upstream.address()).withProtocol(UpstreamProtocol.H2C));
        try (QuicClient client = client()) {
            assertThat(client.get("/").trailers())
                    .hasValueSatisfying(trailers ->
                            assertThat(String.valueOf(trailers.get("x-sum"))).isEqualTo("7"));
        }
    }

    @Test
    void manyRequestsAreUnderWayAtOnce() throws Exception {
        CountDownLatch all = new CountDownLatch(100);
        handler.set(request -> {
            all.countDown();
            assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
            return Response.text(200, request.target());
        });
        try (QuicClient client = client()) {
            List<CompletableFuture<QuicClient.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(client.ask("GET", "/" + i, new byte[0]));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(answers.get(i).get(20, TimeUnit.SECONDS).text()).isEqualTo("/" + i);
            }
        }
    }

    @Test
    void aFolderIsServed() throws Exception {
        Path site = Files.createDirectory(folder.resolve("site"));
        Files.writeString(site.resolve("index.html"), "<p>hi");
        Files.writeString(site.resolve("404.html"), "not here");
        Files.write(site.resolve("large.bin"), new byte[3 << 20]);
        edge.edge().routes().put(new EdgeRoute("one", List.of(NAME), new Target.Folder(site)));
        try (QuicClient client = client()) {
            assertThat(client.get("/index.html").text()).isEqualTo("<p>hi");
            assertThat(client.get("/large.bin").body()).hasSize(3 << 20);
            assertThat(client.get("/none").status()).isEqualTo(404);
            assertThat(client.get("/index.html").field("alt-svc")).isPresent();
        }
    }

    @Test
    void whoComesOverTcpIsTold() throws Exception {
        String told = "Alt-Svc: h3=\":4433\"; ma=86400\r\n";
        try (Wire wire = new TlsWire(edge.secure()).open(NAME)) {
            assertThat(wire.get(NAME, "/").answer().head()).contains(told);
        }
        try (Wire wire = edge.connect()) {
            assertThat(wire.get(NAME, "/").answer().head()).doesNotContain("Alt-Svc");
        }
    }

    @Test
    void nobodyIsToldWhereItIsOff() throws Exception {
        try (EdgeFixture other = new EdgeFixture(folder.resolve("other"), certificates, "listen-tls", "127.0.0.1:0")) {
            other.route("one", new Upstream("one-1", upstream.address()));
            try (Wire wire = new TlsWire(other.secure()).open(NAME)) {
                assertThat(wire.get(NAME, "/").answer().head()).doesNotContain("Alt-Svc");
            }
        }
    }

    @Test
    void anUnknownNameIsRefused() {
        assertThatThrownBy(() -> new QuicClient(edge.secure(), "unknown.test")).isInstanceOf(IOException.class);
    }

    @Test
    void aHostThatTheCertificateDoesNotCoverIsMisdirected() throws Exception {
        certificates.put("other.test", TlsFiles.certified("other"));
        edge.route("other", new Upstream("one-1", upstream.address()));
        try (QuicClient client = client()) {
            QuicClient.Answer answer =
                    client.ask("other.test", "GET", "/", new byte[0]).get(20, TimeUnit.SECONDS);
            assertThat(answer.status()).isEqualTo(421);
        }
    }

    @Test
    void anUpstreamThatIsGoneMakes502() throws Exception {
        edge.route("one", new Upstream("one-1", Address.inet("127.0.0.1", 1)));
        try (QuicClient client = client()) {
            assertThat(client.get("/").status()).isEqualTo(502);
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNotTakenForWhole() throws Exception {
        handler.set(_ -> Response.stream(200, "text/plain", out -> {
            out.write("part".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            out.flush();
            throw new IOException("disk gone");
        }));
        try (QuicClient client = client()) {
            assertThatThrownBy(() -> client.get("/"))
                    .rootCause()
                    .isInstanceOf(io.netty.handler.codec.quic.QuicStreamResetException.class);
        }
    }

    @Test
    void whoLeavesIsNotWaitedFor() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        handler.set(_ -> {
            called.countDown();
            try {
                return ended.await(20, TimeUnit.SECONDS) ? Response.text(200, "") : Response.text(500, "");
            } finally {
                ended.countDown();
            }
        });
        try (QuicClient client = client()) {
            CompletableFuture<QuicClient.Answer> answer = client.ask("GET", "/", new byte[0]);
            assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(answer).isNotDone();
        }
        Awaitility.await().until(() -> edge.inFlight("one", "one-1") == 0);
        ended.countDown();
    }

    @Test
    void requestsAreCountedAndLoggedAsTheirVersion() throws Exception {
        Path log = folder.resolve("access.log");
        try (EdgeFixture logged = new EdgeFixture(
                folder.resolve("logged"),
                certificates,
                "listen-tls",
                "127.0.0.1:0",
                "http3",
                "on",
                "access-log",
                log.toString())) {
            logged.route("one", new Upstream("one-1", upstream.address()));
            try (QuicClient client = new QuicClient(logged.secure(), NAME)) {
                client.get("/logged");
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(log)
                            .content()
                            .contains("\"path\":\"/logged\"")
                            .contains("\"protocol\":\"HTTP/3\"")
                            .contains("\"tls\":\"TLSv1.3\""));
        }
    }

    @Test
    void aRequestUnderWayEndsBeforeTheEdgeStops() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        handler.set(_ -> {
            called.countDown();
            assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
            return Response.text(200, "late");
        });
        try (QuicClient client = client()) {
            CompletableFuture<QuicClient.Answer> answer = client.ask("GET", "/", new byte[0]);
            assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();
            Thread closing = Thread.ofVirtual().start(edge::close);
            Awaitility.await().until(() -> edge.edge().health().connections() == 1);
            go.countDown();
            assertThat(answer.get(20, TimeUnit.SECONDS).text()).isEqualTo("late");
            assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
        }
    }
}
