package org.pinisi.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds files below a root for the paths of requests, and never one outside of it. Touches the disk;
/// thread-safe.
final class StaticFinder {
    static final int SMALL = 64 << 10;
    private static final long MOST_HASHED = 16L << 20;
    /// Archives without times leave dates about the epoch; such a date would let an old copy pass as fresh.
    private static final Instant EARLIEST = Instant.parse("1980-01-02T00:00:00Z");

    private final Path root;
    private final Fields extra;

    /// What a path leads to.
    sealed interface Found {
        record File(StaticEntry entry) implements Found {}

        /// A folder that was asked for without its final slash.
        record Folder() implements Found {}

        record Nothing() implements Found {}
    }

    StaticFinder(Path root, Fields extra) throws IOException {
        this.root = root.toRealPath();
        this.extra = extra;
        if (!Files.isDirectory(this.root)) {
            throw new IOException(root + " is not a folder");
        }
    }

    Found find(List<String> segments) throws IOException {
        boolean slash = segments.getLast().isEmpty();
        List<String> names = slash ? segments.subList(0, segments.size() - 1) : segments;
        Path path = root;
        for (String name : names) {
            if (name.isEmpty() || name.indexOf('/') >= 0 || isHidden(name)) {
                return new Found.Nothing();
            }
            path = path.resolve(name);
        }
        Path real = contained(path);
        if (real == null) {
            return new Found.Nothing();
        }
        if (!Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS)) {
            return slash ? new Found.Nothing() : file(real);
        }
        if (!slash) {
            return new Found.Folder();
        }
        Path index = contained(real.resolve("index.html"));
        return index == null ? new Found.Nothing() : file(index);
    }

    /// The file's real path if it exists, stays below the root and is not hidden there, else null.
    private @Nullable Path contained(Path path) throws IOException {
        Path real;
        try {
            real = path.toRealPath();
        } catch (FileSystemException | InvalidPathException _) {
            return null;
        }
        if (!real.startsWith(root)) {
            return null;
        }
        for (Path name : root.relativize(real)) {
            if (isHidden(name.toString())) {
                return null;
            }
        }
        return real;
    }

    private static boolean isHidden(String name) {
        return name.startsWith(".") && !name.equals(".well-known");
    }

    private Found file(Path real) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            return new Found.Nothing();
        }
        long size = attributes.size();
        Instant time = attributes.lastModifiedTime().toInstant();
        Optional<Instant> modified = time.isBefore(EARLIEST) ? Optional.empty() : Optional.of(time);
        byte[] bytes = size <= SMALL ? Files.readAllBytes(real) : null;
        String tag = bytes == null ? largeTag(real, attributes) : tag(sha256().digest(bytes));
        long served = bytes == null ? size : bytes.length;
        return new Found.File(
                new StaticEntry(real, served, tag, modified, MediaTypes.of(real.toString()), extra, bytes));
    }

    /// A tag of the content up to 16 MiB; beyond, of what changes whenever a file is written or unpacked
    /// anew.
    private static String largeTag(Path real, BasicFileAttributes attributes) throws IOException {
        if (attributes.size() > MOST_HASHED) {
            Object changed = Files.getAttribute(real, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
            String identity = attributes.fileKey() + " " + attributes.size() + " " + changed;
            return tag(sha256().digest(identity.getBytes(StandardCharsets.UTF_8)));
        }
        MessageDigest digest = sha256();
        byte[] block = new byte[SMALL];
        try (InputStream in = Files.newInputStream(real)) {
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                digest.update(block, 0, count);
            }
        }
        return tag(digest.digest());
    }

    private static String tag(byte[] hash) {
        byte[] start = Arrays.copyOf(hash, 12);
        return "\"" + Base64.getUrlEncoder().encodeToString(start) + "\"";
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
