package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.CertificateKeeper;
import org.pinisi.certificates.Issuer;

/// A keeper that is opened when a name is wanted.
@Timeout(60)
final class KeptCertificatesTest {
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    @Test
    void aNameIsComingFromItsRouteToItsCertificate() {
        try (CertificateBook book = CertificateBook.inMemory(InstantSource.system());
                CertificateKeeper keeper = CertificateKeeper.builder(book)
                        .issuers(List.of(Issuer.Local.standard()))
                        .build()) {
            EdgeCertificates certificates = EdgeCertificates.opening(() -> keeper, tasks::add);
            assertThat(certificates.isComing("app.localhost")).isFalse();
            certificates.want(Set.of("app.localhost", "*.all.localhost"));
            assertThat(certificates.isComing("app.localhost")).isTrue();
            assertThat(certificates.isComing("one.all.localhost")).isTrue();
            assertThat(certificates.isComing("else.localhost")).isFalse();
            tasks.remove().run();
            Awaitility.await().until(() -> certificates.find("app.localhost").isPresent());
            certificates.want(Set.of("app.localhost", "next.localhost"));
            assertThat(certificates.isComing("next.localhost")).isTrue();
            tasks.remove().run();
            Awaitility.await().until(() -> certificates.find("next.localhost").isPresent());
            assertThat(certificates.isComing("else.localhost")).isFalse();
        }
    }

    @Test
    void nothingIsComingWhenTheKeeperCannotBeOpened() {
        EdgeCertificates certificates = EdgeCertificates.opening(
                () -> {
                    throw new EdgeException("no book");
                },
                tasks::add);
        certificates.want(Set.of("app.localhost"));
        tasks.remove().run();
        assertThat(certificates.isComing("app.localhost")).isFalse();
    }
}
