package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.Certificates;

/// Client certificates, asked for by route.
final class MutualTlsTest {
    private final Certificates certificates = new Certificates();
    private final Origin origin = Origin.answering("hello");

    @TempDir
    Path folder;

    private EdgeFixture edge;

    MutualTlsTest() {
        for (String name : List.of("one.test", "two.test")) {
            certificates.put(name, TlsFiles.certified("site"));
        }
    }

    @BeforeEach
    void start() throws IOException {
        edge = new EdgeFixture(folder, certificates, "listen-tls", "127.0.0.1:0");
        edge.route("two", origin.upstream("two-1"));
        TlsFiles.write(folder, "clients.crt");
        TlsFiles.write(folder, "strangers.crt");
    }

    @AfterEach
    void stop() throws Exception {
        edge.close();
        origin.close();
    }

    private void ask(ClientCertificatesRule.Mode mode, String authorities) {
        edge.edge()
                .routes()
                .put(new EdgeRoute("one", List.of("one.test"), Target.Upstreams.of(origin.upstream("one-1")))
                        .withRules(RouteRules.none()
                                .withClientCertificates(
                                        new ClientCertificatesRule(mode, folder.resolve(authorities)))));
    }

    private int status(String identity, String name, String host) throws IOException {
        try (Wire wire = new TlsWire(edge.secure(), identity).open(name)) {
            return wire.get(host, "/").answer().status();
        }
    }

    /// What a client is told that is refused. In TLS 1.3 it hears so only when it reads.
    private static void assertRefused(TlsWire client) {
        assertThatThrownBy(() -> {
                    try (Wire wire = client.open("one.test")) {
                        wire.answer();
                    }
                })
                .isInstanceOf(SSLException.class)
                .hasMessageMatching(".*(certificate_required|bad_certificate|unknown_ca|certificate_expired|"
                        + "certificate_unknown|handshake_failure).*");
    }

    @Test
    void whoShowsAGoodCertificateIsLetInAndTheUpstreamKnowsWhoItIs() throws Exception {
        ask(ClientCertificatesRule.Mode.REQUIRED, "clients.crt");
        assertThat(status("client", "one.test", "one.test")).isEqualTo(200);
        assertThat(origin.heads().getLast())
                .contains("X-Client-Cert-Subject: CN=ann,O=B\\C3\\BCcher\\, Co\r\n")
                .containsPattern("X-Client-Cert-Fingerprint: [0-9a-f]{64}\r\n")
                .containsPattern("Client-Cert: :[A-Za-z0-9+/]{300,}=*:\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "stranger", "expired"})
    void whoShowsNoneOrABadOneIsRefusedInTheHandshake(String identity) {
        ask(ClientCertificatesRule.Mode.REQUIRED, "clients.crt");
        assertRefused(new TlsWire(edge.secure(), identity));
        assertThat(origin.heads()).isEmpty();
    }

    @Test
    void aCertificateMayBeOptional() throws Exception {
        ask(ClientCertificatesRule.Mode.OPTIONAL, "clients.crt");
        assertThat(status("", "one.test", "one.test")).isEqualTo(200);
        assertThat(origin.heads().getLast()).doesNotContain("Client-Cert");
        assertThat(status("client", "one.test", "one.test")).isEqualTo(200);
        assertThat(origin.heads().getLast()).contains("X-Client-Cert-Subject: CN=ann");
    }

    @Test
    void otherNamesAskForNothing() throws Exception {
        ask(ClientCertificatesRule.Mode.REQUIRED, "clients.crt");
        assertThat(status("", "two.test", "two.test")).isEqualTo(200);
    }

    @Test
    void theNameOfAnotherConnectionIsNoWayIn() throws Exception {
        ask(ClientCertificatesRule.Mode.REQUIRED, "clients.crt");
        assertThat(status("", "two.test", "one.test")).isEqualTo(421);
        assertThat(status("client", "two.test", "one.test")).isEqualTo(421);
        assertThat(status("client", "one.test", "two.test")).isEqualTo(200);
        try (Wire plain = edge.connect()) {
            edge.edge()
                    .routes()
                    .put(new EdgeRoute("one", List.of("one.test"), Target.Upstreams.of(origin.upstream("one-1")))
                            .withRules(RouteRules.none()
                                    .withHttps(HttpsRule.defaults().withRedirect(false))
                                    .withClientCertificates(new ClientCertificatesRule(
                                            ClientCertificatesRule.Mode.REQUIRED, folder.resolve("clients.crt")))));
            assertThat(plain.get("one.test", "/").answer().status()).isEqualTo(403);
        }
    }

    @Test
    void aResumedSessionHasShownACertificateToo() throws Exception {
        ask(ClientCertificatesRule.Mode.REQUIRED, "clients.crt");
        TlsWire client = new TlsWire(edge.secure(), "client");
        for (int i = 0; i < 3; i++) {
            try (Wire wire = client.open("one.test")) {
                assertThat(wire.get("one.test", "/").answer().status()).isEqualTo(200);
                assertThat(origin.heads().getLast()).contains("X-Client-Cert-Subject: CN=ann");
            }
        }
    }

    @Test
    void aSessionFromBeforeTheRuleIsNoWayIn() throws Exception {
        edge.route("one", origin.upstream("one-1"));
        TlsWire client = new TlsWire(edge.secure());
        try (Wire wire = client.open("one.test")) {
            assertThat(wire.get("one.test", "/").answer().status()).isEqualTo(200);
            ask(ClientCertificatesRule.Mode.REQUIRED, "clients.crt");
            assertThat(wire.get("one.test", "/").answer().status()).isEqualTo(421);
        }
        assertRefused(client);
    }

    @Test
    void otherAuthoritiesHoldFromTheNextChangeOfRoutesOn() throws Exception {
        ask(ClientCertificatesRule.Mode.REQUIRED, "strangers.crt");
        assertThat(status("stranger", "one.test", "one.test")).isEqualTo(200);
        Files.writeString(folder.resolve("strangers.crt"), TlsFiles.pem("clients.crt"));
        ask(ClientCertificatesRule.Mode.REQUIRED, "strangers.crt");
        assertThat(status("client", "one.test", "one.test")).isEqualTo(200);
        assertRefused(new TlsWire(edge.secure(), "stranger"));
    }

    @Test
    void aFileThatCannotBeUsedIsRefusedWithTheRoute() {
        assertThatThrownBy(() -> ask(ClientCertificatesRule.Mode.REQUIRED, "missing.crt"))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("missing.crt");
    }

    @Test
    void aFileThatIsGoneAfterARestartLocksItsRoute() throws Exception {
        ask(ClientCertificatesRule.Mode.REQUIRED, "clients.crt");
        edge.close();
        Files.delete(folder.resolve("clients.crt"));
        edge = new EdgeFixture(folder, certificates, "listen-tls", "127.0.0.1:0");
        assertThat(status("", "one.test", "one.test")).isEqualTo(503);
        assertThat(status("", "two.test", "two.test")).isEqualTo(200);
    }

    @Test
    void aStrangerCannotSayThatItHasACertificate() throws Exception {
        try (Wire wire = new TlsWire(edge.secure()).open("two.test")) {
            wire.send(
                            "GET / HTTP/1.1\r\nHost: two.test\r\nX-Client-Cert-Subject: CN=ann\r\nclient-cert: :AAAA:\r\n\r\n")
                    .answer();
        }
        assertThat(origin.heads().getLast()).doesNotContainIgnoringCase("client-cert");
    }
}
