package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A commit's folders in memory, compared with what git itself says.
class FolderIT {
    private static final int MANY = 1_000_000;

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

    private CommitId push() throws Exception {
        git.ok("add", "-A");
        git.ok("commit", "-q", "-m", "Change");
        git.ok("push", "-q", server.address("http", "one"), "HEAD:main");
        return git.head();
    }

    private GitFolder read(CommitId commit) {
        return server.repository("one").folder(commit, Optional.empty(), MANY);
    }

    private void write(String name, String text) throws IOException {
        Path file = git.folder().resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void list(GitFolder folder, String above, List<String> lines) {
        for (int entry = 0; entry < folder.size(); entry++) {
            String path = above + folder.name(entry);
            assertThat(folder.find(folder.name(entry))).isEqualTo(entry);
            Optional<GitFolder> below = folder.folder(entry);
            if (below.isPresent()) {
                list(below.get(), path + "/", lines);
            } else {
                lines.add(folder.blob(entry) + " " + path);
            }
        }
    }

    @Test
    void everyFileIsFoundWithTheIdentityThatGitGivesIt() throws Exception {
        for (String name : List.of("a/b", "a.b", "a-b", "a0", "grüße/日本", "deep/er/still/x", "z")) {
            write(name, name);
        }
        Files.createSymbolicLink(git.folder().resolve("link"), Path.of("deep/er"));
        CommitId commit = push();
        List<String> lines = new ArrayList<>();

        list(read(commit), "", lines);

        String expected =
                git.ok("-c", "core.quotePath=false", "ls-tree", "-r", "--format=%(objectname) %(path)", "HEAD");
        assertThat(lines).containsExactlyInAnyOrderElementsOf(expected.lines().toList());
    }

    @Test
    void aNameThatIsNotThereIsNotFound() throws Exception {
        write("one", "1");
        GitFolder top = read(push());

        assertThat(top.find("nothing")).isEqualTo(-1);
        assertThat(top.find("")).isEqualTo(-1);
        assertThat(top.find("hello.tx")).isEqualTo(-1);
        assertThat(top.find("hello.txt2")).isEqualTo(-1);
    }

    @Test
    void whatDidNotChangeIsSharedWithTheEarlierCommit() throws Exception {
        write("same/deep/x", "1");
        write("other/y", "1");
        GitFolder first = read(push());
        write("other/y", "2");
        CommitId second = push();

        GitFolder next = server.repository("one").folder(second, Optional.of(first), 4);

        assertThat(next.folder(next.find("same")))
                .containsSame(first.folder(first.find("same")).orElseThrow());
        assertThat(next.id()).isNotEqualTo(first.id());
    }

    @Test
    void aTreeThatNamesTheSameFolderOverAndOverCostsLittle() throws Exception {
        write("bomb/0", "x");
        git.ok("add", "-A");
        String tree = git.ok("write-tree");
        for (int depth = 0; depth < 30; depth++) {
            Path lines = Files.writeString(
                    folder.resolve("lines"), "040000 tree " + tree + "\ta\n040000 tree " + tree + "\tb\n");
            tree = new Mktree(git).of(lines);
        }
        String commit = git.ok("commit-tree", "-m", "bomb", tree);
        git.ok("push", "-q", server.address("http", "one"), commit + ":refs/heads/bomb");

        GitFolder bomb = server.repository("one").folder(new CommitId(commit), Optional.empty(), 100);

        assertThat(bomb.folder(0)).containsSame(bomb.folder(1).orElseThrow());
    }

    @Test
    void moreEntriesThanAllowedAreRefused() throws Exception {
        for (int i = 0; i < 10; i++) {
            write("many/" + i, "x");
        }
        CommitId commit = push();

        assertThatThrownBy(() -> server.repository("one").folder(commit, Optional.empty(), 5))
                .isInstanceOf(GitException.class)
                .hasMessageContaining("more than 5 files and folders");
    }

    @Test
    void aBlobIsReadFromItsFirstByteEachTime() throws Exception {
        write("big", "0123456789".repeat(1_000_000));
        CommitId commit = push();
        GitFolder top = read(commit);

        try (GitBlob blob = server.repository("one").blob(top.blob(top.find("big")))) {
            assertThat(blob.size()).isEqualTo(10_000_000);
            for (int i = 0; i < 2; i++) {
                try (InputStream in = blob.stream()) {
                    assertThat(BlobId.of(in, blob.size())).isEqualTo(blob.id());
                }
            }
        }
    }

    @Test
    void aBlobThatIsNotThereIsSaidToBeMissing() throws Exception {
        write("one", "1");
        push();
        BlobId nowhere = new BlobId("0123456789".repeat(4));

        assertThatThrownBy(() -> server.repository("one").blob(nowhere))
                .isInstanceOf(GitException.class)
                .hasMessageContaining(nowhere.hex());
    }

    @Test
    void contentsGetTheIdentityThatGitGives() throws Exception {
        byte[] bytes = "hello\n".getBytes(UTF_8);

        assertThat(BlobId.of(new ByteArrayInputStream(bytes), bytes.length).hex())
                .isEqualTo("ce013625030ba8dba906f756967f9e9ca394464a");
        assertThatThrownBy(() -> BlobId.of(new ByteArrayInputStream(bytes), 5)).isInstanceOf(IOException.class);
    }

    /// Makes tree objects from the lines of a file, which git reads from its input.
    private record Mktree(Git git) {
        String of(Path lines) throws Exception {
            Process process = new ProcessBuilder("git", "mktree")
                    .directory(git.folder().toFile())
                    .redirectInput(lines.toFile())
                    .start();
            try (InputStream out = process.getInputStream()) {
                String tree = new String(out.readAllBytes(), UTF_8).strip();
                assertThat(process.waitFor()).isZero();
                return tree;
            }
        }
    }
}
