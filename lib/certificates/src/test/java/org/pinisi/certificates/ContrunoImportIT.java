package org.pinisi.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.git.GitClient;
import org.pinisi.git.RemoteBranch;
import org.pinisi.http.Certified;
import tools.jackson.databind.json.JsonMapper;

class ContrunoImportIT {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant END = Instant.parse("2027-02-19T12:00:00Z");

    @TempDir
    private Path folder;

    private final Certified certified = TestCertificate.of(NOW.minusSeconds(60), END, "example.org");
    private Path work = Path.of("work");

    @BeforeEach
    void makeContrunosRepository() throws IOException {
        work = folder.resolve("work");
        git("init", "--quiet", "--initial-branch=main", work.toString());
        byte[] good = JsonMapper.shared()
                .writeValueAsBytes(ContrunoFileTest.file(ContrunoFileTest.single(certified))
                        .put("port", -25536));
        Files.write(work.resolve("example.org"), good);
        Files.writeString(work.resolve("broken.example"), "{");
        Files.createDirectories(work.resolve("folder"));
        Files.writeString(work.resolve("folder/inner.example"), "{}");
        Files.writeString(work.resolve("README.md"), "Certificates");
        Files.createSymbolicLink(work.resolve("link.example"), Path.of("example.org"));
        git("-C", work.toString(), "add", ".");
        git("-C", work.toString(), "commit", "--quiet", "-m", "Committed by git-kv");
    }

    private List<ContrunoImport.Report> run(CertificateBook book, String scratch) {
        try (GitClient client = GitClient.create()) {
            return ContrunoImport.read(
                            client,
                            RemoteBranch.parse(work.resolve(".git") + "#main"),
                            folder.resolve(scratch),
                            InstantSource.fixed(NOW))
                    .into(book);
        }
    }

    @Test
    void whatCanBeTakenIsTakenAndTheRestIsTold() {
        String before = git("-C", work.toString(), "rev-parse", "HEAD");
        try (CertificateBook book = CertificateBook.inMemory(InstantSource.fixed(NOW))) {
            List<ContrunoImport.Report> reports = run(book, "scratch");
            assertThat(reports)
                    .extracting(ContrunoImport.Report::file)
                    .containsExactlyInAnyOrder("README.md", "broken.example", "example.org", "folder/");
            assertThat(reports)
                    .filteredOn(report -> report.name().isPresent())
                    .singleElement()
                    .satisfies(report -> assertThat(report.notes())
                            .containsExactly("its port -25536 is 40000, which does not fit where Contruno keeps it"));
            BookEntry entry = book.entry("example.org").orElseThrow();
            assertThat(entry.target()).contains("10.0.0.2:40000");
            assertThat(entry.certified().orElseThrow().key()).isEqualTo(certified.key());
            assertThat(book.entries()).hasSize(1);
        }
        assertThat(git("-C", work.toString(), "rev-parse", "HEAD")).isEqualTo(before);
    }

    @Test
    void whatTheBookHasAlreadyStays() {
        try (CertificateBook book = CertificateBook.inMemory(InstantSource.fixed(NOW))) {
            book.add(BookEntry.of("example.org").withTarget(Optional.of("10.0.0.9")));
            assertThat(run(book, "scratch"))
                    .filteredOn(report -> report.file().equals("example.org"))
                    .singleElement()
                    .satisfies(
                            report -> assertThat(report.notes()).containsExactly("the book has example.org already"));
            assertThat(book.entry("example.org").flatMap(BookEntry::target)).contains("10.0.0.9");
        }
    }

    @Test
    void aBranchThatIsNotThereIsTold() {
        try (GitClient client = GitClient.create()) {
            RemoteBranch nowhere = RemoteBranch.parse(work.resolve(".git") + "#nowhere");
            assertThatThrownBy(() ->
                            ContrunoImport.read(client, nowhere, folder.resolve("scratch"), InstantSource.fixed(NOW)))
                    .isInstanceOf(CertificateException.class)
                    .hasMessageContaining("nowhere");
        }
    }

    private static String git(String... arguments) {
        try {
            Process process = new ProcessBuilder(Stream.concat(
                                    Stream.of("git", "-c", "user.name=Git KV", "-c", "user.email=git@example.org"),
                                    Stream.of(arguments))
                            .toList())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
            return output;
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
