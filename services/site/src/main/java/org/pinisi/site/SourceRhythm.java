package org.pinisi.site;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How often a site's repository is asked.
///
/// @param poll between two looks when all is well, give or take a tenth so that many sites do not ask at once; zero:
///     only when told
/// @param retry after the first failure; doubled after each further one in a row
/// @param longestRetry the most that doubling leads to
/// @param gap between the beginnings of two looks at least, however often it is told
public record SourceRhythm(Duration poll, Duration retry, Duration longestRetry, Duration gap) {
    private static final Duration LONGEST = Duration.ofDays(1);

    /// Every minute; after failures 2 s to 5 minutes; at most two looks a second.
    public static final SourceRhythm DEFAULT = new SourceRhythm(
            Duration.ofMinutes(1), Duration.ofSeconds(2), Duration.ofMinutes(5), Duration.ofMillis(500));

    /// What stands for "never": nobody waits that long.
    static final Duration NEVER = Duration.ofDays(36_500);

    /// @throws SiteException when a value is out of its range, naming it
    public SourceRhythm {
        inRange("poll", poll, Duration.ZERO);
        inRange("retry", retry, Duration.ofMillis(1));
        inRange("longestRetry", longestRetry, retry);
        inRange("gap", gap, Duration.ZERO);
    }

    private static void inRange(String name, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
            throw new SiteException(name + ": " + value + " (expected: " + least + " to " + LONGEST + ")");
        }
    }

    /// The same with another time between looks.
    public SourceRhythm withPoll(Duration newPoll) {
        return new SourceRhythm(newPoll, retry, longestRetry, gap);
    }

    /// How long to wait after a look.
    ///
    /// @param failures in a row up to now; 0 when the look went well
    Duration pause(int failures, RandomGenerator random) {
        if (failures == 0) {
            return poll.isZero() ? NEVER : jittered(poll, random);
        }
        Duration pause = retry;
        for (int i = 1; i < failures && pause.compareTo(longestRetry) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return jittered(pause.compareTo(longestRetry) > 0 ? longestRetry : pause, random);
    }

    private static Duration jittered(Duration pause, RandomGenerator random) {
        return Duration.ofNanos((long) (pause.toNanos() * (0.9 + 0.2 * random.nextDouble())));
    }
}
