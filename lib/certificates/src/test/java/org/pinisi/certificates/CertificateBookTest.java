package org.pinisi.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.git.Commit;
import org.pinisi.git.GitRepository;
import org.pinisi.git.GitStore;
import org.pinisi.git.StoreAuthor;
import org.pinisi.git.StoreKey;
import org.pinisi.git.StoreLimits;
import org.pinisi.http.Address;
import org.pinisi.http.Certified;

class CertificateBookTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant END = Instant.parse("2027-02-19T12:00:00Z");
    private static final URI DIRECTORY = URI.create("https://acme.example/directory");

    @TempDir
    private Path folder;

    private BookSettings settings() {
        return BookSettings.of(InstantSource.fixed(NOW)).withCost(SealCost.LEAST);
    }

    private CertificateBook open(String phrase) {
        return CertificateBook.local(folder.resolve("book.git"), PassPhrase.of(phrase.toCharArray()), settings());
    }

    private static Provenance acme() {
        return new Provenance(
                Provenance.Source.ACME,
                "Let's Encrypt (E7)",
                Optional.of(DIRECTORY),
                Optional.of(URI.create("https://acme.example/cert/1")),
                Optional.of("classic"),
                Optional.of("http-01"),
                NOW);
    }

    private List<String> history(String path) {
        try (GitRepository repository = GitRepository.open(folder.resolve("book.git"));
                GitStore store = GitStore.open(repository, "main", StoreLimits.DEFAULT, InstantSource.fixed(NOW))) {
            return store.history(new StoreKey(path), 20).commits().stream()
                    .map(Commit::subject)
                    .toList();
        }
    }

    @Test
    void whatIsKeptIsThereAfterARestart() {
        Certified certified = TestCertificate.of(NOW, END, "example.org");
        try (CertificateBook book = open("correct horse")) {
            book.keep("example.org", certified, acme());
        }
        try (CertificateBook book = open("correct horse")) {
            BookEntry entry = book.entry("example.org").orElseThrow();
            assertThat(entry.certified().orElseThrow().chain()).isEqualTo(certified.chain());
            assertThat(entry.certified().orElseThrow().key().getEncoded())
                    .isEqualTo(certified.key().getEncoded());
            assertThat(entry.provenance()).contains(acme());
            assertThat(book.defects()).isEmpty();
        }
    }

    @Test
    void rsaKeysAreKeptToo() {
        Certified certified = TestCertificate.of(TestCertificate.rsa(), NOW, END, "example.org");
        try (CertificateBook book = CertificateBook.inMemory(InstantSource.fixed(NOW))) {
            book.keep("example.org", certified, acme());
            assertThat(book.entry("example.org").flatMap(BookEntry::certified)).isPresent();
        }
    }

    @Test
    void theHistoryReadsAsWhatHappened() {
        try (CertificateBook book = open("correct horse")) {
            book.add(BookEntry.of("example.org").withTarget(Optional.of("10.0.0.2:8080")));
            book.keep("example.org", TestCertificate.of(NOW, END, "example.org"), acme());
            book.keep("example.org", TestCertificate.of(NOW, END.plus(Duration.ofDays(60)), "example.org"), acme());
            book.attempt(
                    "example.org",
                    new Attempt(
                            NOW,
                            Attempt.Outcome.FAILED,
                            "Let's Encrypt",
                            Optional.of("http-01"),
                            "no A record\nfor example.org",
                            Optional.of(NOW.plusSeconds(60))));
            book.remove("example.org");
        }
        assertThat(history("names/example.org/entry.json"))
                .containsExactly(
                        "example.org: removed",
                        "example.org: failed at Let's Encrypt: no A record for example.org",
                        "example.org: renewed by Let's Encrypt (E7), valid until 2027-04-20",
                        "example.org: issued by Let's Encrypt (E7), valid until 2027-02-19",
                        "example.org: added, target 10.0.0.2:8080");
    }

    @Test
    void commitsNameTheAuthorThatIsSet() {
        BookSettings signed = settings().withAuthor(new StoreAuthor("Edge 1", "edge1@example.org"));
        Path place = folder.resolve("book.git");
        try (CertificateBook book =
                CertificateBook.local(place, PassPhrase.of("correct horse".toCharArray()), signed)) {
            book.target("example.org", Optional.of("10.0.0.2"));
        }
        try (GitRepository repository = GitRepository.open(place);
                GitStore store = GitStore.open(repository, "main", StoreLimits.DEFAULT, InstantSource.fixed(NOW))) {
            assertThat(store.history(new StoreKey("names/example.org/entry.json"), 1)
                            .commits()
                            .getFirst()
                            .author())
                    .contains("Edge 1");
        }
    }

    @Test
    void aWrongPassPhraseIsOneClearMessage() {
        try (CertificateBook book = open("correct horse")) {
            book.keep("example.org", TestCertificate.of(NOW, END, "example.org"), acme());
        }
        assertThatThrownBy(() -> open("wrong horse"))
                .isInstanceOf(CertificateException.class)
                .hasMessage("this is not the pass phrase of the book, which was chosen at 2026-11-21T12:00:00Z;"
                        + " nothing was changed");
    }

    @Test
    void withoutThePassPhraseAllButTheKeysIsRead() {
        try (CertificateBook book = open("correct horse")) {
            book.keep("example.org", TestCertificate.of(NOW, END, "example.org"), acme());
        }
        try (CertificateBook book = CertificateBook.local(folder.resolve("book.git"), PassPhrase.none(), settings())) {
            BookEntry entry = book.entry("example.org").orElseThrow();
            assertThat(entry.chain()).hasSize(1);
            assertThat(entry.certified()).isEmpty();
            assertThat(book.defects()).isEmpty();
            assertThatThrownBy(() -> book.keep("example.org", TestCertificate.of(NOW, END, "example.org"), acme()))
                    .hasMessageContaining("without its pass phrase");
        }
    }

    @Test
    void theSameCertificateIsTheSameObject() {
        try (CertificateBook book = open("correct horse")) {
            book.keep("example.org", TestCertificate.of(NOW, END, "example.org"), acme());
            Certified before =
                    book.entry("example.org").orElseThrow().certified().orElseThrow();
            book.target("example.org", Optional.of("10.0.0.2"));
            book.keep("example.net", TestCertificate.of(NOW, END, "example.net"), acme());
            assertThat(book.entry("example.org").orElseThrow().certified().orElseThrow())
                    .isSameAs(before);
        }
    }

    @Test
    void anotherPassPhraseOpensTheSameKeysAndTheOldOneNothing() {
        KeyPair account = TestCertificate.ec();
        Certified certified = TestCertificate.of(NOW, END, "example.org");
        Certified root = TestCertificate.of(NOW, END, "local.authority");
        try (CertificateBook book = open("correct horse")) {
            book.keep("example.org", certified, acme());
            book.keepAccount(DIRECTORY, URI.create("https://acme.example/account/7"), account);
            book.keepLocalAuthority("pinisi", root);
        }
        BookSettings later =
                BookSettings.of(InstantSource.fixed(NOW.plusSeconds(1))).withCost(SealCost.LEAST);
        Path place = folder.resolve("book.git");
        try (CertificateBook book = CertificateBook.local(place, PassPhrase.of("correct horse".toCharArray()), later)) {
            book.reseal(PassPhrase.of("battery staple".toCharArray()));
            // What is in use stays in use until the program is started anew.
            assertThat(book.entry("example.org").orElseThrow().certified()).isPresent();
        }
        assertThatThrownBy(() -> open("correct horse")).hasMessageContaining("not the pass phrase");
        try (CertificateBook book = open("battery staple")) {
            assertThat(book.entry("example.org")
                            .orElseThrow()
                            .certified()
                            .orElseThrow()
                            .key()
                            .getEncoded())
                    .isEqualTo(certified.key().getEncoded());
            assertThat(book.account(DIRECTORY).orElseThrow().key().getPrivate().getEncoded())
                    .isEqualTo(account.getPrivate().getEncoded());
            assertThat(book.localAuthority("pinisi")).isPresent();
        }
        assertThat(history("names/example.org/certificate.pem"))
                .containsExactly(
                        "The pass phrase was changed",
                        "example.org: issued by Let's Encrypt (E7), valid until 2027-02-19");
    }

    @Test
    void accountsAndAuthoritiesAreRemembered() {
        KeyPair key = TestCertificate.rsa();
        AuthorityState state = new AuthorityState(2, NOW.plusSeconds(600), "too many orders");
        try (CertificateBook book = open("correct horse")) {
            book.keepAccount(DIRECTORY, URI.create("https://acme.example/account/7"), key);
            book.keepAuthorityState(DIRECTORY, state);
        }
        try (CertificateBook book = open("correct horse")) {
            SealedAccount account = book.account(DIRECTORY).orElseThrow();
            assertThat(account.location()).isEqualTo(URI.create("https://acme.example/account/7"));
            assertThat(account.key().getPrivate().getEncoded())
                    .isEqualTo(key.getPrivate().getEncoded());
            assertThat(book.authorityState(DIRECTORY)).contains(state);
            assertThat(book.account(URI.create("https://acme.example/staging"))).isEmpty();
        }
    }

    @Test
    void theLastFiftyTriesAreKept() {
        try (CertificateBook book = CertificateBook.inMemory(InstantSource.fixed(NOW))) {
            for (int i = 0; i < 60; i++) {
                book.attempt(
                        "example.org",
                        new Attempt(
                                NOW.plusSeconds(i),
                                Attempt.Outcome.FAILED,
                                "authority",
                                Optional.empty(),
                                "try " + i,
                                Optional.empty()));
            }
            assertThat(book.entry("example.org").orElseThrow().attempts())
                    .hasSize(50)
                    .first()
                    .extracting(Attempt::words)
                    .isEqualTo("try 10");
        }
    }

    @Test
    void whatAPersonWantsStandsUntilTheNextCertificate() {
        try (CertificateBook book = CertificateBook.inMemory(InstantSource.fixed(NOW))) {
            book.want("example.org");
            assertThat(book.entry("example.org").orElseThrow().wanted()).contains(NOW);
            book.keep("example.org", TestCertificate.of(NOW, END, "example.org"), acme());
            assertThat(book.entry("example.org").orElseThrow().wanted()).isEmpty();
        }
    }

    @Test
    void aTargetHasPort80UnlessItSaysOtherwise() {
        assertThat(BookEntry.of("example.org")
                        .withTarget(Optional.of("10.0.0.2"))
                        .address())
                .contains(Address.inet("10.0.0.2", 80));
        assertThat(BookEntry.of("example.org")
                        .withTarget(Optional.of("2001:db8::1"))
                        .address())
                .contains(Address.inet("2001:db8::1", 80));
        assertThat(BookEntry.of("example.org")
                        .withTarget(Optional.of("[2001:db8::1]:8080"))
                        .address())
                .contains(Address.inet("2001:db8::1", 8080));
        assertThat(BookEntry.of("example.org")
                        .withTarget(Optional.of("backend:65535"))
                        .address())
                .contains(Address.inet("backend", 65535));
        for (String wrong : List.of("", "a b", "10.0.0.2:0", "10.0.0.2:65536", "http://a", "a/b", "*.example.org:1")) {
            assertThatThrownBy(() -> BookEntry.of("example.org").withTarget(Optional.of(wrong)))
                    .isInstanceOf(CertificateException.class)
                    .hasMessageContaining("is no target");
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() {
        try (CertificateBook book = CertificateBook.inMemory(InstantSource.fixed(NOW))) {
            assertThatThrownBy(() -> book.keep("example.org", TestCertificate.of(NOW, END, "example.net"), acme()))
                    .hasMessage("the certificate is not for example.org but for [example.net]");
            assertThat(book.entries()).isEmpty();
        }
    }

    @Test
    void aKeyThatIsNotTheCertificatesIsRefused() {
        Certified one = TestCertificate.of(NOW, END, "example.org");
        Certified mixed = new Certified(one.chain(), TestCertificate.ec().getPrivate());
        try (CertificateBook book = CertificateBook.inMemory(InstantSource.fixed(NOW))) {
            assertThatThrownBy(() -> book.keep("example.org", mixed, acme()))
                    .hasMessage("the private key does not belong to the certificate for example.org");
        }
    }

    @Test
    void wildcardsAndAddressesHaveEntries() {
        try (CertificateBook book = open("correct horse")) {
            book.keep("*.example.org", TestCertificate.of(NOW, END, "*.example.org"), acme());
            book.keep("a.example.org", TestCertificate.of(NOW, END, "*.example.org"), acme());
            book.keep("192.0.2.1", TestCertificate.of(NOW, END, "192.0.2.1"), acme());
            book.keep("2001:db8::1", TestCertificate.of(NOW, END, "2001:db8::1"), acme());
        }
        try (CertificateBook book = open("correct horse")) {
            assertThat(book.entries())
                    .extracting(BookEntry::name)
                    .containsExactly("*.example.org", "192.0.2.1", "2001:db8::1", "a.example.org");
            assertThat(book.entries()).allMatch(entry -> entry.certified().isPresent());
        }
    }

    @Test
    void onlyAPersonRemovesAndTheHistoryKeepsIt() {
        try (CertificateBook book = open("correct horse")) {
            book.keep("example.org", TestCertificate.of(NOW, END, "example.org"), acme());
            assertThat(book.remove("example.org")).isTrue();
            assertThat(book.remove("example.org")).isFalse();
            assertThat(book.entries()).isEmpty();
        }
        assertThat(history("names/example.org/certificate.pem"))
                .contains("example.org: issued by Let's Encrypt (E7), valid until 2027-02-19");
    }

    @Test
    void watchersAreToldOfChanges() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        try (CertificateBook book = open("correct horse");
                BookWatch _ = book.watch(told::countDown)) {
            book.target("example.org", Optional.of("10.0.0.2"));
            assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void entriesAreAddedWithCertificateInOneCommit() {
        try (CertificateBook book = open("correct horse")) {
            book.add(BookEntry.of("example.org")
                    .withTarget(Optional.of("10.0.0.2"))
                    .withProtocols(List.of("H2", "http/1.1"))
                    .withCertificate(TestCertificate.of(NOW, END, "example.org"), Provenance.given("somebody", NOW)));
            BookEntry entry = book.entry("example.org").orElseThrow();
            assertThat(entry.protocols()).containsExactly("h2", "http/1.1");
            assertThat(entry.certified()).isPresent();
        }
        assertThat(history("names/example.org/entry.json"))
                .containsExactly("example.org: added, target 10.0.0.2, certificate given, signed by Let's Encrypt"
                        + " (E7), valid until 2027-02-19");
    }
}
