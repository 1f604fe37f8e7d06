package org.pinisi.edge;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A latency histogram to add up in, with the count of failures beside it. Not thread-safe.
final class LatencySum {
    private static final double HALF = 0.5;
    private static final double MOST = 0.95;
    private static final double NEARLY_ALL = 0.99;

    private final int[] counts = new int[LatencyScale.BUCKETS];
    private long requests;
    private long errors;

    void add(int bucket, int count) {
        counts[bucket] += count;
        requests += count;
    }

    void addErrors(long more) {
        errors += more;
    }

    void clear() {
        Arrays.fill(counts, 0);
        requests = 0;
        errors = 0;
    }

    /// The least time within which this share of the requests ended.
    Duration percentile(double share) {
        long wanted = (long) Math.ceil(requests * share);
        long passed = 0;
        for (int bucket = 0; bucket < counts.length && wanted > 0; bucket++) {
            passed += counts[bucket];
            if (passed >= wanted) {
                return Duration.ofNanos(Math.round(LatencyScale.middle(bucket) * 1e9));
            }
        }
        return Duration.ZERO;
    }

    Traffic over(Duration span) {
        return new Traffic(span, requests, errors, percentile(HALF), percentile(MOST), percentile(NEARLY_ALL));
    }

    /// Adds what the other one holds.
    void add(LatencySum other) {
        for (int bucket = 0; bucket < counts.length; bucket++) {
            add(bucket, other.counts[bucket]);
        }
        errors += other.errors;
    }

    /// All of it in few bytes, about 100 on a busy route: the failures, then for each bucket that is not
    /// empty the distance from the one before and its count, seven bits a byte. Null if nothing was added.
    byte @Nullable [] pack() {
        if (requests == 0 && errors == 0) {
            return null;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, errors);
        int last = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            if (counts[bucket] > 0) {
                write(out, bucket - last);
                write(out, counts[bucket]);
                last = bucket;
            }
        }
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest > 0x7f) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /// Adds what [#pack] made.
    void add(byte @Nullable [] packed) {
        if (packed == null) {
            return;
        }
        int bucket = -1;
        boolean isCount = true;
        long value = 0;
        int shift = 0;
        for (byte b : packed) {
            value |= (long) (b & 0x7f) << shift;
            shift += 7;
            if (b < 0) {
                continue;
            }
            if (bucket < 0) {
                errors += value;
                bucket = 0;
                isCount = false;
            } else if (isCount) {
                add(bucket, (int) value);
                isCount = false;
            } else {
                bucket += (int) value;
                isCount = true;
            }
            value = 0;
            shift = 0;
        }
    }
}
