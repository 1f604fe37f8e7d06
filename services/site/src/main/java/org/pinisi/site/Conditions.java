package org.pinisi.site;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.FastRequest;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpDate;
import org.pinisi.http.KnownField;

/// What a request makes its answer depend on, judged in the order of RFC 9110, section 13.2.2.
record Conditions(
        @Nullable String ifMatch,
        @Nullable String ifUnmodifiedSince,
        @Nullable String ifNoneMatch,
        @Nullable String ifModifiedSince,
        @Nullable String range,
        @Nullable String ifRange) {
    /// What becomes of a request.
    sealed interface Verdict {
        /// The whole representation.
        record Whole() implements Verdict {}

        /// 304, about the representation of this place in the list.
        record Fresh(int place) implements Verdict {}

        /// 412.
        record Failed() implements Verdict {}

        /// 206, or 416 when the length is 0.
        record Part(ByteRange range) implements Verdict {}
    }

    /// Whether there is any condition but If-Match.
    static boolean any(FastRequest request) {
        return request.has(KnownField.IF_NONE_MATCH)
                || request.has(KnownField.IF_MODIFIED_SINCE)
                || request.has(KnownField.RANGE)
                || request.has(KnownField.IF_UNMODIFIED_SINCE);
    }

    static Conditions of(FastRequest request) {
        return new Conditions(
                request.value(KnownField.IF_MATCH),
                request.value(KnownField.IF_UNMODIFIED_SINCE),
                request.value(KnownField.IF_NONE_MATCH),
                request.value(KnownField.IF_MODIFIED_SINCE),
                request.value(KnownField.RANGE),
                request.value(KnownField.IF_RANGE));
    }

    static Conditions of(Fields fields) {
        return new Conditions(
                list(fields, "If-Match"),
                fields.first("If-Unmodified-Since").orElse(null),
                list(fields, "If-None-Match"),
                fields.first("If-Modified-Since").orElse(null),
                fields.first("Range").orElse(null),
                fields.first("If-Range").orElse(null));
    }

    private static @Nullable String list(Fields fields, String name) {
        List<String> values = fields.values(name);
        return values.isEmpty() ? null : String.join(",", values);
    }

    /// @param tags the entity tags of the representations that the client would take, the chosen one
    ///     first
    /// @param size the chosen one's length
    Verdict judge(List<String> tags, Optional<Instant> modified, long size, boolean mayRange) {
        if (ifMatch != null) {
            if (EntityTags.find(ifMatch, tags, true) < 0) {
                return new Verdict.Failed();
            }
        } else if (ifUnmodifiedSince != null && isLater(modified, ifUnmodifiedSince)) {
            return new Verdict.Failed();
        }
        if (ifNoneMatch != null) {
            int place = EntityTags.find(ifNoneMatch, tags, false);
            if (place >= 0) {
                return new Verdict.Fresh(place);
            }
        } else if (ifModifiedSince != null && isNotLater(modified, ifModifiedSince)) {
            return new Verdict.Fresh(0);
        }
        if (range == null || !mayRange || !isSame(tags.getFirst(), modified)) {
            return new Verdict.Whole();
        }
        ByteRange part = ByteRange.parse(range, size);
        return part == null ? new Verdict.Whole() : new Verdict.Part(part);
    }

    private static boolean isLater(Optional<Instant> modified, String date) {
        Optional<Instant> told = HttpDate.parse(date);
        return told.isPresent()
                && modified.isPresent()
                && modified.get().getEpochSecond() > told.get().getEpochSecond();
    }

    private static boolean isNotLater(Optional<Instant> modified, String date) {
        Optional<Instant> told = HttpDate.parse(date);
        return told.isPresent()
                && modified.isPresent()
                && modified.get().getEpochSecond() <= told.get().getEpochSecond();
    }

    /// If-Range: a strong tag, or the very date.
    private boolean isSame(String tag, Optional<Instant> modified) {
        if (ifRange == null || ifRange.equals(tag)) {
            return true;
        }
        Optional<Instant> told = HttpDate.parse(ifRange);
        return told.isPresent()
                && modified.isPresent()
                && modified.get().getEpochSecond() == told.get().getEpochSecond();
    }
}
