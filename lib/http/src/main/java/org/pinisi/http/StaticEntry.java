package org.pinisi.http;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A file of a static folder as it is served. Immutable save for the mark that it was used lately.
final class StaticEntry {
    private static final int OVERHEAD = 2048;

    final long size;
    final String entityTag;
    final Optional<Instant> modified;
    final PreparedAnswer whole;
    /// 304.
    final PreparedAnswer unchanged;
    final boolean inMemory;
    /// Set by readers, taken back by the cache's sweep. A lost update only costs a reload.
    boolean used;

    /// `bytes` is the whole content of a small file; null to send the file itself.
    StaticEntry(
            Path file,
            long size,
            String entityTag,
            Optional<Instant> modified,
            String type,
            Fields extra,
            byte @Nullable [] bytes) {
        this.size = size;
        this.entityTag = entityTag;
        this.modified = modified;
        this.inMemory = bytes != null;
        this.unchanged = validators(PreparedAnswer.status(304), entityTag, modified, extra)
                .build();
        PreparedAnswer.Builder builder = PreparedAnswer.status(200).field("Content-Type", type);
        validators(builder, entityTag, modified, extra)
                .field("X-Content-Type-Options", "nosniff")
                .field("Accept-Ranges", "bytes");
        this.whole = bytes == null
                ? builder.file(file, 0, size).build()
                : builder.bytes(bytes).build();
    }

    /// What a 304 says too.
    private static PreparedAnswer.Builder validators(
            PreparedAnswer.Builder builder, String entityTag, Optional<Instant> modified, Fields extra) {
        builder.field("ETag", entityTag);
        modified.ifPresent(time -> builder.field("Last-Modified", HttpDate.format(time)));
        return builder.fields(extra);
    }

    /// What it costs to keep.
    long weight() {
        return OVERHEAD + (inMemory ? size : 0);
    }
}
