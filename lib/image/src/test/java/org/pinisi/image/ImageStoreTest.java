package org.pinisi.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageStoreTest {
    @TempDir
    Path temporary;

    private Instant now = Instant.parse("2026-11-21T08:00:00Z");
    private Path root;
    private ImageStore store;
    private int trees;

    @BeforeEach
    void open() {
        root = temporary.resolve("images");
        store = new ImageStore(root, () -> now);
    }

    private Path tree(String... namesAndContents) throws IOException {
        Path tree = Files.createDirectory(temporary.resolve("tree" + trees++));
        for (int at = 0; at < namesAndContents.length; at += 2) {
            Path file = tree.resolve(namesAndContents[at]);
            Files.createDirectories(file.getParent());
            Files.writeString(file, namesAndContents[at + 1]);
        }
        return tree;
    }

    private List<String> leftovers() throws IOException {
        try (Stream<Path> paths = Files.list(root.resolve(".new"))) {
            return paths.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Test
    void aStoredTreeCanBeReadBackUnderItsDigest() throws Exception {
        ImageDigest digest = store.put(tree("index.html", "hello", "css/site.css", "body {}"));

        assertThat(store.contains(digest)).isTrue();
        assertThat(store.path(digest).resolve("css/site.css")).hasContent("body {}");
        assertThat(store.list()).containsExactly(new ImageInfo(digest, 12, 2, now, now));
    }

    @Test
    void theStoreTakesTheTree() throws Exception {
        Path tree = tree("index.html", "hello");
        store.put(tree);
        assertThat(tree).doesNotExist();
    }

    @Test
    void theSameTreeIsTheSameImageStoredOnce() throws Exception {
        ImageDigest first = store.put(tree("a", "1", "b/c", "2"));
        ImageDigest second = store.put(tree("b/c", "2", "a", "1"));

        assertThat(second).isEqualTo(first);
        assertThat(store.list()).hasSize(1);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void theDigestIsTheSameOnEveryMachine() throws Exception {
        Path tree = tree("index.html", "hello\n");
        Files.createSymbolicLink(tree.resolve("link"), Path.of("index.html"));
        assertThat(store.put(tree).value())
                .isEqualTo("sha256:4fa5aba4dbea7c44f4c68a7273bf3bd6f9aac65d6c6009db8ec647a866dd69f0");
    }

    @Test
    void everyDifferenceThatMattersChangesTheDigest() throws Exception {
        Set<ImageDigest> digests = new HashSet<>();
        digests.add(store.put(tree("a", "1")));
        digests.add(store.put(tree("a", "2")));
        digests.add(store.put(tree("b", "1")));
        digests.add(store.put(tree("d/a", "1")));
        digests.add(store.put(tree("a", "1", "b", "1")));
        Path withFolder = tree("a", "1");
        Files.createDirectory(withFolder.resolve("empty"));
        digests.add(store.put(withFolder));
        Path executable = tree("a", "1");
        Files.setPosixFilePermissions(executable.resolve("a"), PosixFilePermissions.fromString("rwxr--r--"));
        digests.add(store.put(executable));
        Path link = tree();
        Files.createSymbolicLink(link.resolve("a"), Path.of("1"));
        digests.add(store.put(link));

        assertThat(digests).hasSize(8);
    }

    @Test
    void timesAndOtherPermissionsDoNotChangeTheDigest() throws Exception {
        ImageDigest plain = store.put(tree("a", "1"));
        Path other = tree("a", "1");
        Files.setPosixFilePermissions(other.resolve("a"), PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.setLastModifiedTime(other.resolve("a"), java.nio.file.attribute.FileTime.from(now));
        assertThat(store.put(other)).isEqualTo(plain);
    }

    @Test
    void anImageIsReadOnlyAndKeepsTheExecuteBit() throws Exception {
        Path tree = tree("bin/run", "#!/bin/sh", "data", "1");
        Files.setPosixFilePermissions(tree.resolve("bin/run"), PosixFilePermissions.fromString("rwxrwxr-x"));
        Path image = store.path(store.put(tree));

        assertThat(permissions(image)).isEqualTo("r-xr-xr-x");
        assertThat(permissions(image.resolve("bin"))).isEqualTo("r-xr-xr-x");
        assertThat(permissions(image.resolve("bin/run"))).isEqualTo("r-xr-xr-x");
        assertThat(permissions(image.resolve("data"))).isEqualTo("r--r--r--");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void foldersThatAreReadOnlyAlreadyAreTakenToo() throws Exception {
        Path tree = tree("deep/file", "1");
        Files.setPosixFilePermissions(tree.resolve("deep"), PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("r-xr-xr-x"));
        assertThat(store.path(store.put(tree)).resolve("deep/file")).hasContent("1");
    }

    @Test
    void aFileThatIsLinkedFromOutsideIsCopied() throws Exception {
        Path outside = Files.writeString(temporary.resolve("cache-file"), "before");
        Path tree = tree();
        Files.createLink(tree.resolve("file"), outside);
        Path image = store.path(store.put(tree));
        Files.writeString(outside, "after!");

        assertThat(image.resolve("file")).hasContent("before");
    }

    @Test
    void aSymbolicLinkIsKeptAsItIsAndNeverFollowed() throws Exception {
        Path tree = tree("a", "1");
        Files.createSymbolicLink(tree.resolve("outside"), Path.of("/etc"));
        Path image = store.path(store.put(tree));
        assertThat(Files.readSymbolicLink(image.resolve("outside"))).isEqualTo(Path.of("/etc"));
        assertThat(store.list().getFirst().files()).isEqualTo(1);
    }

    @Test
    void aTreeOfManyFilesIsStoredWhole() throws Exception {
        Path tree = tree();
        for (int number = 0; number < 300; number++) {
            Files.writeString(tree.resolve("file" + number), "content " + number);
        }
        Path image = store.path(store.put(tree));
        assertThat(image.resolve("file299")).hasContent("content 299");
        assertThat(store.list().getFirst().files()).isEqualTo(300);
    }

    @Test
    void aMissingTreeIsRefusedByName() {
        assertThatThrownBy(() -> store.put(temporary.resolve("nowhere")))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void aTreeWithAPipeIsRefusedAndLeftAlone() throws Exception {
        Path tree = tree("a", "1");
        Process mkfifo = new ProcessBuilder("mkfifo", tree.resolve("pipe").toString()).start();
        assertThat(mkfifo.waitFor()).isZero();

        assertThatThrownBy(() -> store.put(tree))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("pipe is a pipe, socket or device");
        assertThat(tree.resolve("a")).hasContent("1");
    }

    @Test
    void aTreeInsideTheStoreIsRefused() throws Exception {
        Path inside = Files.createDirectory(root.resolve("inside"));
        assertThatThrownBy(() -> store.put(inside)).hasMessageContaining("within one another");
    }

    @Test
    void anInterruptedPutStoresNothingAndLeavesNothing() throws Exception {
        Path tree = tree("a", "1");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> store.put(tree)).isInstanceOf(InterruptedException.class);

        assertThat(Thread.interrupted()).isFalse();
        assertThat(store.list()).isEmpty();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void manyPutsOfTheSameTreeAtOnceYieldOneImage() throws Exception {
        List<Path> same = new ArrayList<>();
        for (int number = 0; number < 16; number++) {
            same.add(tree("index.html", "hello", "a/b/c", "deep"));
        }
        Set<ImageDigest> digests = new HashSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ImageDigest>> puts = new ArrayList<>();
            for (Path tree : same) {
                puts.add(threads.submit(() -> store.put(tree)));
            }
            for (Future<ImageDigest> put : puts) {
                digests.add(put.get());
            }
        }
        assertThat(digests).hasSize(1);
        assertThat(store.list()).hasSize(1);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void anUnknownImageIsNamedInTheError() {
        ImageDigest unknown = new ImageDigest("sha256:" + "0".repeat(64));
        assertThat(store.contains(unknown)).isFalse();
        assertThatThrownBy(() -> store.path(unknown))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining(unknown.value());
    }

    @Test
    void aDeletedImageIsGoneAndDeletingItAgainIsNoError() throws Exception {
        ImageDigest digest = store.put(tree("a/b", "1"));
        store.delete(digest);
        store.delete(digest);
        assertThat(store.contains(digest)).isFalse();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void useIsNotedToTheMinute() throws Exception {
        ImageDigest digest = store.put(tree("a", "1"));
        now = now.plusSeconds(59);
        store.path(digest);
        assertThat(store.list().getFirst().lastUsed()).isEqualTo(now.minusSeconds(59));
        now = now.plusSeconds(2);
        store.path(digest);
        assertThat(store.list().getFirst().lastUsed()).isEqualTo(now);
    }

    @Test
    void collectingFreesTheLongestUnusedFirstUntilTheBudgetIsKept() throws Exception {
        ImageDigest first = store.put(tree("a", "1234567890"));
        now = now.plus(Duration.ofHours(1));
        ImageDigest second = store.put(tree("b", "1234567890"));
        now = now.plus(Duration.ofHours(1));
        ImageDigest third = store.put(tree("c", "1234567890"));
        now = now.plus(Duration.ofHours(1));
        store.path(first);

        assertThat(store.collect(Set.of(), 20)).isEqualTo(10);
        assertThat(store.list()).extracting(ImageInfo::digest).containsExactly(first, third);
        assertThat(store.contains(second)).isFalse();
    }

    @Test
    void collectingNeverDeletesWhatIsToBeKept() throws Exception {
        ImageDigest digest = store.put(tree("a", "1234567890"));
        assertThat(store.collect(Set.of(digest), 0)).isZero();
        assertThat(store.contains(digest)).isTrue();
    }

    @Test
    void collectingClearsWhatACrashedPutLeft() throws Exception {
        Path left = root.resolve(".new/0000");
        Files.createDirectories(left.resolve("tree"));
        Files.writeString(left.resolve("tree/half"), "half");
        Files.createFile(root.resolve(".new/0000.lock"));

        store.collect(Set.of(), Long.MAX_VALUE);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void collectingLeavesAPutAloneThatIsStillGoing() throws Exception {
        Files.createDirectories(root.resolve(".new/0000/tree"));
        Path lockFile = root.resolve(".new/0000.lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            store.collect(Set.of(), Long.MAX_VALUE);
            assertThat(lock.isValid()).isTrue();
            assertThat(leftovers()).containsExactlyInAnyOrder("0000", "0000.lock");
        }
    }

    @Test
    void collectingTouchesNothingThatIsNotOurs() throws Exception {
        Path foreign = Files.writeString(root.resolve("README"), "not an image");
        store.collect(Set.of(), 0);
        assertThat(foreign).exists();
    }

    @Test
    void anotherStoreOnTheSameFolderSeesTheSameImages() throws Exception {
        ImageDigest digest = store.put(tree("a", "1"));
        ImageStore again = new ImageStore(root, () -> now);
        assertThat(again.list()).extracting(ImageInfo::digest).containsExactly(digest);
    }
}
