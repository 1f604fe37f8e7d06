package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.CertificateKeeper;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.certificates.Issuer;

/// An edge whose certificate book has targets.
@Timeout(60)
final class BookRoutesTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final CertificateBook book = CertificateBook.inMemory(InstantSource.system());
    private Origin origin;
    private Edge edge;

    BookRoutesTest() {
        origin = Origin.answering("hello");
    }

    @BeforeEach
    void start() {
        book.target("shop.test", Optional.of(origin.address().toString()));
        edge = Edge.builder(EdgeConfig.of(
                        folder, Map.of("listen", "127.0.0.1:0", "loops", "1", "access-log", "off", "stop-time", "2s")))
                .folders(new PlainFolders())
                .book(book)
                .start();
    }

    @AfterEach
    void close() throws IOException {
        edge.close();
        book.close();
        origin.close();
    }

    private String get(String host) throws IOException {
        try (Wire wire = new Wire(edge.addresses().getFirst())) {
            Wire.Answer answer = wire.get(host, "/").answer();
            return answer.status() == 200 ? answer.body() : Integer.toString(answer.status());
        }
    }

    @Test
    void anEntryWithATargetIsARouteFromTheFirstMomentOn() throws Exception {
        assertThat(get("shop.test")).isEqualTo("hello");
    }

    @Test
    void aTargetThatComesOrGoesIsTakenOverLive() throws Exception {
        book.target("blog.test", Optional.of(origin.address().toString()));
        await().atMost(SOON).until(() -> get("blog.test").equals("hello"));
        book.target("shop.test", Optional.empty());
        await().atMost(SOON).until(() -> get("shop.test").equals("404"));
        book.remove("blog.test");
        await().atMost(SOON).until(() -> get("blog.test").equals("404"));
    }

    @Test
    void aRouteOfTheSameHostWinsAndTheBookIsBackWhenItGoes() throws Exception {
        try (Origin other = Origin.answering("other")) {
            edge.routes().put(new EdgeRoute("app", List.of("shop.test"), Target.Upstreams.of(other.upstream("app-1"))));
            assertThat(get("shop.test")).isEqualTo("other");
            edge.routes().delete("app");
            assertThat(get("shop.test")).isEqualTo("hello");
        }
    }

    @Test
    void whatIsKnownOfCertificatesIsToldOverTheAdminInterface() throws Exception {
        try (CertificateKeeper keeper = CertificateKeeper.builder(book)
                        .issuers(List.of(Issuer.Local.standard()))
                        .build();
                Edge secure = Edge.builder(EdgeConfig.of(
                                folder.resolve("two"),
                                Map.of(
                                        "listen", "127.0.0.1:0",
                                        "listen-tls", "127.0.0.1:0",
                                        "loops", "1",
                                        "access-log", "off",
                                        "stop-time", "2s")))
                        .certificates(EdgeCertificates.of(keeper))
                        .book(book)
                        .start();
                EdgeClient client = new EdgeClient(folder.resolve("two/edge.sock"))) {
            await().atMost(SOON)
                    .until(() -> client.certificate("shop.test")
                            .map(CertificateStatus::state)
                            .equals(Optional.of(CertificateStatus.State.GOOD)));
            CertificateStatus status = client.certificate("Shop.test").orElseThrow();
            assertThat(status.names()).containsExactly("shop.test");
            assertThat(client.certificates())
                    .extracting(CertificateStatus::serial)
                    .contains(status.serial());
            assertThat(keeper.find("shop.test")).isPresent();
            client.renew("shop.test");
            await().atMost(SOON)
                    .until(() -> !client.certificate("shop.test")
                            .orElseThrow()
                            .serial()
                            .equals(status.serial()));
            assertThat(client.certificate("none.test")).isEmpty();
            assertThat(secure.tlsAddresses()).isEqualTo(client.health().tlsAddresses());
        }
    }
}
