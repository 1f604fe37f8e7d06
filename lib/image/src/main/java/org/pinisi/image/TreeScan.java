package org.pinisi.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Walks a tree that is to become an image: refuses what cannot be stored, makes all read-only, computes the
/// digest.
///
/// The digest is the SHA-256 of one entry after another, sorted by path: kind (`f`, `x` for executable, `l`, `d`),
/// a space, the SHA-256 of the content (of a link's target; nothing for a folder), a space, the relative path, a
/// zero byte.
final class TreeScan extends SimpleFileVisitor<Path> {
    /// More entries than any sane app has; a bound for memory.
    static final int MAX_ENTRIES = 1_000_000;

    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("r-xr-xr-x");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("r--r--r--");
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Path top;
    private final List<Entry> entries = new ArrayList<>();
    private final MessageDigest sha = sha256();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long bytes;
    private long files;

    private TreeScan(Path top) {
        this.top = top;
    }

    private record Entry(String path, String line) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return path.compareTo(other.path);
        }
    }

    /// Looks without touching.
    static void refuseUnstorable(Path tree) throws IOException, InterruptedException {
        if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            throw new ImageException("there is no folder " + tree + " to make an image of");
        }
        long[] count = new long[1];
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isOther()) {
                    throw new ImageException(
                            "%s is a pipe, socket or device; an image holds only files, folders and links"
                                    .formatted(tree.relativize(file)));
                }
                return count(file);
            }

            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return count(folder);
            }

            private FileVisitResult count(Path path) {
                count[0]++;
                if (count[0] > MAX_ENTRIES) {
                    throw new ImageException("the tree %s has more than %d entries (at %s); an image may not"
                            .formatted(tree, MAX_ENTRIES, tree.relativize(path)));
                }
                return goOnUnlessInterrupted();
            }
        });
        throwIfInterrupted(tree);
    }

    /// Makes the tree read-only and computes what it holds.
    static Contents seal(Path tree) throws IOException, InterruptedException {
        TreeScan scan = new TreeScan(tree);
        Files.walkFileTree(tree, scan);
        throwIfInterrupted(tree);
        return scan.contents();
    }

    private Contents contents() {
        Collections.sort(entries);
        MessageDigest whole = sha256();
        for (Entry entry : entries) {
            whole.update(entry.line().getBytes(UTF_8));
            whole.update((byte) ' ');
            whole.update(entry.path().getBytes(UTF_8));
            whole.update((byte) 0);
        }
        return new Contents(new ImageDigest("sha256:" + HexFormat.of().formatHex(whole.digest())), bytes, files);
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
        Files.setPosixFilePermissions(folder, Trees.OPEN_FOLDER);
        add(folder, "d ");
        return goOnUnlessInterrupted();
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
        if (failure != null) {
            throw failure;
        }
        Files.setPosixFilePermissions(folder, FOLDER);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (attributes.isSymbolicLink()) {
            byte[] target = Files.readSymbolicLink(file).toString().getBytes(UTF_8);
            add(file, "l " + HexFormat.of().formatHex(sha.digest(target)));
            return goOnUnlessInterrupted();
        }
        boolean executable = Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
        if ((int) Objects.requireNonNull(Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS)) > 1) {
            separate(file);
        }
        Files.setPosixFilePermissions(file, executable ? FOLDER : FILE);
        add(file, (executable ? "x " : "f ") + hash(file));
        files++;
        return goOnUnlessInterrupted();
    }

    private void separate(Path file) throws IOException {
        Path copy = top.resolveSibling("separate");
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private String hash(Path file) throws IOException {
        try (InputStream input = Files.newInputStream(file)) {
            int read = input.read(buffer);
            while (read >= 0) {
                sha.update(buffer, 0, read);
                bytes += read;
                read = input.read(buffer);
            }
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    private void add(Path path, String line) {
        entries.add(new Entry(top.relativize(path).toString(), line));
    }

    private static FileVisitResult goOnUnlessInterrupted() {
        return Thread.currentThread().isInterrupted() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    private static void throwIfInterrupted(Path tree) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while storing " + tree);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new ImageException("this Java has no SHA-256", impossible);
        }
    }
}
