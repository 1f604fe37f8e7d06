package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.git.CommitId;
import org.pinisi.git.GitException;
import org.pinisi.git.GitRepository;

/// Commits as trees, made by the real git.
@ExtendWith(LeakCheck.class)
final class GitTreeIT {
    private static final int LARGE = 12 << 20;

    @TempDir
    Path folder;

    private final List<GitRepository> opened = new ArrayList<>();
    private Author author = unset();

    @SuppressWarnings("NullAway") // set before each test
    private static Author unset() {
        return null;
    }

    @BeforeEach
    void begin() throws Exception {
        author = Author.begin(folder);
    }

    private GitRepository repository() {
        GitRepository repository = GitRepository.open(author.bare());
        opened.add(repository);
        return repository;
    }

    @AfterEach
    void close() {
        opened.forEach(GitRepository::close);
    }

    private static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Test
    void everythingThatACommitHoldsIsServedWithItsIdentityAsTag() throws Exception {
        author.write("index.html", "home", "docs/grüße 日本.txt", "hello\n", "run.sh", "#!/bin/sh\n");
        author.write("big.psd", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
        assertThat(author.copy().resolve("run.sh").toFile().setExecutable(true)).isTrue();
        Files.createSymbolicLink(author.copy().resolve("link"), Path.of("docs/grüße 日本.txt"));
        Files.createSymbolicLink(author.copy().resolve("docs/out"), Path.of("../../outside"));
        author.git("update-index", "--add", "--cacheinfo", "160000," + "0123456789".repeat(4) + ",module");
        author.git("add", "-A", "--", "index.html", "docs", "run.sh", "big.psd", "link");
        author.git("commit", "-q", "-m", "all");
        author.push();
        CommitId commit = new CommitId(author.git("rev-parse", "HEAD"));
        try (Served served = Served.of(folder, GitTree.of(repository(), commit))) {
            for (int i = 0; i < 2; i++) {
                Served.Answer answer = served.get("/docs/gr%C3%BC%C3%9Fe%20%E6%97%A5%E6%9C%AC.txt");
                assertThat(answer.body()).isEqualTo("hello\n");
                assertThat(answer.field("ETag")).isEqualTo("\"ce013625030ba8dba906f756967f9e9ca394464a\"");
                assertThat(served.get("/link").body()).isEqualTo("hello\n");
                assertThat(served.get("/run.sh").body()).isEqualTo("#!/bin/sh\n");
                assertThat(served.get("/big.psd").body()).startsWith("version https://git-lfs");
                assertThat(served.get("/docs/out").status()).isEqualTo(404);
                assertThat(served.get("/module/").status()).isEqualTo(404);
                assertThat(served.get("/.git/HEAD").status()).isEqualTo(404);
            }
            assertThat(served.site.version()).contains(commit.hex());
        }
    }

    @Test
    void theDateIsTheCommits() throws Exception {
        author.write("x.txt", "x");
        author.git("add", "-A");
        author.git("commit", "-q", "-m", "dated", "--date=2001-01-01T00:00:00Z");
        author.push();
        GitTree tree = GitTree.of(repository(), new CommitId(author.git("rev-parse", "HEAD")));
        long committed = Long.parseLong(author.git("log", "-1", "--format=%ct"));
        assertThat(tree.time().orElseThrow().getEpochSecond()).isEqualTo(committed);
    }

    @Test
    void aFileOfEverySizeArrivesWholeColdAndHotAndInParts() throws Exception {
        for (int size : new int[] {0, 1, 8191, 8193, 262_144, 262_145, 5 << 20, LARGE}) {
            Files.write(author.copy().resolve(size + ".bin"), noise(size));
        }
        CommitId commit = author.publish();
        author.git("--git-dir=" + author.bare(), "repack", "-adq");
        try (Served served = Served.of(folder, GitTree.of(repository(), commit))) {
            for (int round = 0; round < 3; round++) {
                for (int size : new int[] {0, 1, 8191, 8193, 262_144, 262_145, 5 << 20, LARGE}) {
                    byte[] expected = noise(size);
                    assertThat(bytes(served.get("/" + size + ".bin"))).isEqualTo(expected);
                    if (size > 100) {
                        Served.Answer part = served.get("/" + size + ".bin", "Range: bytes=" + (size - 50) + "-");
                        assertThat(part.status()).isEqualTo(206);
                        assertThat(bytes(part)).isEqualTo(java.util.Arrays.copyOfRange(expected, size - 50, size));
                    }
                }
                served.settle();
            }
            // What is over 256 KiB was unpacked, the largest once it was asked for again.
            assertThat(served.cache.diskBytes()).isBetween((5L << 20) + LARGE, (7L << 20) + LARGE);
        }
    }

    private static byte[] bytes(Served.Answer answer) {
        return answer.body().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    @Test
    void aLargeFileKeptAsADifferenceArrivesWhole() throws Exception {
        byte[] first = noise(LARGE);
        Files.write(author.copy().resolve("large.bin"), first);
        CommitId one = author.publish();
        byte[] second = first.clone();
        second[LARGE / 2] ^= 1;
        Files.write(author.copy().resolve("large.bin"), second);
        CommitId two = author.publish();
        author.git("--git-dir=" + author.bare(), "repack", "-adfq", "--depth=50");
        GitRepository repository = repository();
        GitTree tree = GitTree.of(repository, one);
        try (Served served = Served.of(folder, tree)) {
            for (int i = 0; i < 2; i++) {
                assertThat(bytes(served.get("/large.bin"))).isEqualTo(first);
            }
            served.site.show(tree.next(two));
            for (int i = 0; i < 3; i++) {
                assertThat(bytes(served.get("/large.bin"))).isEqualTo(second);
                served.settle();
            }
        }
    }

    @Test
    void theNextCommitIsReadOnlyWhereItDiffers() throws Exception {
        CommitId one = author.publish("a/x", "1", "b/y", "1", "index.html", "one");
        GitTree first = GitTree.of(repository(), one);
        CommitId two = author.publish("b/y", "2", "index.html", "two");
        GitTree second = first.next(two);
        try (Served served = Served.of(folder, first)) {
            assertThat(served.get("/b/y").body()).isEqualTo("1");
            served.site.show(second);
            assertThat(served.get("/b/y").body()).isEqualTo("2");
            assertThat(served.get("/a/x").body()).isEqualTo("1");
            served.site.show(first);
            assertThat(served.get("/b/y").body()).isEqualTo("1");
        }
    }

    @Test
    void aListingIsThatOfTheCommit() throws Exception {
        CommitId commit = author.publish("sub/a.txt", "12345", "sub/deep/b", "1");
        Served served = new Served(folder, site -> site.listing(true));
        try (served) {
            served.site.show(GitTree.of(repository(), commit));
            assertThat(served.get("/sub/").body()).contains("a.txt</a><td>5 B", "deep/</a>");
        }
    }

    @Test
    void repositoryMaintenanceUnderWayDoesNoHarm() throws Exception {
        for (int i = 0; i < 20; i++) {
            author.publish("f" + i + ".txt", "contents " + i, "big" + i + ".bin", "x".repeat(300_000) + i);
        }
        CommitId commit = new CommitId(author.git("rev-parse", "HEAD"));
        try (Served served = Served.of(folder, GitTree.of(repository(), commit))) {
            for (int i = 0; i < 20; i++) {
                if (i % 5 == 0) {
                    author.git(
                            "--git-dir=" + author.bare(), i % 10 == 0 ? "repack" : "gc", i % 10 == 0 ? "-adq" : "-q");
                }
                assertThat(served.get("/f" + i + ".txt").body()).isEqualTo("contents " + i);
                assertThat(served.get("/big" + i + ".bin").body()).hasSize(300_000 + ("" + i).length());
            }
        }
    }

    @Test
    void aRepositoryThatIsGoneGivesAnErrorAndWhatIsHotIsServedOn() throws Exception {
        CommitId commit = author.publish("hot.txt", "hot", "cold.txt", "cold");
        try (Served served = Served.of(folder, GitTree.of(repository(), commit))) {
            served.get("/hot.txt");
            delete(author.bare().resolve("objects"));
            assertThat(served.get("/hot.txt").body()).isEqualTo("hot");
            assertThat(served.get("/cold.txt").status()).isIn(200, 500);
            assertThat(served.get("/nothing").status()).isEqualTo(404);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void aCommitThatIsNotThereCannotBeShown() throws Exception {
        author.publish("x", "x");
        CommitId nowhere = new CommitId("0123456789".repeat(4));
        assertThatThrownBy(() -> GitTree.of(repository(), nowhere)).isInstanceOf(GitException.class);
    }
}
