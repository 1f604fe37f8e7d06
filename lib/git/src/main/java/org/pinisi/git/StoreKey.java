package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.ObjectChecker;

/// The name of a value in a [GitStore]: a path such as `users/ana/photo.jpg`, whose last segment names
/// a file and whose others name folders. Ordered by its text.
///
/// @param path 1 to 1024 bytes of UTF-8 in 1 to 32 segments; a segment has 1 to 255 bytes, no control
///     character, and is neither `.`, `..`, nor any spelling of `.git`
public record StoreKey(String path) implements Comparable<StoreKey> {
    private static final int MOST_BYTES = 1024;
    private static final int MOST_SEGMENTS = 32;
    private static final int SEGMENT_BYTES = 255;

    /// @throws GitException that says what is wrong with `path`
    public StoreKey {
        problem(path).ifPresent(problem -> {
            throw new GitException("\"" + ProgressQueue.printable(path) + "\" cannot be a key: " + problem);
        });
    }

    /// The key of this path, or empty when it cannot be one.
    public static Optional<StoreKey> parse(String path) {
        return problem(path).isEmpty() ? Optional.of(new StoreKey(path)) : Optional.empty();
    }

    /// The names of the folders, and last that of the file.
    public List<String> segments() {
        return List.of(path.split("/", -1));
    }

    @Override
    public int compareTo(StoreKey other) {
        return path.compareTo(other.path);
    }

    @Override
    public String toString() {
        return path;
    }

    /// The text of bytes that are UTF-8, as Git has names.
    static Optional<String> text(byte[] name) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString());
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }

    private static Optional<String> problem(String path) {
        if (path.length() > MOST_BYTES || !isText(path) || path.getBytes(UTF_8).length > MOST_BYTES) {
            return Optional.of("it is longer than " + MOST_BYTES + " bytes, or no UTF-8");
        }
        if (path.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("it has a control character");
        }
        String[] segments = path.split("/", -1);
        if (segments.length > MOST_SEGMENTS) {
            return Optional.of("it has more than " + MOST_SEGMENTS + " segments");
        }
        // macOS ignores some characters in names, so that ".g\u200cit" is ".git" to it.
        ObjectChecker checker = new ObjectChecker().setSafeForMacOS(true);
        for (String segment : segments) {
            byte[] name = segment.getBytes(UTF_8);
            if (name.length == 0 || name.length > SEGMENT_BYTES) {
                return Optional.of(
                        "a segment between slashes has 1 to " + SEGMENT_BYTES + " bytes, not " + name.length);
            }
            try {
                checker.checkPathSegment(name, 0, name.length);
            } catch (CorruptObjectException unsafe) {
                return Optional.of("\"" + segment + "\" is a name that Git keeps for itself");
            }
        }
        return Optional.empty();
    }

    private static boolean isText(String path) {
        try {
            UTF_8.newEncoder().encode(CharBuffer.wrap(path));
            return true;
        } catch (CharacterCodingException halfACharacter) {
            return false;
        }
    }
}
