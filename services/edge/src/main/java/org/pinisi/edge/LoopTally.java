package org.pinisi.edge;

import java.util.concurrent.atomic.AtomicLongArray;
import org.pinisi.http.TlsFailure;

/// What one event loop has counted that belongs to no route. Only that loop's thread writes; any thread may
/// read, and sees each number as it was a moment ago.
final class LoopTally {
    private static final long LAG_SPAN = 10_000_000_000L;
    private static final int TLS_12 = Fault.COUNT;
    private static final int TLS_13 = TLS_12 + 1;
    private static final int TLS_FAILED = TLS_12 + 2;
    private static final int LAG_NOW = TLS_FAILED + 7;
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

    /// A handshake has succeeded.
    ///
    /// @param version of TLS, such as `TLSv1.3`
    void secured(String version) {
        add(version.equals("TLSv1.3") ? TLS_13 : TLS_12);
    }

    /// Handshakes that succeeded with TLS 1.3, or with 1.2.
    long secured(boolean newest) {
        return counts.getOpaque(newest ? TLS_13 : TLS_12);
    }

    /// A handshake came to nothing.
    void unsecured(TlsFailure failure) {
        add(TLS_FAILED + slot(failure));
    }

    long failures(TlsFailure failure) {
        return counts.getOpaque(TLS_FAILED + slot(failure));
    }

    private static int slot(TlsFailure failure) {
        return switch (failure) {
            case UNKNOWN_NAME -> 0;
            case NO_PROTOCOL -> 1;
            case MALFORMED -> 2;
            case TIMEOUT -> 3;
            case BUSY -> 4;
            case REFUSED -> 5;
            case CERTIFICATE -> 6;
        };
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
