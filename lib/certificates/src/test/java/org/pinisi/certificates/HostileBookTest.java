package org.pinisi.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.git.GitRepository;
import org.pinisi.git.GitStore;
import org.pinisi.git.StoreAuthor;
import org.pinisi.git.StoreKey;
import org.pinisi.git.StoreLimits;

/// Somebody who may push into the book writes what they like. Each defect is named, and all else is served.
class HostileBookTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant END = Instant.parse("2027-02-19T12:00:00Z");
    private static final StoreAuthor MALLORY = new StoreAuthor("Mallory", "m@example.org");

    @TempDir
    private Path folder;

    @BeforeEach
    void keepOne() {
        try (CertificateBook book = open()) {
            book.keep("good.example", TestCertificate.of(NOW, END, "good.example"), Provenance.given("x", NOW));
            book.keep("other.example", TestCertificate.of(NOW, END, "other.example"), Provenance.given("x", NOW));
        }
    }

    private CertificateBook open() {
        return CertificateBook.local(
                folder.resolve("book.git"),
                PassPhrase.of("correct horse".toCharArray()),
                BookSettings.of(InstantSource.fixed(NOW)).withCost(SealCost.LEAST));
    }

    private void write(String path, byte[] contents) {
        try (GitRepository repository = GitRepository.open(folder.resolve("book.git"));
                GitStore store = GitStore.open(repository, "main", StoreLimits.DEFAULT, InstantSource.fixed(NOW))) {
            store.set(MALLORY, "mischief", new StoreKey(path), contents);
        }
    }

    private void write(String path, String contents) {
        write(path, contents.getBytes(UTF_8));
    }

    private byte[] read(String path) {
        try (GitRepository repository = GitRepository.open(folder.resolve("book.git"));
                GitStore store = GitStore.open(repository, "main", StoreLimits.DEFAULT, InstantSource.fixed(NOW))) {
            return store.get(new StoreKey(path)).orElseThrow();
        }
    }

    /// The book names this defect and nothing else, and serves the good one.
    private void assertDefect(String path, String problem) {
        try (CertificateBook book = open()) {
            assertThat(book.defects()).singleElement().satisfies(defect -> {
                assertThat(defect.path()).isEqualTo(path);
                assertThat(defect.problem()).contains(problem);
            });
            assertThat(book.entry("good.example").flatMap(BookEntry::certified)).isPresent();
        }
    }

    @Test
    void anEntryThatIsNoJson() {
        write("names/other.example/entry.json", "{\"target\": ");
        assertDefect("names/other.example/entry.json", "this is no JSON");
        try (CertificateBook book = open()) {
            assertThat(book.entry("other.example").flatMap(BookEntry::certified))
                    .isPresent();
        }
    }

    @Test
    void anEntryThatIsAnotherKindOfJson() {
        write("names/other.example/entry.json", "[1, 2]");
        assertDefect("names/other.example/entry.json", "expected is a JSON object");
    }

    @Test
    void anEntryNestedWithoutEnd() {
        write("names/other.example/entry.json", "[".repeat(100_000));
        assertDefect("names/other.example/entry.json", "this is no JSON");
    }

    @Test
    void aFieldOfAnotherKind() {
        write("names/other.example/entry.json", "{\"target\": 80}");
        assertDefect("names/other.example/entry.json", "\"target\" is no text");
    }

    @Test
    void aTargetThatIsNone() {
        write("names/other.example/entry.json", "{\"target\": \"http://169.254.169.254/\"}");
        assertDefect("names/other.example/entry.json", "is no target");
    }

    @Test
    void aFileTooLarge() {
        write("names/other.example/entry.json", " ".repeat(BookLayout.MOST_BYTES + 1));
        assertDefect("names/other.example/entry.json", "expected: 262144 at most");
        write("names/third.example/certificate.pem", new byte[5 << 20]);
        try (CertificateBook book = open()) {
            assertThat(book.defects()).hasSize(2);
            assertThat(book.entry("third.example").orElseThrow().chain()).isEmpty();
        }
    }

    @Test
    void aFolderThatIsNoName() {
        write("names/Not A Name/entry.json", "{}");
        assertDefect("names/Not A Name", "this is the name of no host");
    }

    @Test
    void filesThatBelongNowhereAreLeftAlone() {
        write("README.md", "hello");
        write("names/other.example/notes.txt", "hello");
        write("names/stray", "hello");
        try (CertificateBook book = open()) {
            assertThat(book.defects()).isEmpty();
            assertThat(book.entries()).hasSize(2);
        }
    }

    @Test
    void aCertificateForAnotherName() {
        write("names/evil.example/certificate.pem", read("names/good.example/certificate.pem"));
        assertDefect("names/evil.example/certificate.pem", "the certificate is not for evil.example");
    }

    @Test
    void aKeyTakenFromAnotherName() {
        String other = new String(read("names/other.example/certificate.pem"), UTF_8);
        String good = new String(read("names/good.example/certificate.pem"), UTF_8);
        String key = "-----BEGIN PINISI SEALED";
        write(
                "names/other.example/certificate.pem",
                other.substring(0, other.indexOf(key)) + good.substring(good.indexOf(key)));
        assertDefect("names/other.example/certificate.pem", "was changed, or belongs elsewhere");
    }

    @Test
    void aCertificateFileThatIsNone() {
        for (String text : new String[] {
            "",
            "hello",
            "-----BEGIN CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "-----BEGIN ".repeat(1000),
        }) {
            write("names/other.example/certificate.pem", text);
            try (CertificateBook book = open()) {
                assertThat(book.defects()).as(text).hasSize(1);
                assertThat(book.entry("other.example").orElseThrow().certified())
                        .isEmpty();
                assertThat(book.entry("good.example").flatMap(BookEntry::certified))
                        .isPresent();
            }
        }
    }

    @Test
    void aDefectIsPrintedWithoutItsControlCharacters() {
        BookDefect defect = new BookDefect("names/\u001b[31m", "red\u001b[0m\nnext line\u202e");
        assertThat(defect.toString()).isEqualTo("names/ [31m: red [0m next line");
    }

    @Test
    void sealsThatAskForTooMuchMemory() {
        write("seal.json", new String(read("seal.json"), UTF_8).replace("8192", "2000000000"));
        try (CertificateBook book = CertificateBook.local(
                folder.resolve("book.git"), PassPhrase.none(), BookSettings.of(InstantSource.fixed(NOW)))) {
            assertThat(book.defects())
                    .anySatisfy(defect -> assertThat(defect.problem())
                            .isEqualTo("the seal's memory-kib is 2000000000; expected is 8192 to 262144"));
        }
    }

    @Test
    void sealsThatCannotBeReadAreNotReplaced() {
        write("seal.json", "{");
        assertThatThrownBy(this::open)
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("seal.json")
                .hasMessageContaining("this is no JSON");
        assertThat(new String(read("seal.json"), UTF_8)).isEqualTo("{");
    }

    @Test
    void aBookWhoseSealsWereTakenAwayWhileItIsOpenServesOn() {
        try (CertificateBook book = open()) {
            assertThat(book.entries()).hasSize(2);
            write("seal.json", "{");
            assertThat(book.defects()).extracting(BookDefect::path).containsExactly("seal.json");
            assertThat(book.entries()).allMatch(entry -> entry.certified().isPresent());
        }
    }

    @Test
    void anEntryThatCannotBeReadIsNotWrittenOver() {
        write("names/other.example/entry.json", "{\"target\": ");
        try (CertificateBook book = open()) {
            book.keep("other.example", TestCertificate.of(NOW, END, "other.example"), Provenance.given("x", NOW));
            book.attempt(
                    "other.example",
                    new Attempt(NOW, Attempt.Outcome.ISSUED, "a", Optional.empty(), "b", Optional.empty()));
            assertThat(book.entry("other.example").flatMap(BookEntry::certified))
                    .isPresent();
        }
        assertThat(new String(read("names/other.example/entry.json"), UTF_8)).isEqualTo("{\"target\": ");
    }

    @Test
    void fieldsOfANewerPinisiStay() {
        write("names/other.example/entry.json", "{\"target\": \"10.0.0.1\", \"newer\": {\"a\": [1]}}");
        try (CertificateBook book = open()) {
            book.target("other.example", Optional.of("10.0.0.2"));
        }
        assertThat(new String(read("names/other.example/entry.json"), UTF_8))
                .contains("\"newer\"")
                .contains("10.0.0.2");
    }
}
