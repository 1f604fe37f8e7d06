package org.pinisi.certificates;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.git.GitClient;
import org.pinisi.git.RemoteBranch;
import org.pinisi.http.Certified;

/// Books on a remote: a bare repository that git(1) made, and that people clone with it.
class BookRemoteIT {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant END = Instant.parse("2027-02-19T12:00:00Z");
    private static final URI DIRECTORY = URI.create("https://acme.example/directory");
    private static final Provenance GIVEN = Provenance.given("Let's Encrypt (E7)", NOW);

    @TempDir
    private Path folder;

    private final GitClient client = GitClient.create();
    private Path remote = Path.of("remote.git");

    @BeforeEach
    void makeRemote() {
        remote = folder.resolve("remote.git");
        git("init", "--quiet", "--bare", "--initial-branch=main", remote.toString());
    }

    @AfterEach
    void close() {
        client.close();
    }

    private CertificateBook open(String here) {
        // The interval is long, so that only what a test asks for happens.
        BookSettings settings = BookSettings.of(InstantSource.fixed(NOW))
                .withCost(SealCost.LEAST)
                .withInterval(Duration.ofHours(1));
        return open(here, settings, "correct horse");
    }

    private CertificateBook open(String here, BookSettings settings, String phrase) {
        return CertificateBook.remote(
                client,
                RemoteBranch.parse(remote + "#main"),
                folder.resolve(here),
                PassPhrase.of(phrase.toCharArray()),
                settings);
    }

    private static Attempt attempt(String words) {
        return new Attempt(NOW, Attempt.Outcome.FAILED, "authority", Optional.empty(), words, Optional.empty());
    }

    @Test
    void everythingIsLostButTheRemoteAndThePassPhrase() throws IOException {
        KeyPair account = TestCertificate.ec();
        Certified certified = TestCertificate.of(NOW, END, "example.org");
        try (CertificateBook book = open("first")) {
            book.add(BookEntry.of("example.org").withTarget(Optional.of("10.0.0.2:8080")));
            book.keep("example.org", certified, GIVEN);
            book.attempt("example.org", attempt("no answer"));
            book.keepAccount(DIRECTORY, URI.create("https://acme.example/account/7"), account);
            assertThat(book.synchronise()).isEmpty();
        }
        delete(folder.resolve("first"));

        try (CertificateBook book = open("second")) {
            BookEntry entry = book.entry("example.org").orElseThrow();
            assertThat(entry.target()).contains("10.0.0.2:8080");
            assertThat(entry.certified().orElseThrow().chain()).isEqualTo(certified.chain());
            assertThat(entry.certified().orElseThrow().key()).isEqualTo(certified.key());
            assertThat(entry.attempts()).containsExactly(attempt("no answer"));
            assertThat(entry.provenance()).contains(GIVEN);
            assertThat(book.account(DIRECTORY).orElseThrow().key().getPrivate()).isEqualTo(account.getPrivate());
        }
    }

    @Test
    void noObjectOfTheRepositoryHoldsAKeyInClear() {
        Certified certified = TestCertificate.of(NOW, END, "example.org");
        KeyPair account = TestCertificate.rsa();
        try (CertificateBook book = open("first")) {
            book.keep("example.org", certified, GIVEN);
            book.keepAccount(DIRECTORY, URI.create("https://acme.example/account/7"), account);
            assertThat(book.synchronise()).isEmpty();
        }
        String objects = git("-C", remote.toString(), "cat-file", "--batch", "--batch-all-objects");
        assertThat(objects).contains("PINISI SEALED PRIVATE KEY").doesNotContain("correct horse");
        for (byte[] key :
                List.of(certified.key().getEncoded(), account.getPrivate().getEncoded())) {
            // Not the whole key, since lines are broken somewhere.
            String base64 = Base64.getEncoder().encodeToString(key).substring(40, 90);
            String raw = new String(key, ISO_8859_1).substring(36, 60);
            assertThat(objects.replace("\n", "")).doesNotContain(base64).doesNotContain(raw);
        }
    }

