package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A file of a static folder as it is served: what its answers say, and for a small file its bytes. Immutable
/// save for the mark that it was used lately.
final class StaticEntry {
    final Path file;
    final long size;
    final String entityTag;
    final Optional<Instant> modified;
    /// Content-Type and everything else that each answer with this file says, Content-Length not included.
    final byte[] fields;
    /// The same with status line before and Content-Length behind, for the whole file.
    final byte[] wholeFields;
    /// Direct memory that is never released by count but by the garbage collector, so that an answer under
    /// way is safe from eviction.
    final @Nullable ByteBuf bytes;
    /// Set by readers, taken back by the cache's sweep. A lost update only costs a reload.
    boolean used;

    StaticEntry(
            Path file,
            long size,
            String entityTag,
            Optional<Instant> modified,
            String type,
            Fields extra,
            @Nullable ByteBuf bytes) {
        this.file = requireNonNull(file, "file");
        this.size = size;
        this.entityTag = entityTag;
        this.modified = modified;
        this.bytes = bytes;
        String text = "Content-Type: " + type + "\r\n" + validators(entityTag, modified, extra)
                + "X-Content-Type-Options: nosniff\r\nAccept-Ranges: bytes\r\n";
        this.fields = text.getBytes(StandardCharsets.ISO_8859_1);
        this.wholeFields = (text + "Content-Length: " + size + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /// What a 304 says too.
    static String validators(String entityTag, Optional<Instant> modified, Fields extra) {
        StringBuilder text = new StringBuilder("ETag: ").append(entityTag).append("\r\n");
        modified.ifPresent(time ->
                text.append("Last-Modified: ").append(HttpDate.format(time)).append("\r\n"));
        extra.all()
                .forEach(field -> text.append(field.name())
                        .append(": ")
                        .append(field.value())
                        .append("\r\n"));
        return text.toString();
    }

    /// What it costs to keep.
    long weight() {
        return 512 + fields.length * 2L + (bytes == null ? 0 : bytes.capacity());
    }
}
