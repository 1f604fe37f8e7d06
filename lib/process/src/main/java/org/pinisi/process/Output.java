package org.pinisi.process;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.function.Consumer;

/// Where a process writes: standard output and standard error, merged in the order written.
public sealed interface Output {
    /// Straight into a file, opened for appending by us and inherited: our death loses nothing. The file is made
    /// with mode 0600 when there is none.
    ///
    /// @param file its folder must exist
    record Append(Path file) implements Output {
        public Append {
            requireNonNull(file, "file");
        }
    }

    /// Line by line to a consumer, called from one thread of the process's own, without the line's end. Bytes that
    /// are not UTF-8 become U+FFFD; a line longer than `longest` arrives in pieces. A slow consumer slows the
    /// program.
    ///
    /// @param consumer what it throws is logged, and the rest of the output is discarded
    /// @param longest bytes of one line, 80 to 1,048,576
    record Lines(Consumer<String> consumer, int longest) implements Output {
        public Lines {
            requireNonNull(consumer, "consumer");
            if (longest < 80 || longest > 1 << 20) {
                throw new IllegalArgumentException("longest: expected 80 to 1048576 bytes, found " + longest);
            }
        }

        public Lines(Consumer<String> consumer) {
            this(consumer, 16 * 1024);
        }
    }

    /// Nowhere: `/dev/null`.
    record Discard() implements Output {}
}
