package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Who is let in over QUIC, and with which certificate.
@ExtendWith(LeakCheck.class)
final class Http3ArrivalTest {
    private static final String HOST = Http3Fixture.HOST;

    private Http3Fixture server = Http3Fixture.builder().start();

    @AfterEach
    void stop() {
        server.close();
    }

    private void restart(Http3Fixture.Builder with) {
        server.close();
        server = with.start();
    }

    private void refuses(String name) {
        assertThatThrownBy(() -> new Http3Peer(server.port, name).close()).isInstanceOf(Exception.class);
        await().untilAsserted(() -> assertThat(server.echoes.failures).hasValue(1));
        assertThat(server.echoes.connections).hasValue(0);
    }

    private void serves() throws Exception {
        try (Http3Peer peer = server.connect()) {
            assertThat(peer.get(HOST, "/").status()).isEqualTo(200);
        }
    }

    @Test
    void anUnknownNameIsRefused() throws Exception {
        refuses("unknown.example");
        serves();
    }

    @Test
    void noNameIsRefused() throws Exception {
        refuses("");
        serves();
    }

    @Test
    void aNameWhoseClientsMustShowACertificateIsRefused() {
        X509Certificate issuer = TlsPeer.certified("other").chain().getFirst();
        ClientAuthority authority = new ClientAuthority(List.of(issuer), true);
        restart(Http3Fixture.builder().clients(_ -> Optional.of(authority)));

        refuses(HOST);
    }

    @Test
    void theCertificateOfTheNameIsShown() throws Exception {
        server.certificates.put("a.wild.example", TlsPeer.certified("wild"));
        try (Http3Peer one = server.connect();
                Http3Peer wild = new Http3Peer(server.port, "a.wild.example")) {
            assertThat(one.subject()).isEqualTo("CN=one.example");
            assertThat(wild.subject()).isEqualTo(name("wild"));
        }
    }

    @Test
    void aChangedCertificateIsSeenByTheNextConnection() throws Exception {
        try (Http3Peer before = server.connect()) {
            server.certificates.put(HOST, TlsPeer.certified("other"));
            try (Http3Peer after = server.connect()) {
                assertThat(before.subject()).isEqualTo("CN=one.example");
                assertThat(after.subject()).isEqualTo(name("other"));
            }
            assertThat(before.get(HOST, "/").status()).isEqualTo(200);
        }
    }

    private static String name(String certificate) {
        return TlsPeer.certified(certificate)
                .chain()
                .getFirst()
                .getSubjectX500Principal()
                .getName();
    }

    @Test
    void nobodyIsLetInWhenAllPlacesAreTaken() throws Exception {
        server.echoes.full = true;
        assertThatThrownBy(() -> {
                    try (Http3Peer peer = server.connect()) {
                        peer.get(HOST, "/");
                    }
                })
                .isInstanceOf(Exception.class);
        assertThat(server.echoes.connections).hasValue(0);
        assertThat(server.echoes.accepted).hasValue(0);

        server.echoes.full = false;
        serves();
    }

    @Test
    void noMoreConnectionsThanTheLimitAllowsAreServed() throws Exception {
        restart(Http3Fixture.builder().limits(HttpLimits.defaults().withConcurrency(2, 1)));
        try (Http3Peer first = server.connect();
                Http3Peer second = server.connect()) {
            assertThat(first.get(HOST, "/").status()).isEqualTo(200);
            assertThat(second.get(HOST, "/").status()).isEqualTo(200);
            await().untilAsserted(() -> assertThat(server.echoes.connections).hasValue(2));
        }
        await().untilAsserted(() -> assertThat(server.echoes.connections).hasValue(0));
        serves();
    }

    @Test
    void aClientThatNeverFinishesItsHandshakeIsGivenUp() throws Exception {
        restart(Http3Fixture.builder().handshakes(1, Duration.ofMillis(200)));
        try (OneDatagram way = new OneDatagram(server.port)) {
            assertThatThrownBy(() -> new Http3Peer(way.port(), HOST, 0, Duration.ofMillis(1500)).close())
                    .isInstanceOf(Exception.class);
        }
        await().untilAsserted(() -> assertThat(server.echoes.failures).hasValue(1));

        serves();
    }
}
