package org.pinisi.edge;

/// Since when the upstreams of a route have refused all connections. Thread-safe; when two loops learn of
/// it at once, one of them may be a moment off.
///
/// A request waits for what restarts, but only at the beginning of an outage: later ones would pile up for
/// nothing.
final class Outage {
    /// Refusals so far apart are of different outages.
    private static final long LONGEST_SILENCE = 10_000_000_000L;

    private volatile boolean lasting;
    private volatile long since;
    private volatile long last;

    /// All have refused.
    ///
    /// @param wait how long requests wait at most, in nanoseconds
    /// @return how long is left of that; nothing or less for no waiting
    long left(long now, long wait) {
        if (!lasting || now - last > Math.max(wait, LONGEST_SILENCE)) {
            since = now;
            lasting = true;
        }
        last = now;
        return wait - (now - since);
    }

    /// One has taken a connection.
    void over() {
        if (lasting) {
            lasting = false;
        }
    }
}
