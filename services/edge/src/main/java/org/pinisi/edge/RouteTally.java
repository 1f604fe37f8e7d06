package org.pinisi.edge;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/// What one event loop has counted of one route. Only that loop's thread writes, and so needs no atomic
/// addition; any thread may read, and sees each number as it was a moment ago.
///
/// It takes 1.9 KB. HdrHistogram takes 2.1 KB for half the precision, and may not be read while it is
/// written; the one that may takes 6.9 KB.
final class RouteTally {
    /// Numbers that are kept for each version of HTTP.
    static final int REQUESTS = 0;

    static final int INFORMATIONAL = 1;
    static final int SERVER_ERROR = 5;
    static final int BAD_GATEWAY = 6;
    static final int UNAVAILABLE = 7;
    static final int TIMED_OUT = 8;
    static final int GONE = 9;
    static final int KINDS = 10;

    static final int HTTP_1 = 0;
    static final int HTTP_2 = 1;
    static final int HTTP_3 = 2;
    static final int VERSIONS = 3;

    private static final int BYTES_IN = KINDS * VERSIONS;
    private static final int BYTES_OUT = BYTES_IN + 1;
    private static final int NANOS = BYTES_IN + 2;
    private static final int SETTLED = BYTES_IN + 3;
    private static final int SLOTS = BYTES_IN + 4;

    private final AtomicLongArray counts = new AtomicLongArray(SLOTS);
    private final AtomicIntegerArray latencies = new AtomicIntegerArray(LatencyScale.BUCKETS);

    private void add(int slot, long more) {
        counts.setOpaque(slot, counts.getPlain(slot) + more);
    }

    /// @param version such as [#HTTP_1]
    void count(int version, int kind) {
        add(version * KINDS + kind, 1);
    }

    /// An answer of this status, which an upstream or a folder gave.
    void answered(int version, int status) {
        count(version, Math.clamp(status / 100, INFORMATIONAL, SERVER_ERROR));
    }

    /// An answer that the edge made in place of an upstream, or a connection that was cut for the same
    /// reason.
    void failed(int version, int status) {
        switch (status) {
            case 502 -> count(version, BAD_GATEWAY);
            case 503 -> count(version, UNAVAILABLE);
            case 504 -> count(version, TIMED_OUT);
            default -> answered(version, status);
        }
    }

    void bytes(long in, long out) {
        add(BYTES_IN, in);
        add(BYTES_OUT, out);
    }

    void took(long nanos) {
        int bucket = LatencyScale.bucket(nanos);
        latencies.setOpaque(bucket, latencies.getPlain(bucket) + 1);
        add(NANOS, nanos);
        add(SETTLED, 1);
    }

    long count(int kind) {
        return counted(HTTP_1, kind) + counted(HTTP_2, kind) + counted(HTTP_3, kind);
    }

    long counted(int version, int kind) {
        return counts.getOpaque(version * KINDS + kind);
    }

    /// Answers of 500 and above, whoever gave them.
    long errors() {
        return count(SERVER_ERROR) + count(BAD_GATEWAY) + count(UNAVAILABLE) + count(TIMED_OUT);
    }

    long bytesIn() {
        return counts.getOpaque(BYTES_IN);
    }

    long bytesOut() {
        return counts.getOpaque(BYTES_OUT);
    }

    /// How many latencies there are in all.
    long settled() {
        return counts.getOpaque(SETTLED);
    }

    long nanos() {
        return counts.getOpaque(NANOS);
    }

    /// How many requests fell into the bucket; begins again at the least int after the greatest.
    int latencies(int bucket) {
        return latencies.getOpaque(bucket);
    }
}