    @Test
    void ofTwoEdgesThatRenewAtOnceTheLongerLivingCertificateStays() {
        Certified shorter = TestCertificate.of(NOW, END, "example.org");
        Certified longer = TestCertificate.of(NOW, END.plusSeconds(60), "example.org");
        try (CertificateBook one = open("one");
                CertificateBook two = open("two")) {
            one.keep("example.org", TestCertificate.of(NOW, NOW.plusSeconds(60), "example.org"), GIVEN);
            assertThat(one.synchronise()).isEmpty();
            assertThat(two.synchronise()).isEmpty();

            one.keep("example.org", longer, GIVEN);
            one.attempt("example.org", attempt("said to one"));
            two.keep("example.org", shorter, GIVEN);
            two.attempt("example.org", attempt("said to two"));
            two.target("example.org", Optional.of("10.0.0.2"));
            inStep(one, two);

            for (CertificateBook book : List.of(one, two)) {
                BookEntry entry = book.entry("example.org").orElseThrow();
                assertThat(entry.chain()).isEqualTo(longer.chain());
                assertThat(entry.certified()).isPresent();
                assertThat(entry.provenance()).isPresent();
                assertThat(entry.target()).contains("10.0.0.2");
                assertThat(entry.attempts())
                        .extracting(Attempt::words)
                        .containsExactlyInAnyOrder("said to one", "said to two");
            }
        }
    }

    @Test
    void twoEdgesThatBeginTheBookAtOnceOpenEachOthersKeys() {
        try (CertificateBook one = open("one");
                CertificateBook two = open("two")) {
            one.keep("one.example", TestCertificate.of(NOW, END, "one.example"), GIVEN);
            two.keep("two.example", TestCertificate.of(NOW, END, "two.example"), GIVEN);
            inStep(one, two);
            for (CertificateBook book : List.of(one, two)) {
                assertThat(book.defects()).isEmpty();
                assertThat(book.entries())
                        .hasSize(2)
                        .allMatch(entry -> entry.certified().isPresent());
            }
        }
        try (CertificateBook third = open("three")) {
            assertThat(third.entries())
                    .hasSize(2)
                    .allMatch(entry -> entry.certified().isPresent());
        }
    }

    @Test
    void whatAPersonRemovesIsNotBroughtBackByAnEdgeThatTried() {
        try (CertificateBook edge = open("edge");
                CertificateBook person = open("person")) {
            edge.keep("example.org", TestCertificate.of(NOW, END, "example.org"), GIVEN);
            inStep(edge, person);
            person.remove("example.org");
            edge.attempt("example.org", attempt("meanwhile"));
            inStep(edge, person);
            assertThat(edge.entries()).isEmpty();
            assertThat(person.entries()).isEmpty();
        }
    }

    @Test
    void whileTheRemoteIsAwayTheBookIsUsedAndPushedLater() throws IOException {
        Path away = folder.resolve("away.git");
        try (CertificateBook book = open("edge")) {
            book.keep("one.example", TestCertificate.of(NOW, END, "one.example"), GIVEN);
            assertThat(book.synchronise()).isEmpty();
        }
        Files.move(remote, away);
        try (CertificateBook book = open("edge")) {
            assertThat(book.entry("one.example").flatMap(BookEntry::certified)).isPresent();
            book.keep("two.example", TestCertificate.of(NOW, END, "two.example"), GIVEN);
            assertThat(book.synchronise())
                    .hasValueSatisfying(why -> assertThat(why).contains(remote.toString()));
            assertThat(book.remoteStatus())
                    .hasValueSatisfying(status ->
                            assertThat(status).contains("1 commit waits").contains("failing since"));
        }
        assertThatThrownBy(() -> open("elsewhere"))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("of which nothing is here yet");
        Files.move(away, remote);
        try (CertificateBook book = open("edge")) {
            assertThat(book.synchronise()).isEmpty();
        }
        try (CertificateBook book = open("elsewhere")) {
            assertThat(book.entries()).extracting(BookEntry::name).containsExactly("one.example", "two.example");
        }
    }

