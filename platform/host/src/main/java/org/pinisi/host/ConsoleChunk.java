package org.pinisi.host;

import static java.nio.charset.StandardCharsets.UTF_8;

/// A piece of a console: what a unit wrote, standard output and standard error as they came.
///
/// Positions count the bytes the unit ever wrote, over all its restarts; they stay valid when old output is dropped.
///
/// @param from position of the first byte
/// @param bytes what was written; empty when there was nothing new in time. Not copied: do not change it
/// @param ended whether the unit has ended for good and nothing more will come
@SuppressWarnings("ArrayRecordComponent")
public record ConsoleChunk(long from, byte[] bytes, boolean ended) {
    /// Where to read on.
    public long next() {
        return from + bytes.length;
    }

    /// The bytes as text; what is not UTF-8 becomes U+FFFD.
    public String text() {
        return new String(bytes, UTF_8);
    }
}
