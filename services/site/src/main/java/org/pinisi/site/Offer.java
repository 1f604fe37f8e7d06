package org.pinisi.site;

import io.netty.buffer.ByteBuf;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.ContentCoding;
import org.pinisi.http.FastRequest;
import org.pinisi.http.Fields;
import org.pinisi.http.KnownField;
import org.pinisi.http.PreparedAnswer;

/// One representation of a page: its coding, its entity tag, what answers with it say, its bytes.
/// Immutable save for answers prepared when first needed.
final class Offer {
    private static final int LINE_BYTES = 4;
    /// As measured, with status line, tag and length.
    private static final int OBJECT_BYTES = 500;

    final Optional<ContentCoding> coding;
    final String tag;
    final Body body;
    private final Fields fields;
    /// Both are made at most a few times; a lost race costs an object.
    private volatile @Nullable PreparedAnswer whole;

    private volatile @Nullable PreparedAnswer fresh;

    /// @param fields what every representation of the page says
    Offer(Optional<ContentCoding> coding, String tag, Fields fields, Body body) {
        this.coding = coding;
        this.tag = tag;
        this.body = body;
        this.fields = fields;
    }

    /// The entity tag of contents of this identity in this coding.
    static String tag(String identity, Optional<ContentCoding> coding) {
        return "\"" + identity + coding.map(c -> "-" + suffix(c)).orElse("") + "\"";
    }

    static String suffix(ContentCoding coding) {
        return switch (coding) {
            case GZIP -> "gz";
            case BROTLI -> "br";
            case ZSTD -> "zst";
        };
    }

    long size() {
        return body.size();
    }

    /// What the answers cost beside the body, in bytes: their fields in two versions of HTTP, and objects.
    long overhead() {
        long text = fields.all().stream()
                .mapToLong(field -> field.name().length() + field.value().length() + LINE_BYTES)
                .sum();
        return OBJECT_BYTES + 2 * text;
    }

    /// Whether the bytes may have been deleted, so that the offer must be made anew.
    boolean isGone() {
        return body instanceof Body.Stored(DiskCache.Entry entry) && entry.isDoomed();
    }

    /// Whether the request is answered with [#fresh()] because it names this tag alone, and nothing that goes
    /// before that: the common case of revalidation, seen without making an object.
    boolean isUnchanged(FastRequest request) {
        return request.valueIs(KnownField.IF_NONE_MATCH, tag)
                && !request.has(KnownField.RANGE)
                && !request.has(KnownField.IF_UNMODIFIED_SINCE)
                && !isGone();
    }

    /// The fields of an answer with all or part of this, as it bears status 200 or 206.
    Fields wholeFields() {
        Fields all = fields.with("ETag", tag).with("Accept-Ranges", "bytes");
        return coding.isPresent() ? all.with("Content-Encoding", coding.get().token()) : all;
    }

    /// The fields of a 304: those that a cache would update (RFC 9110, section 15.4.5).
    Fields freshFields() {
        return fields.without("Content-Type").without("X-Content-Type-Options").with("ETag", tag);
    }

    /// The fields of an answer of another status, for which neither tag nor ranges make sense.
    Fields plainFields() {
        Fields all = fields.without("Last-Modified");
        return coding.isPresent() ? all.with("Content-Encoding", coding.get().token()) : all;
    }

    /// The whole with status 200, to be sent from the loop.
    ///
    /// @throws IllegalStateException when the bytes are only in the tree
    PreparedAnswer whole() {
        PreparedAnswer made = whole;
        if (made == null) {
            PreparedAnswer.Builder builder = PreparedAnswer.status(200).fields(wholeFields());
            made = switch (body) {
                case Body.Memory(ByteBuf bytes) -> builder.bytes(bytes).build();
                case Body.InFile(Path path, long offset, long size) ->
                    builder.file(path, offset, size).build();
                case Body.Stored(DiskCache.Entry entry) ->
                    builder.file(entry.path(), DiskCache.HEAD_BYTES, entry.size())
                            .build();
                case Body.InTree _ -> throw new IllegalStateException("only in the tree: " + tag);
            };
            whole = made;
        }
        return made;
    }

    /// 304.
    PreparedAnswer fresh() {
        PreparedAnswer made = fresh;
        if (made == null) {
            made = PreparedAnswer.status(304).fields(freshFields()).build();
            fresh = made;
        }
        return made;
    }
}
