package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The same for both engines.
@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
final class TlsServerTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String LARGE = "0123456789abcdef".repeat(200_000);

    enum Engine {
        BORINGSSL,
        JDK
    }

    private final Engine engine;
    private final Loops loops = Loops.create("test", 1);
    private final Certificates certificates = new Certificates();
    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    Path folder;

    TlsServerTest(Engine engine) {
        this.engine = engine;
        certificates.put("", TlsPeer.certified("rsa"));
        certificates.put("one.example", TlsPeer.certified("one"));
        certificates.put("*.wild.example", TlsPeer.certified("wild"));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
        loops.close();
    }

    private TlsServer.Builder settings() {
        TlsServer.Builder builder = TlsServer.builder(certificates);
        return engine == Engine.JDK ? builder.portable() : builder;
    }

    private TlsPeer start(TlsServer.Builder settings) {
        return new TlsPeer(serve(settings, request -> Response.text(200, "secure: " + request.isSecure())));
    }

    private Address serve(TlsServer.Builder settings, Handler handler) {
        TlsServer tls = settings.build();
        open.add(tls);
        HttpServer server = HttpServer.builder(Address.inet("127.0.0.1", 0), handler, loops)
                .fastPath((request, reply) -> {
                    boolean mine = request.rawPath().startsWith("/file");
                    if (mine) {
                        reply.send(PreparedAnswer.status(200)
                                .file(folder.resolve("file"), 0, LARGE.length())
                                .build());
                    }
                    return mine;
                })
                .http2(true)
                .tls(tls)
                .start();
        open.add(() -> server.close(Duration.ofMillis(1)));
        return server.address();
    }

    /// Names that are awaited, and what was looked for.
    private final class Awaited implements CertificateSource {
        private final Set<String> coming = ConcurrentHashMap.newKeySet();
        private final AtomicInteger looks = new AtomicInteger();

        @Override
        public Optional<Certified> find(String serverName) {
            looks.incrementAndGet();
            return certificates.find(serverName);
        }

        @Override
        public boolean isComing(String serverName) {
            return coming.contains(serverName);
        }
    }

    private TlsServer.Builder awaiting(Awaited source) {
        TlsServer.Builder builder = TlsServer.builder(source).strict(true);
        return engine == Engine.JDK ? builder.portable() : builder;
    }

    /// A handshake for `new.example` that has begun to wait.
    private static FutureTask<String> waiting(TlsPeer peer, Awaited source) {
        FutureTask<String> shown = new FutureTask<>(() -> peer.shownFor("new.example"));
        Thread.ofVirtual().start(shown);
        await().until(() -> source.looks.get() > 2);
        return shown;
    }

    @Test
    void aHandshakeWaitsForACertificateThatIsComing() throws Exception {
        Awaited source = new Awaited();
        source.coming.add("new.example");
        TlsPeer peer = start(awaiting(source));
        FutureTask<String> shown = waiting(peer, source);
        certificates.put("new.example", TlsPeer.certified("one"));
        assertThat(shown.get(20, TimeUnit.SECONDS)).isEqualTo(peer.shownFor("one.example"));
    }

    @Test
    void aHandshakeIsRefusedWhenTheCertificateWillNotCome() throws Exception {
        Awaited source = new Awaited();
        source.coming.add("new.example");
        TlsPeer peer = start(awaiting(source));
        FutureTask<String> shown = waiting(peer, source);
        source.coming.clear();
        assertThatThrownBy(() -> shown.get(20, TimeUnit.SECONDS)).hasMessageContaining("unrecognized_name");
    }

    @Test
    void aHandshakeDoesNotWaitForEver() throws Exception {
        Awaited source = new Awaited();
        source.coming.add("new.example");
        TlsPeer peer = start(awaiting(source).handshakeTime(Duration.ofMillis(400)));
        assertThatThrownBy(() -> peer.shownFor("new.example")).hasMessageContaining("unrecognized_name");
    }

    @Test
    void thoseWhoWaitAreBounded() throws Exception {
        Awaited source = new Awaited();
        source.coming.add("new.example");
        TlsPeer peer = start(awaiting(source).handshakes(1));
        try (Socket waiting = peer.plain()) {
            waiting.getOutputStream().write(peer.hello("new.example"));
            await().until(() -> source.looks.get() > 2);
            assertThatThrownBy(() -> peer.shownFor("new.example")).hasMessageContaining("unrecognized_name");
        }
        await().ignoreExceptions().until(() -> !peer.shownFor("one.example").isEmpty());
    }

    @Test
    void theEngineIsTheOneThatWasAskedFor() {
        try (TlsServer tls = settings().build()) {
            assertThat(tls.engine()).isEqualTo(engine == Engine.JDK ? "jdk" : "boringssl");
        }
    }

    @Test
    void aRequestIsAnsweredAndKnowsThatItIsSecure() throws IOException {
        try (Wire wire = new Wire(start(settings()).connect("one.example"))) {
            assertThat(wire.send(GET).answer()).isEqualTo("HTTP/1.1 200 OK|secure: true");
            assertThat(wire.send(GET + GET).answer()).isEqualTo("HTTP/1.1 200 OK|secure: true");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|secure: true");
        }
    }

    @Test
    void theProtocolIsAgreedOn() throws IOException {
        TlsPeer peer = start(settings());
        try (SSLSocket both = peer.connect("one.example", "http/1.1", "h2");
                SSLSocket old = peer.connect("one.example", "http/1.1");
                SSLSocket none = peer.connect("one.example")) {
            assertThat(both.getApplicationProtocol()).isEqualTo("h2");
            assertThat(old.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(none.getApplicationProtocol()).isEmpty();
            assertThat(both.getSession().getProtocol()).isEqualTo("TLSv1.3");
            assertThat(new Wire(none).send(GET).answer()).startsWith("HTTP/1.1 200 OK|");
        }
    }

    @Test
    void whoOffersOnlyUnknownProtocolsIsSentAway() throws IOException {
        TlsPeer peer = start(settings());

        assertThatThrownBy(() -> peer.connect("one.example", "spdy/3", "imap"))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("no_application_protocol");
        try (SSLSocket one = peer.connect("one.example", "spdy/3", "http/1.1")) {
            assertThat(one.getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @Test
    void theCertificateFollowsTheName() throws IOException {
        TlsPeer peer = start(settings());

        assertThat(peer.shownFor("one.example")).isEqualTo("CN=one.example");
        assertThat(peer.shownFor("ONE.example")).isEqualTo("CN=one.example");
        assertThat(peer.shownFor("a.wild.example")).isEqualTo("CN=*.wild.example");
        assertThat(peer.shownFor("")).isEqualTo("CN=default.example");
        assertThat(peer.shownFor("unknown.example")).isEqualTo("CN=default.example");
    }

    @Test
    void aStrictServerSendsUnknownNamesAway() throws IOException {
        TlsPeer peer = start(settings().strict(true));

        assertThatThrownBy(() -> peer.shownFor("unknown.example"))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("unrecognized_name");
        assertThat(peer.shownFor("")).isEqualTo("CN=default.example");
        certificates.remove("");
        assertThatThrownBy(() -> peer.shownFor("")).hasMessageContaining("unrecognized_name");
    }

    @Test
    void aSwappedCertificateIsShownToNewConnectionsAndTouchesNoOpenOne() throws IOException {
        TlsPeer peer = start(settings());
        try (SSLSocket before = peer.connect("one.example")) {
            String serial = serial(before);
            certificates.put("one.example", TlsPeer.certified("other"));
            try (SSLSocket after = new TlsPeer(Address.inet("127.0.0.1", before.getPort())).connect("one.example")) {
                assertThat(serial(after)).isNotEqualTo(serial);
            }
            certificates.remove("one.example");
            assertThat(new Wire(before).send(GET).answer()).startsWith("HTTP/1.1 200 OK|");
        }
    }

    private static String serial(SSLSocket socket) throws IOException {
        return ((java.security.cert.X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSerialNumber()
                .toString();
    }

    @Test
    void certificatesBeyondTheBoundAreStillShown() throws IOException {
        TlsPeer peer = start(settings().certificates(1));
        for (int i = 0; i < 3; i++) {
            assertThat(peer.shownFor("one.example")).isEqualTo("CN=one.example");
            assertThat(peer.shownFor("a.wild.example")).isEqualTo("CN=*.wild.example");
        }
    }

    @Test
    void largeBodiesArriveWhole() throws IOException {
        Files.writeString(folder.resolve("file"), LARGE);
        byte[] bytes = LARGE.getBytes(StandardCharsets.US_ASCII);
        Address address = serve(settings(), request -> switch (request.rawPath()) {
            case "/bytes" -> Response.bytes(200, "text/plain", bytes);
            case "/stream" -> Response.stream(200, "text/plain", bytes.length, out -> out.write(bytes));
            case "/disk" -> Response.file(folder.resolve("file"));
            default -> Response.text(200, "" + request.bodyAsBytes(LARGE.length() + 1).length);
        });
        try (Wire wire = new Wire(new TlsPeer(address).connect("one.example"))) {
            for (String path : new String[] {"/bytes", "/stream", "/disk", "/file", "/file2", "/bytes"}) {
                wire.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(wire.answer()).as(path).isEqualTo("HTTP/1.1 200 OK|" + LARGE);
            }
            wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + LARGE.length() + "\r\n\r\n" + LARGE);
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|" + LARGE.length());
        }
    }

    @Test
    void aFileThatIsShorterThanPreparedIsCutSoThatTheClientNotices() throws IOException {
        Files.writeString(folder.resolve("file"), LARGE.substring(0, 1_000_000));
        try (Wire wire = new Wire(start(settings()).connect("one.example"))) {
            wire.send("GET /file HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(wire.head()).contains("Content-Length: " + LARGE.length());
            assertThat(wire.bytes(LARGE.length())).hasSizeLessThan(LARGE.length());
        }
    }

    @Test
    void theLastAnswerArrivesAlthoughTheClientGoesOnSending() throws IOException {
        try (Wire wire = new Wire(start(settings()).connect("one.example"))) {
            wire.send("GET / HTTP/2.9\r\nHost: h\r\n\r\n" + "x".repeat(100_000));
            assertThat(wire.rest()).startsWith("HTTP/1.1 505 ");
        }
    }

    @Test
    void aClientThatEndsTlsInOrderIsGone() throws IOException {
        TlsPeer peer = start(settings());
        try (SSLSocket socket = peer.connect("one.example")) {
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void aHandshakeHasItsDeadline() throws IOException {
        TlsPeer peer = start(settings().handshakeTime(Duration.ofMillis(200)));
        try (Socket silent = peer.plain();
                Socket begun = peer.plain()) {
            begun.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1});
            assertThat(silent.getInputStream().read()).isNegative();
            assertThat(begun.getInputStream().read()).isNegative();
        }
    }

    @Test
    void handshakesAtOnceAreBounded() throws IOException {
        TlsPeer peer = start(settings().handshakes(1));
        try (Socket stuck = peer.plain()) {
            stuck.getOutputStream().write(peer.hello("one.example"));
            assertThat(stuck.getInputStream().read()).isPositive();
            assertThatThrownBy(() -> peer.shownFor("one.example")).isInstanceOf(IOException.class);
        }
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(peer.shownFor("one.example")).isEqualTo("CN=one.example"));
    }

    @Test
    void whatIsNoTlsEndsTheConnectionWithoutPlainHttp() throws IOException {
        TlsPeer peer = start(settings());
        for (String text : new String[] {GET, "\0\0\0\0\0\0\0\0", "\u0016\u0003\u0001\0\4\1\0\0\0"}) {
            try (Wire wire = new Wire(peer.plain())) {
                wire.send(text).endOutput();
                assertThat(wire.rest()).doesNotContain("HTTP");
            }
        }
    }

    @Test
    void aServerThatStopsEndsHandshakesUnderWay() throws Exception {
        TlsPeer peer = start(settings());
        try (Socket silent = peer.plain();
                Wire wire = new Wire(peer.connect("one.example"))) {
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 OK|");
            for (AutoCloseable closeable : open.reversed()) {
                closeable.close();
            }
            assertThat(silent.getInputStream().read()).isNegative();
        }
    }
}
