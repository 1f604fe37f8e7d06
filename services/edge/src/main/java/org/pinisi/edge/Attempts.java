package org.pinisi.edge;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What was tried for one request: which upstreams, how often it was sent, how connecting ended. One for
/// each client connection or stream, used again for each request, on its loop.
final class Attempts {
    private static final int SETS = 4;
    private static final long FIRST_PAUSE = 25_000_000L;
    private static final int MOST_DOUBLED = 3;

    private final long[] tried = new long[SETS];
    private boolean anyTried;
    private int sent;
    private int rounds;
    private boolean timedOut;
    private boolean refused;
    private boolean resent;

    /// Another request.
    void begin() {
        sent = 0;
        rounds = 0;
        timedOut = false;
        refused = false;
        resent = false;
        forget();
    }

    /// Other upstreams are in question, or the same ones again.
    void forget() {
        if (anyTried) {
            anyTried = false;
            Arrays.fill(tried, 0);
        }
    }

    void mark(int index) {
        tried[index >> 6] |= 1L << index;
        anyTried = true;
    }

    /// Those that were tried, as bits by their index; null for none.
    long @Nullable [] tried() {
        return anyTried ? tried : null;
    }

    boolean hasUntried(Members members) {
        for (int i = 0; i < members.count(); i++) {
            if (!Turns.isTried(tried, i)) {
                return true;
            }
        }
        return false;
    }

    // ---- connecting

    /// No connection could be made.
    ///
    /// @param late whether that was the end of a wait, and no refusal
    void failed(boolean late) {
        timedOut |= late;
        refused |= !late;
    }

    boolean isTimedOut() {
        return timedOut;
    }

    /// All were tried: how long to wait until all are asked once more, in nanoseconds; zero or less for not
    /// at all.
    ///
    /// @param longest how long at most, besides what the route says
    long pause(RouteEntry entry, long now, long longest) {
        long wait =
                Math.min(longest, entry.route().rules().retries().longestWait().toNanos());
        if (!refused || wait == 0) {
            return 0;
        }
        return Math.min(entry.outage().left(now, wait), FIRST_PAUSE << Math.min(rounds, MOST_DOUBLED));
    }

    /// All may be tried once more.
    void nextRound() {
        rounds++;
        refused = false;
        forget();
    }

    boolean isFirstRound() {
        return rounds == 0;
    }

    // ---- sending

    void sent() {
        sent++;
    }

    boolean isSent() {
        return sent > 0;
    }

    boolean mayRepeat(RetriesRule rule) {
        return sent < rule.tries();
    }

    /// It is sent again, whatever for.
    void resent() {
        resent = true;
    }

    boolean isResent() {
        return resent;
    }
}
