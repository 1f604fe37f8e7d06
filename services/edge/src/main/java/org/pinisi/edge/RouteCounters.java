package org.pinisi.edge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Counts what a route does; lives on when the route is replaced by one of the same name. Each event loop
/// has a tally of its own here, made when its first request comes.
final class RouteCounters {
    private final LongAdder retried = new LongAdder();
    private final RouteWindows windows = new RouteWindows(this, System.nanoTime());
    private volatile @Nullable RouteTally[] tallies = new @Nullable RouteTally[0];

    void retried() {
        retried.increment();
    }

    /// The tally of the loop with that index; to be written on that loop only.
    RouteTally tally(int loop) {
        @Nullable RouteTally[] known = tallies;
        RouteTally own = loop < known.length ? known[loop] : null;
        return own == null ? make(loop) : own;
    }

    private synchronized RouteTally make(int loop) {
        @Nullable RouteTally[] more = Arrays.copyOf(tallies, Math.max(tallies.length, loop + 1));
        RouteTally made = new RouteTally();
        more[loop] = made;
        tallies = more;
        return made;
    }

    /// All that were made.
    List<RouteTally> tallies() {
        List<RouteTally> made = new ArrayList<>();
        for (RouteTally tally : tallies) {
            if (tally != null) {
                made.add(tally);
            }
        }
        return made;
    }

    RouteWindows windows() {
        return windows;
    }

    long retries() {
        return retried.sum();
    }

    long count(int kind) {
        long sum = 0;
        for (RouteTally tally : tallies) {
            sum += tally == null ? 0 : tally.count(kind);
        }
        return sum;
    }

    RouteStats stats(String route, Map<String, Integer> inFlight) {
        return new RouteStats(
                route,
                count(RouteTally.REQUESTS),
                count(RouteTally.INFORMATIONAL),
                count(2),
                count(3),
                count(4),
                count(RouteTally.SERVER_ERROR),
                count(RouteTally.BAD_GATEWAY),
                count(RouteTally.UNAVAILABLE),
                count(RouteTally.TIMED_OUT),
                retried.sum(),
                inFlight);
    }
}
