package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.http.Certificates;
import org.pinisi.http.Certified;

/// What certificate authorities ask the edge, and what it tells whoever gets certificates from them.
final class ChallengeTest {
    private final Origin origin = Origin.answering("hello");
    private final Keeper keeper = new Keeper();

    @TempDir
    Path folder;

    private EdgeFixture edge;

    private static final class Keeper implements EdgeCertificates {
        private final Certificates shown = new Certificates();
        private volatile Set<String> wanted = Set.of();

        @Override
        public Optional<Certified> find(String serverName) {
            return shown.find(serverName);
        }

        @Override
        public Optional<Certified> alpnChallenge(String serverName) {
            return serverName.equals("one.test") ? Optional.of(TlsFiles.certified("challenge")) : Optional.empty();
        }

        @Override
        public Optional<String> httpChallenge(String token) {
            return token.equals("to-ken_1") ? Optional.of("to-ken_1.print") : Optional.empty();
        }

        @Override
        public void want(Set<String> names) {
            wanted = new HashSet<>(names);
        }

        @Override
        public List<CertificateStatus> statuses() {
            return List.of();
        }

        @Override
        public void renew(String name) {
            throw new EdgeException("nothing is renewed here: " + name);
        }
    }

    @BeforeEach
    void start() {
        keeper.shown.put("one.test", TlsFiles.certified("site"));
        edge = new EdgeFixture(folder, keeper, "listen-tls", "127.0.0.1:0");
        edge.route("one", origin.upstream("one-1"));
    }

    @AfterEach
    void stop() throws Exception {
        edge.close();
        origin.close();
    }

    @Test
    void aTokenIsAnsweredInClearForAnyHostAndNeverSentToTls() throws Exception {
        for (String host : List.of("one.test", "unknown.test")) {
            try (Wire wire = edge.connect()) {
                Wire.Answer answer =
                        wire.get(host, "/.well-known/acme-challenge/to-ken_1").answer();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("to-ken_1.print");
                assertThat(answer.head()).contains("Content-Type: application/octet-stream\r\n");
            }
        }
        assertThat(origin.heads()).isEmpty();
    }

    @Test
    void anUnknownTokenIsTheApplicationsOwn() throws Exception {
        try (Wire wire = edge.connect()) {
            assertThat(wire.get("one.test", "/.well-known/acme-challenge/other")
                            .answer()
                            .body())
                    .isEqualTo("hello");
            assertThat(wire.get("one.test", "/.well-known/acme-challenge/")
                            .answer()
                            .status())
                    .as("no token, so sent to TLS as any request")
                    .isEqualTo(308);
            assertThat(wire.get("unknown.test", "/.well-known/acme-challenge/other")
                            .answer()
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void theQuestionByTlsIsAnsweredWithItsOwnCertificateAndNothingElse() throws Exception {
        TlsWire authority = new TlsWire(edge.secure());
        try (SSLSocket socket = authority.connect("one.test", "acme-tls/1")) {
            assertThat(socket.getApplicationProtocol()).isEqualTo("acme-tls/1");
            assertThat(socket.getSession().getPeerPrincipal().getName()).isEqualTo("CN=challenge");
            assertThat(new Wire(socket).isEnded()).isTrue();
        }
        assertThatThrownBy(() -> authority.connect("two.test", "acme-tls/1")).hasMessageContaining("unrecognized_name");
        try (SSLSocket socket = authority.connect("one.test", "acme-tls/1", "http/1.1")) {
            assertThat(socket.getApplicationProtocol()).as("a browser's offer").isEqualTo("http/1.1");
        }
    }

    @Test
    void theNamesOfAllRoutesAreWantedAsTheyChange() {
        assertThat(keeper.wanted).containsExactly("one.test");
        edge.edge()
                .routes()
                .put(new EdgeRoute(
                        "more",
                        List.of("*.wild.test", "b\u00fccher.test"),
                        Target.Upstreams.of(origin.upstream("more-1"))));
        edge.edge()
                .routes()
                .put(new EdgeRoute(
                        "secret",
                        List.of("secret.test"),
                        new Target.Passthrough(List.of(origin.upstream("secret-1")), false)));
        assertThat(keeper.wanted).containsExactlyInAnyOrder("one.test", "*.wild.test", "xn--bcher-kva.test");
        edge.edge().routes().delete("one");
        assertThat(keeper.wanted).doesNotContain("one.test");
    }
}
