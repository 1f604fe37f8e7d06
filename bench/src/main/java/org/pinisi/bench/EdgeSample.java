package org.pinisi.bench;

import java.util.Locale;

/// What a [BenchEdge] had at one moment.
///
/// @param seconds since it was first looked at
/// @param resident memory that the system counts for it (RSS), in bytes
/// @param heap its Java heap after a collection, in bytes
/// @param direct its buffers outside the heap, in bytes
/// @param files its open files, connections among them
record EdgeSample(long seconds, long resident, long heap, long direct, long files) {
    String text() {
        return String.format(
                Locale.ROOT,
                "%5d s  resident %5.1f MB, heap %4.1f MB, direct %4.1f MB, %4d open files",
                seconds,
                resident / 1e6,
                heap / 1e6,
                direct / 1e6,
                files);
    }
}
