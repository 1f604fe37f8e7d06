package org.pinisi.edge;

/// The buckets of a latency histogram: log-linear, sixteen to each doubling, from a microsecond to two
/// minutes. A value read from them is at most 3.2 % off.
///
/// The unit is the 1024th part of a millisecond, so that the bounds people ask for (1 ms, 2.5 ms, 25 ms,
/// 0.1 s …) are bounds of buckets, and a coarser histogram can be summed up without an error.
final class LatencyScale {
    /// How many buckets there are; the last one takes all that is longer.
    static final int BUCKETS = 384;

    private static final int BITS = 4;
    private static final int LONGEST = 1 << 27;
    private static final double UNITS_PER_SECOND = 1024 * 1000.0;

    private LatencyScale() {}

    static int bucket(long nanos) {
        // 1024 / 1,000,000, shortened: no overflow below 18 years.
        long units = Math.max(0, nanos) * 16 / 15_625;
        if (units >= LONGEST) {
            return BUCKETS - 1;
        }
        int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(units) - BITS);
        return (shift << BITS) + (int) (units >>> shift);
    }

    /// The shortest latency in seconds that does not fit the bucket any more.
    static double above(int bucket) {
        return unitsFrom(bucket + 1) / UNITS_PER_SECOND;
    }

    /// The middle of the bucket, in seconds.
    static double middle(int bucket) {
        return (unitsFrom(bucket) + unitsFrom(bucket + 1)) / 2.0 / UNITS_PER_SECOND;
    }

    private static long unitsFrom(int bucket) {
        int shift = Math.max(0, (bucket >> BITS) - 1);
        return (long) (bucket - (shift << BITS)) << shift;
    }
}
