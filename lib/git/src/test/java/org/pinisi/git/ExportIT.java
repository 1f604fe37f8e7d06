package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reading commits and writing their trees, compared with what git itself says.
class ExportIT {
    @TempDir
    Path folder;

    private GitServer server;
    private Git git;

    @BeforeEach
    void start() throws Exception {
        server = new GitServer(folder, GitLimits.DEFAULT);
        git = server.client("one");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anExportedTreeIsWhatGitArchiveWrites() throws Exception {
        Path work = git.folder();
        Files.createDirectories(work.resolve("deep/er"));
        Files.writeString(work.resolve("deep/er/grüße 日本 \uD83D\uDEA2.txt"), "ahoy\n");
        Files.writeString(work.resolve("run.sh"), "#!/bin/sh\n");
        assertThat(work.resolve("run.sh").toFile().setExecutable(true)).isTrue();
        Files.write(work.resolve("binary"), new byte[300_000]);
        Files.writeString(work.resolve("empty"), "");
        Files.writeString(work.resolve("crlf.txt"), "a\r\nb\r\n");
        Files.writeString(
                work.resolve("big.psd"), "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
        Files.createSymbolicLink(work.resolve("link"), Path.of("deep/er"));
        Files.createSymbolicLink(work.resolve("deep/back"), Path.of("../run.sh"));
        Files.createSymbolicLink(work.resolve("dangling"), Path.of("nowhere"));
        CommitId commit = push();

        server.repository("one").export(commit, folder.resolve("ours"), ExportLimits.DEFAULT);

        Path theirs = Files.createDirectory(folder.resolve("theirs"));
        git.ok("archive", "-o", folder.resolve("all.tar").toString(), commit.hex());
        Process tar = new ProcessBuilder("tar", "-xf", folder.resolve("all.tar").toString(), "-C", theirs.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        assertThat(describe(folder.resolve("ours"))).isEqualTo(describe(theirs)).hasSize(13);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../secret", "deep/../../secret"})
    void aLinkThatLeadsOutsideIsRefused(String target) throws Exception {
        Files.createSymbolicLink(git.folder().resolve("trick"), Path.of(target));
        CommitId commit = push();

        assertThatThrownBy(() -> server.repository("one").export(commit, folder.resolve("ours"), ExportLimits.DEFAULT))
                .isInstanceOf(GitException.class)
                .hasMessageContaining("the link trick leads outside")
                .hasMessageContaining(target);
        assertThat(folder.resolve("ours/trick")).doesNotExist();
    }

    @Test
    void aSubmoduleIsRefusedByName() throws Exception {
        git.ok("update-index", "--add", "--cacheinfo", "160000," + git.head() + ",vendor/lib");
        git.ok("commit", "-q", "-m", "Add a submodule");
        CommitId commit = git.head();
        git.ok("push", server.address("http", "one"), "main");

        assertThatThrownBy(() -> server.repository("one").export(commit, folder.resolve("ours"), ExportLimits.DEFAULT))
                .isInstanceOf(GitException.class)
                .hasMessageContaining("submodule vendor/lib");
    }

    @Test
    void anExportStaysWithinItsLimits() throws Exception {
        Files.writeString(git.folder().resolve("more.txt"), "x".repeat(1000));
        CommitId commit = push();
        GitRepository repository = server.repository("one");

        assertThatThrownBy(() -> repository.export(commit, folder.resolve("few"), new ExportLimits(1, 1 << 20)))
                .hasMessageContaining("more than 1 files");
        assertThatThrownBy(() -> repository.export(commit, folder.resolve("small"), new ExportLimits(10, 100)))
                .hasMessageContaining("more than 100 bytes");
    }

    @Test
    void anExportIntoAFolderThatIsNotEmptyIsRefused() throws Exception {
        CommitId commit = push();

        assertThatThrownBy(() -> server.repository("one").export(commit, git.folder(), ExportLimits.DEFAULT))
                .hasMessageContaining("not empty");
    }

    @Test
    void anInterruptedExportStops() throws Exception {
        CommitId commit = push();
        GitRepository repository = server.repository("one");

        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> repository.export(commit, folder.resolve("ours"), ExportLimits.DEFAULT))
                .isInstanceOf(GitException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aCommitIsReadWhole() throws Exception {
        CommitId first = git.head();
        Files.writeString(git.folder().resolve("more.txt"), "more\n");
        git.ok("add", ".");
        git.ok("commit", "-q", "-m", "Greet everyone\n\nIt was about time.\n\nReally.");
        CommitId commit = git.head();
        git.ok("push", server.address("http", "one"), "main");

        Commit read = server.repository("one").commit(commit);

        assertThat(read.id()).isEqualTo(commit);
        assertThat(read.tree().hex()).isEqualTo(git.ok("rev-parse", "HEAD^{tree}"));
        assertThat(read.tree()).isEqualTo(server.repository("one").tree(commit));
        assertThat(read.parents()).containsExactly(first);
        assertThat(read.author()).isEqualTo("Tester");
        assertThat(read.email()).isEqualTo("tester@example.org");
        assertThat(Long.toString(read.time().getEpochSecond())).isEqualTo(git.ok("log", "-1", "--format=%ct"));
        assertThat(read.subject()).isEqualTo("Greet everyone");
        assertThat(read.body()).isEqualTo("It was about time.\n\nReally.");
        assertThat(commit.abbreviated()).hasSize(7);
    }

    @Test
    void filesAndFoldersAreReadFromACommit() throws Exception {
        Files.createDirectories(git.folder().resolve("deep"));
        Files.writeString(git.folder().resolve("deep/a.txt"), "alpha");
        Files.createSymbolicLink(git.folder().resolve("link"), Path.of("hello.txt"));
        CommitId commit = push();
        GitRepository repository = server.repository("one");

        assertThat(repository.list(commit, ""))
                .containsExactly(
                        new TreeEntry("deep", TreeEntry.Kind.FOLDER, 0),
                        new TreeEntry("hello.txt", TreeEntry.Kind.FILE, 6),
                        new TreeEntry("link", TreeEntry.Kind.LINK, 9));
        assertThat(repository.list(commit, "deep")).containsExactly(new TreeEntry("a.txt", TreeEntry.Kind.FILE, 5));
        assertThat(repository.file(commit, "deep/a.txt", 5).orElseThrow()).isEqualTo("alpha".getBytes(UTF_8));
        for (String absent : List.of("", "/hello.txt", "deep", "deep/", "deep//a.txt", "link", "../x", "no")) {
            assertThat(repository.file(commit, absent, 100)).as(absent).isEmpty();
        }
        assertThatThrownBy(() -> repository.file(commit, "deep/a.txt", 4)).hasMessageContaining("at most 4");
        assertThatThrownBy(() -> repository.list(commit, "hello.txt")).hasMessageContaining("no folder");
    }

    @Test
    void aMissingCommitIsSaidToBeMissing() throws Exception {
        push();
        CommitId missing = new CommitId("0123456789012345678901234567890123456789");
        GitRepository repository = server.repository("one");

        assertThat(repository.contains(missing)).isFalse();
        assertThatThrownBy(() -> repository.commit(missing)).hasMessageContaining("no commit " + missing);
        assertThatThrownBy(() -> repository.keep("release/1", missing)).hasMessageContaining("no commit");
    }

    @Test
    void aKeptCommitSurvivesGitsOwnCollector() throws Exception {
        push();
        CommitId kept = git.head();
        server.repository("one").keep("release/7", kept);
        git.ok("commit", "-q", "--amend", "--allow-empty", "-m", "Rewritten");
        git.ok("push", "--force", server.address("http", "one"), "main");
        Git bare = new Git(folder.resolve("store/one.git"), server.home);
        bare.ok("update-ref", "-d", "refs/pinisi/replaced/" + kept);

        bare.ok("gc", "-q", "--prune=now");

        assertThat(server.repository("one").contains(kept)).isTrue();
        assertThat(server.repository("one").branch("main")).contains(git.head());
    }

    private CommitId push() throws Exception {
        git.ok("add", ".");
        git.ok("commit", "-q", "--allow-empty", "-m", "Add files");
        git.ok("push", server.address("http", "one"), "main");
        return git.head();
    }

    private static Map<String, String> describe(Path root) throws Exception {
        Map<String, String> entries = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList()) {
                String name = root.relativize(path).toString();
                if (Files.isSymbolicLink(path)) {
                    entries.put(name, "link to " + Files.readSymbolicLink(path));
                } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    entries.put(name, "folder");
                } else {
                    String kind = Files.isExecutable(path) ? "program " : "file ";
                    entries.put(name, kind + new String(Files.readAllBytes(path), UTF_8));
                }
            }
        }
        return entries;
    }
}
