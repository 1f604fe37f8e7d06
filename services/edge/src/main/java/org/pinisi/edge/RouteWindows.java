package org.pinisi.edge;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The latest hour of one route, kept off the event loops: what they counted since the last look is added
/// up here, and put away every ten seconds and every minute. A route without requests costs 100 bytes, a
/// busy one about 18 KB.
///
/// Thread-safe. Times are those of `System.nanoTime`.
final class RouteWindows {
    /// The upper bounds, in seconds, of the coarse histogram for collectors; each is a bound of
    /// [LatencyScale] too.
    static final List<Double> BOUNDS = List.of(
            0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2);

    /// How often [#tick] is to be called.
    static final Duration TICK = Duration.ofSeconds(10);

    private static final int TENS = 30;
    static final int MINUTES = 60;
    private static final int TENS_A_MINUTE = 6;
    private static final int[] COARSE = coarse();

    /// What is kept once there was a request.
    private static final class Kept {
        private final byte[] @Nullable [] tens = new byte[TENS] @Nullable [];
        private final byte[] @Nullable [] minutes = new byte[MINUTES] @Nullable [];
        private final LatencySum open = new LatencySum();
        private final int[] seen = new int[LatencyScale.BUCKETS];
        private final long[] totals = new long[BOUNDS.size() + 1];
        private long seenErrors;
        private long seenSettled;
    }

    private final RouteCounters counters;
    private @Nullable Kept kept;
    private long ticks;
    private long openSince;

    /// @param now when the counting begins
    RouteWindows(RouteCounters counters, long now) {
        this.counters = counters;
        this.openSince = now;
    }

    /// Which coarse bucket each fine one belongs to.
    private static int[] coarse() {
        int[] result = new int[LatencyScale.BUCKETS];
        for (int bucket = 0; bucket < result.length; bucket++) {
            int place = 0;
            while (place < BOUNDS.size() && LatencyScale.above(bucket) > BOUNDS.get(place) + 1e-9) {
                place++;
            }
            result[bucket] = place;
        }
        return result;
    }

    /// Puts the last ten seconds away.
    synchronized void tick(long now) {
        Kept all = absorb();
        if (all != null) {
            all.tens[(int) (ticks % TENS)] = all.open.pack();
            all.open.clear();
        }
        ticks++;
        openSince = now;
        if (all != null && ticks % TENS_A_MINUTE == 0) {
            LatencySum minute = new LatencySum();
            addTens(all, minute, TENS_A_MINUTE);
            all.minutes[(int) ((ticks / TENS_A_MINUTE - 1) % MINUTES)] = minute.pack();
        }
    }

    /// Takes what the loops counted since the last time.
    private @Nullable Kept absorb() {
        List<RouteTally> tallies = counters.tallies();
        Kept all = kept;
        if (tallies.isEmpty()) {
            return all;
        }
        if (all == null) {
            all = new Kept();
            kept = all;
        }
        long settled = 0;
        for (RouteTally tally : tallies) {
            settled += tally.settled();
        }
        if (settled == all.seenSettled) {
            return all;
        }
        all.seenSettled = settled;
        for (int bucket = 0; bucket < LatencyScale.BUCKETS; bucket++) {
            int count = 0;
            for (RouteTally tally : tallies) {
                count += tally.latencies(bucket);
            }
            int more = count - all.seen[bucket];
            if (more != 0) {
                all.seen[bucket] = count;
                all.open.add(bucket, more);
                all.totals[COARSE[bucket]] += Integer.toUnsignedLong(more);
            }
        }
        long errors = 0;
        for (RouteTally tally : tallies) {
            errors += tally.errors();
        }
        all.open.addErrors(errors - all.seenErrors);
        all.seenErrors = errors;
        return all;
    }

    /// Adds the latest closed stretches of ten seconds.
    private void addTens(Kept all, LatencySum sum, int count) {
        for (long i = Math.max(0, ticks - count); i < ticks; i++) {
            sum.add(all.tens[(int) (i % TENS)]);
        }
    }

    /// Adds the latest minute: the last closed stretches of ten seconds and what came since.
    ///
    /// @return how long that is: up to ten seconds more than was asked for, less if the route is younger
    synchronized Duration minute(long now, LatencySum sum) {
        return recent(TENS_A_MINUTE, now, sum);
    }

    /// Adds the latest five minutes.
    synchronized Duration fiveMinutes(long now, LatencySum sum) {
        return recent(TENS, now, sum);
    }

    private Duration recent(int count, long now, LatencySum sum) {
        Kept all = absorb();
        if (all != null) {
            addTens(all, sum, count);
            sum.add(all.open);
        }
        return TICK.multipliedBy(Math.min(ticks, count)).plusNanos(now - openSince);
    }

    /// Adds the latest hour; up to a minute more.
    synchronized Duration hour(long now, LatencySum sum) {
        Kept all = absorb();
        long whole = ticks / TENS_A_MINUTE;
        int rest = (int) (ticks % TENS_A_MINUTE);
        if (all != null) {
            for (byte @Nullable [] minute : all.minutes) {
                sum.add(minute);
            }
            addTens(all, sum, rest);
            sum.add(all.open);
        }
        return TICK.multipliedBy(Math.min(whole, MINUTES) * TENS_A_MINUTE + rest)
                .plusNanos(now - openSince);
    }

    /// Adds each of the latest minutes that are over, the last one to the last of these sums.
    ///
    /// @return how many of them the route has lived through
    synchronized int minutes(List<LatencySum> sums) {
        Kept all = absorb();
        long whole = ticks / TENS_A_MINUTE;
        int count = (int) Math.min(whole, Math.min(MINUTES, sums.size()));
        for (int i = 0; i < count && all != null; i++) {
            sums.get(sums.size() - 1 - i).add(all.minutes[(int) ((whole - 1 - i) % MINUTES)]);
        }
        return count;
    }

    /// How many requests since the start took at most each of [#BOUNDS], and last of all how many there
    /// were.
    synchronized long[] totals() {
        Kept all = absorb();
        long[] result = new long[BOUNDS.size() + 1];
        long sum = 0;
        for (int i = 0; i < result.length && all != null; i++) {
            sum += all.totals[i];
            result[i] = sum;
        }
        return result;
    }
}