    @Test
    void whatAPersonPushesWithGitIsSeenAndTold() throws IOException, InterruptedException {
        BookSettings often = BookSettings.of(InstantSource.fixed(NOW))
                .withCost(SealCost.LEAST)
                .withInterval(Duration.ofMillis(200));
        CountDownLatch told = new CountDownLatch(1);
        try (CertificateBook book = open("edge", often, "correct horse")) {
            book.target("example.org", Optional.of("10.0.0.2"));
            assertThat(book.synchronise()).isEmpty();
            BookWatch watch = book.watch(() -> {
                if (book.entry("example.net").isPresent()) {
                    told.countDown();
                }
            });

            Path clone = folder.resolve("clone");
            git("clone", "--quiet", remote.toString(), clone.toString());
            Path entry = clone.resolve("names/example.net/entry.json");
            Files.createDirectories(clone.resolve("names/example.net"));
            Files.writeString(entry, "{\"target\": \"10.0.0.3:8080\"}\n");
            git("-C", clone.toString(), "add", ".");
            git("-C", clone.toString(), "commit", "--quiet", "-m", "example.net by hand");
            git("-C", clone.toString(), "push", "--quiet");

            assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(book.entry("example.net").flatMap(BookEntry::target)).contains("10.0.0.3:8080");
            watch.close();
        }
    }

    @Test
    void aChangeIsPushedByItself() {
        try (CertificateBook book = open("edge")) {
            book.target("example.org", Optional.of("10.0.0.2"));
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(git("-C", remote.toString(), "log", "--format=%s", "--all"))
                            .contains("example.org: target 10.0.0.2"));
        }
    }

    @Test
    void aWrongPassPhraseLeavesTheRemoteAsItIs() {
        try (CertificateBook book = open("edge")) {
            book.keep("example.org", TestCertificate.of(NOW, END, "example.org"), GIVEN);
            assertThat(book.synchronise()).isEmpty();
        }
        String before = git("-C", remote.toString(), "rev-parse", "main");
        BookSettings settings = BookSettings.of(InstantSource.fixed(NOW)).withCost(SealCost.LEAST);
        assertThatThrownBy(() -> open("other", settings, "wrong horse")).hasMessageContaining("not the pass phrase");
        assertThat(git("-C", remote.toString(), "rev-parse", "main")).isEqualTo(before);
    }

    @Test
    void opensslReadsTheCertificateAsItLies() throws IOException {
        try (CertificateBook book = open("edge")) {
            book.keep("example.org", TestCertificate.of(NOW, END, "example.org"), GIVEN);
            assertThat(book.synchronise()).isEmpty();
        }
        Path clone = folder.resolve("clone");
        git("clone", "--quiet", remote.toString(), clone.toString());
        String file = clone.resolve("names/example.org/certificate.pem").toString();
        assertThat(run(List.of("openssl", "x509", "-noout", "-ext", "subjectAltName", "-in", file)))
                .contains("DNS:example.org");
    }

    /// Twice each, since the first one does not know yet what the second one pushes.
    private static void inStep(CertificateBook one, CertificateBook two) {
        for (CertificateBook book : List.of(one, two, one, two)) {
            assertThat(book.synchronise()).isEmpty();
        }
    }

    private String git(String... arguments) {
        return run(Stream.concat(
                        Stream.of("git", "-c", "user.name=Ana", "-c", "user.email=ana@example.org"),
                        Stream.of(arguments))
                .toList());
    }

    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as(String.join(" ", command) + "\n" + output)
                    .isZero();
            return output;
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
