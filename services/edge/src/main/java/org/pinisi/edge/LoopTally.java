package org.pinisi.edge;

import java.util.concurrent.atomic.AtomicLongArray;

/// What one event loop has counted that belongs to no route. Only that loop's thread writes; any thread may read, and
/// sees each number as it was a moment ago.
final class LoopTally {
    /// Versions of TLS that are told apart: 1.2, 1.3, and none at all when a handshake failed before that.
    static final int TLS_VERSIONS = 3;

    /// Full, resumed, refused because of an unknown name, failed otherwise.
    static final int TLS_RESULTS = 4;

    private static final long LAG_SPAN = 10_000_000_000L;
    private static final int TLS = Fault.COUNT;
    private static final int LAG_NOW = TLS + TLS_VERSIONS * TLS_RESULTS;
    private static final int LAG_BEFORE = LAG_NOW + 1;
    private static final int LAG_SINCE = LAG_NOW + 2;
    private static final int ACCEPTED = LAG_NOW + 3;
    private static final int SLOTS = LAG_NOW + 4;

    private final AtomicLongArray counts = new AtomicLongArray(SLOTS);

    private void add(int slot) {
        counts.setOpaque(slot, counts.getPlain(slot) + 1);
    }

    void fault(Fault fault) {
        add(fault.slot());
    }

    long faults(Fault fault) {
        return counts.getOpaque(fault.slot());
    }

    /// A client has connected.
    void accepted() {
        add(ACCEPTED);
    }

    long clients() {
        return counts.getOpaque(ACCEPTED);
    }

    void handshake(int version, int result) {
        add(TLS + version * TLS_RESULTS + result);
    }

    long handshakes(int version, int result) {
        return counts.getOpaque(TLS + version * TLS_RESULTS + result);
    }

    /// The loop came to something this much later than it was due.
    void lag(long nanos, long now) {
        if (now - counts.getPlain(LAG_SINCE) > LAG_SPAN) {
            counts.setOpaque(LAG_BEFORE, counts.getPlain(LAG_NOW));
            counts.setOpaque(LAG_NOW, 0);
            counts.setOpaque(LAG_SINCE, now);
        }
        if (nanos > counts.getPlain(LAG_NOW)) {
            counts.setOpaque(LAG_NOW, nanos);
        }
    }

    /// The longest lag within the last ten to twenty seconds, in nanoseconds.
    long longestLag() {
        return Math.max(counts.getOpaque(LAG_NOW), counts.getOpaque(LAG_BEFORE));
    }
}
