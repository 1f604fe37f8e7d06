package org.pinisi.site;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.http.Address;
import org.pinisi.http.Certified;
import org.pinisi.site.SiteServerConfig.CertificateFiles;

/// A site over https, with certificates made by the real openssl.
@Timeout(120)
final class SecureSiteIT {
    private static final Duration OFTEN = Duration.ofMillis(20);

    @TempDir
    Path folder;

    private Scene scene;
    private CertificateFiles files;

    @BeforeEach
    void begin() throws Exception {
        scene = new Scene(folder);
        files = new CertificateFiles(folder.resolve("chain.pem"), folder.resolve("key.pem"));
        make("first");
    }

    @AfterEach
    void end() throws Exception {
        scene.close();
    }

    /// Makes a certificate for localhost with this organisation, and moves both files into place.
    private void make(String organisation) throws IOException, InterruptedException {
        Path chain = folder.resolve("new-chain.pem");
        Path key = folder.resolve("new-key.pem");
        Process openssl = Author.start(
                folder,
                folder.resolve("openssl.out"),
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=localhost/O=" + organisation,
                        "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout",
                        key.toString(),
                        "-out",
                        chain.toString()));
        if (!openssl.waitFor(30, TimeUnit.SECONDS) || openssl.exitValue() != 0) {
            throw new IllegalStateException(Files.readString(folder.resolve("openssl.out")));
        }
        Files.move(key, files.key(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.move(chain, files.chain(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Scene.Running serving(Optional<String> hostname) throws Exception {
        return serving(hostname, Optional.of(files));
    }

    private Scene.Running serving(Optional<String> hostname, Optional<CertificateFiles> shown) throws Exception {
        Address any = Address.inet("127.0.0.1", 0);
        scene.author().publish("index.html", "secret page");
        scene.configured(_ -> new SiteServerConfig(
                List.of(any),
                List.of(any),
                shown,
                hostname,
                0,
                true,
                Optional.of(Duration.ofDays(365)),
                Optional.of(HookSettings.DEFAULT),
                0,
                Optional.of(any),
                1));
        Scene.Running site = scene.local();
        site.pull();
        return site;
    }

    private SSLSocket connect(Address at, String... protocols) throws Exception {
        if (!(at instanceof Address.Inet(String host, int port))) {
            throw new IllegalArgumentException("address: " + at + " (expected: TCP)");
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(files.chain())) {
            Certificate own = CertificateFactory.getInstance("X.509").generateCertificate(in);
            trusted.setCertificateEntry("own", own);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(host, port);
        socket.setSoTimeout(20_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private String get(Address at, String target) throws Exception {
        try (SSLSocket socket = connect(at, "http/1.1")) {
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @Test
    void servesHttpsAndSendsHttpThere() throws Exception {
        Scene.Running site = serving(Optional.empty());
        Address secure = site.server().secure().getFirst();
        assertThat(get(secure, "/")).contains("200 OK").endsWith("secret page");
        assertThat(get(secure, "/hook")).endsWith("pulled, no changes\n");
        RawHttp.Answer plain = site.get("/a?b=c", "Host: localhost:80");
        assertThat(plain.status()).isEqualTo(308);
        String port = secure.toString().substring(secure.toString().lastIndexOf(':'));
        assertThat(plain.field("Location")).contains("https://localhost" + port + "/a?b=c");
        assertThat(site.get("/hook").status()).isEqualTo(308);
    }

    /// Certificates that are got while the site serves: one for localhost, as soon as there is one.
    private static final class Got implements SiteCertificates {
        private volatile Optional<Certified> certified = Optional.empty();

        @Override
        public Optional<Certified> find(String serverName) {
            return certified;
        }

        @Override
        public Optional<Certified> handshake(String serverName) {
            return Optional.empty();
        }

        @Override
        public Optional<String> answer(String token) {
            return token.equals("token") ? Optional.of("token.thumbprint") : Optional.empty();
        }
    }

    private SSLSocket connectByName(Address at) throws Exception {
        return connect(Address.inet("localhost", ((Address.Inet) at).port()), "http/1.1");
    }

    @Test
    void aCertificateThatIsGotWhileItServesIsShownFromThenOn() throws Exception {
        Got certificates = new Got();
        scene.certified(certificates);
        Scene.Running site = serving(Optional.of("localhost"), Optional.empty());
        Address secure = site.server().secure().getFirst();
        assertThatThrownBy(() -> connectByName(secure)).isInstanceOf(SSLException.class);
        certificates.certified = Optional.of(Certified.fromPem(files.chain(), files.key()));
        try (SSLSocket socket = connectByName(secure)) {
            assertThat(socket.getSession().isValid()).isTrue();
        }
    }

    @Test
    void anAuthorityThatLooksForATokenIsAnsweredAndNotSentToHttps() throws Exception {
        scene.certified(new Got());
        Scene.Running site = serving(Optional.of("localhost"), Optional.empty());
        RawHttp.Answer proof = site.get("/.well-known/acme-challenge/token");
        assertThat(proof.status()).isEqualTo(200);
        assertThat(proof.body()).isEqualTo("token.thumbprint");
        assertThat(site.get("/.well-known/acme-challenge/other").status()).isEqualTo(308);
        assertThat(site.get("/.well-known/acme-challenge/" + "a".repeat(300)).status())
                .isEqualTo(308);
    }

    @Test
    void httpsWithoutAnyCertificateIsRefusedAtTheStart() {
        assertThatThrownBy(() -> serving(Optional.empty(), Optional.empty()))
                .isInstanceOf(SiteException.class)
                .hasMessageContaining("TLS needs a certificate");
    }

    @Test
    void sendsHttpToTheNameThatItIsGiven() throws Exception {
        Scene.Running site = serving(Optional.of("www.example.org"));
        assertThat(site.get("/", "Host: elsewhere").field("Location").orElseThrow())
                .startsWith("https://www.example.org:");
    }

    @Test
    void offersHttp2() throws Exception {
        Scene.Running site = serving(Optional.empty());
        try (SSLSocket socket = connect(site.server().secure().getFirst(), "h2", "http/1.1")) {
            assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
        }
    }

    @Test
    void tellsHowItIsWhereItIsAsked() throws Exception {
        Scene.Running site = serving(Optional.empty());
        Address status = site.server().statusAddress().orElseThrow();
        assertThat(RawHttp.get(status, "/healthz").body()).isEqualTo("ok\n");
        assertThat(RawHttp.get(status, "/status").body())
                .contains("\"shown\":\"" + site.status().shown().orElseThrow() + "\"")
                .doesNotContain("trouble");
    }

    @Test
    void aCertificateThatIsRenewedIsShownToWhoComesThen() throws Exception {
        try (CertificateWatch watch = CertificateWatch.start(files, OFTEN)) {
            assertThat(organisation(watch)).contains("first");
            make("second");
            await().atMost(Scene.PATIENCE).until(() -> organisation(watch).contains("second"));
        }
    }

    @Test
    void aCertificateThatIsDamagedLeavesTheOldOne() throws Exception {
        try (Lines lines = new Lines();
                CertificateWatch watch = CertificateWatch.start(files, OFTEN)) {
            Files.writeString(files.chain(), "not a certificate");
            await().atMost(Scene.PATIENCE)
                    .until(() -> !lines.of("site-certificate-unusable").isEmpty());
            assertThat(organisation(watch)).contains("first");
            make("third");
            await().atMost(Scene.PATIENCE).until(() -> organisation(watch).contains("third"));
        }
    }

    @Test
    void aKeyOfAnotherCertificateStopsTheStart() throws Exception {
        Path other = Files.copy(files.key(), folder.resolve("other.pem"));
        make("second");
        assertThatThrownBy(() -> CertificateWatch.start(new CertificateFiles(files.chain(), other), OFTEN))
                .isInstanceOf(SiteException.class)
                .hasMessageContaining("does not belong");
    }

    private static String organisation(CertificateWatch watch) {
        X509Certificate certificate = watch.find("").orElseThrow().chain().getFirst();
        return certificate.getSubjectX500Principal().getName();
    }
}
