package org.pinisi.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.git.BlobId;
import org.pinisi.git.TreeEntry;

/// A folder as a tree.
final class FolderTreeTest {
    @TempDir
    Path folder;

    private Path root = Path.of("");

    @BeforeEach
    void fill() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        Files.createDirectories(root.resolve("sub/deep"));
        Files.writeString(root.resolve("hello.txt"), "hello\n");
        Files.writeString(root.resolve("sub/deep/x"), "x");
        Files.writeString(folder.resolve("outside.txt"), "outside");
        Files.createSymbolicLink(root.resolve("link"), Path.of("sub/deep"));
        Files.createSymbolicLink(root.resolve("out"), folder);
    }

    private FolderTree tree() {
        return FolderTree.of(root, "v1", Optional.empty());
    }

    @Test
    void filesHaveTheIdentityThatGitGivesThem() {
        assertThat(tree().identify(new SiteTree.Entry.File(List.of("hello.txt")))
                        .hex())
                .isEqualTo("ce013625030ba8dba906f756967f9e9ca394464a");
    }

    @Test
    void whatThereIsIsFoundWithoutFollowingLinks() {
        FolderTree tree = tree();
        for (int i = 0; i < 2; i++) {
            assertThat(tree.find(List.of())).contains(new SiteTree.Entry.Folder());
            assertThat(tree.find(List.of("sub", "deep"))).contains(new SiteTree.Entry.Folder());
            assertThat(tree.find(List.of("link"))).contains(new SiteTree.Entry.Link("sub/deep"));
            assertThat(tree.find(List.of("sub", "deep", "x")))
                    .contains(new SiteTree.Entry.File(List.of("sub", "deep", "x")));
        }
    }

    @Test
    void noNameLeadsOutNorThroughALink() {
        FolderTree tree = tree();
        for (List<String> path : List.of(
                List.of("..", "outside.txt"),
                List.of(".."),
                List.of("."),
                List.of("sub/deep/x"),
                List.of("sub", "..", "hello.txt"),
                List.of("out", "outside.txt"),
                List.of("link", "x"),
                List.of("hello.txt", "x"),
                List.of("a\0b"),
                List.of(""),
                List.of("x".repeat(5000)))) {
            assertThat(tree.find(path)).as("%s", path).isEmpty();
        }
    }

    @Test
    void aListingHasSizesAndNoSockets() throws IOException {
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(root.resolve("socket")));
            assertThat(tree().list(List.of()))
                    .contains(
                            new TreeEntry("hello.txt", TreeEntry.Kind.FILE, 6),
                            new TreeEntry("sub", TreeEntry.Kind.FOLDER, 0))
                    .extracting(TreeEntry::name)
                    .containsExactlyInAnyOrder("hello.txt", "sub", "link", "out");
        }
        assertThat(tree().list(List.of("nowhere"))).isEmpty();
        assertThat(tree().list(List.of("hello.txt"))).isEmpty();
    }

    @Test
    void contentsAreReadFromTheFile() throws IOException {
        try (SiteTree.Contents contents = tree().open(new SiteTree.Entry.File(List.of("hello.txt")));
                InputStream in = contents.stream()) {
            assertThat(contents.size()).isEqualTo(6);
            assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("hello\n");
            assertThat(contents.file()).contains(root.toRealPath().resolve("hello.txt"));
        }
    }

    @Test
    void aLargeFileIsSentFromWhereItLies() throws IOException {
        String large = SiteTest.numbers(1_000_000);
        Files.writeString(root.resolve("large.bin"), large);
        try (Served served = Served.of(folder, tree())) {
            for (int i = 0; i < 3; i++) {
                assertThat(served.get("/large.bin").body()).isEqualTo(large);
                assertThat(served.get("/large.bin").field("Last-Modified")).isEqualTo("none");
                assertThat(served.get("/link/x").body()).isEqualTo("x");
                assertThat(served.get("/out/outside.txt").status()).isEqualTo(404);
            }
            assertThat(served.cache.diskBytes()).isZero();
        }
    }

    @Test
    void aHugeFileIsToldApartWithoutReadingIt() throws IOException {
        Path huge = root.resolve("huge.bin");
        try (FileChannel file = FileChannel.open(huge, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1}), 6L << 30);
        }
        SiteTree.Entry.File entry = new SiteTree.Entry.File(List.of("huge.bin"));
        BlobId first = tree().identify(entry);
        assertThat(tree().identify(entry)).isEqualTo(first);
        try (Served served = Served.of(folder, tree())) {
            for (int i = 0; i < 2; i++) {
                Served.Answer part = served.get("/huge.bin", "Range: bytes=6442450943-");
                assertThat(part.status()).isEqualTo(206);
                assertThat(part.body()).isEqualTo("\0\1");
                assertThat(served.ask("HEAD", "/huge.bin").field("Content-Length"))
                        .isEqualTo("6442450945");
            }
        }
        Files.move(huge, root.resolve("old"));
        Files.copy(root.resolve("hello.txt"), huge);
        assertThat(tree().identify(entry)).isNotEqualTo(first);
    }

    @Test
    void whatIsNoFolderCannotBeServed() {
        assertThatThrownBy(() -> FolderTree.of(root.resolve("hello.txt"), "v1", Optional.empty()))
                .isInstanceOf(SiteException.class)
                .hasMessageContaining("hello.txt");
        assertThatThrownBy(() -> FolderTree.of(root.resolve("nowhere"), "v1", Optional.empty()))
                .isInstanceOf(SiteException.class);
    }
}
