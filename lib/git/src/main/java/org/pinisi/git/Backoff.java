package org.pinisi.git;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait after failures in a row: twice as long each time, up to a most, less up to half of
/// it by chance, so that many who failed together do not come back together.
record Backoff(Duration first, Duration longest, RandomGenerator random) {
    private static final int MOST_DOUBLINGS = 30;

    /// @param failures at least 1
    Duration after(int failures) {
        long doubled = first.toMillis() << Math.min(failures - 1, MOST_DOUBLINGS);
        boolean overflow = doubled >> Math.min(failures - 1, MOST_DOUBLINGS) != first.toMillis();
        long whole = overflow ? longest.toMillis() : Math.min(doubled, longest.toMillis());
        return Duration.ofMillis(whole - random.nextLong(whole / 2 + 1));
    }
}
