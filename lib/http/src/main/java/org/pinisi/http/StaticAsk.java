package org.pinisi.http;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The conditions of a request for a file, copied from it: they outlive the request.
record StaticAsk(
        @Nullable String ifNoneMatch,
        @Nullable String ifModifiedSince,
        @Nullable String range,
        @Nullable String ifRange) {
    private static final StaticAsk PLAIN = new StaticAsk(null, null, null, null);

    static StaticAsk of(FastRequest request) {
        if (!request.has(KnownField.IF_NONE_MATCH)
                && !request.has(KnownField.IF_MODIFIED_SINCE)
                && !request.has(KnownField.RANGE)) {
            return PLAIN;
        }
        return new StaticAsk(
                request.value(KnownField.IF_NONE_MATCH),
                request.value(KnownField.IF_MODIFIED_SINCE),
                request.value(KnownField.RANGE),
                request.value(KnownField.IF_RANGE));
    }

    /// Whether the client's copy is still good (RFC 9110, section 13.2.2).
    boolean isFresh(StaticEntry entry) {
        if (ifNoneMatch != null) {
            return ifNoneMatch.equals(entry.entityTag) || listed(ifNoneMatch, entry.entityTag);
        }
        if (ifModifiedSince == null || entry.modified.isEmpty()) {
            return false;
        }
        Optional<Instant> since = HttpDate.parse(ifModifiedSince);
        return since.isPresent()
                && entry.modified.get().getEpochSecond() <= since.get().getEpochSecond();
    }

    private static boolean listed(String list, String tag) {
        for (String item : list.split(",", -1)) {
            String bare = item.strip();
            if (bare.equals("*") || (bare.startsWith("W/") ? bare.substring(2) : bare).equals(tag)) {
                return true;
            }
        }
        return false;
    }

    /// The one range that is asked for and may be given, or null for the whole file.
    @Nullable
    ByteRange wantedRange(StaticEntry entry) {
        if (range == null || !mayRange(entry)) {
            return null;
        }
        return ByteRange.parse(range, entry.size);
    }

    private boolean mayRange(StaticEntry entry) {
        if (ifRange == null || ifRange.equals(entry.entityTag)) {
            return true;
        }
        Optional<Instant> date = HttpDate.parse(ifRange);
        return date.isPresent()
                && entry.modified.isPresent()
                && date.get().getEpochSecond() == entry.modified.get().getEpochSecond();
    }
}
