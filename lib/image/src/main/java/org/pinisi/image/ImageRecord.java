package org.pinisi.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The small file beside a stored tree: three lines of facts that never change; the file's own time is that of last
/// use.
final class ImageRecord {
    private static final String NAME = "image";
    private static final int LINES = 3;

    private ImageRecord() {}

    static void write(Path entry, Contents contents, Instant now) throws IOException {
        Path file = entry.resolve(NAME);
        Files.writeString(file, contents.bytes() + "\n" + contents.files() + "\n" + now + "\n");
        Files.setLastModifiedTime(file, FileTime.from(now));
    }

    static boolean exists(Path entry) {
        return Files.isRegularFile(entry.resolve(NAME), LinkOption.NOFOLLOW_LINKS);
    }

    static Instant lastUsed(Path entry) throws IOException {
        return Files.getLastModifiedTime(entry.resolve(NAME)).toInstant();
    }

    static void touch(Path entry, Instant now) throws IOException {
        Files.setLastModifiedTime(entry.resolve(NAME), FileTime.from(now));
    }

    /// Empty when the record is missing or damaged.
    static Optional<ImageInfo> read(Path entry) {
        try {
            List<String> lines = Files.readAllLines(entry.resolve(NAME), UTF_8);
            if (lines.size() != LINES) {
                return Optional.empty();
            }
            return Optional.of(new ImageInfo(
                    new ImageDigest("sha256:" + entry.getFileName()),
                    Long.parseLong(lines.get(0)),
                    Long.parseLong(lines.get(1)),
                    Instant.parse(lines.get(2)),
                    lastUsed(entry)));
        } catch (IOException | NumberFormatException | DateTimeException | ImageException _) {
            return Optional.empty();
        }
    }
}
