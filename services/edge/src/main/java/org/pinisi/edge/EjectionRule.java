package org.pinisi.edge;

import java.time.Duration;

/// How the edge looks after its upstreams by watching them: one that fails again and again is left out for
/// a while, each time longer. When all are left out, all are tried.
///
/// @param failures so many failures in a row (5; 0 to 1000; 0 for never)
/// @param serverErrors whether an answer of 500 or more counts as a failure (no); what counts always is a
///     connection
///     that cannot be made or breaks before an answer, and a time that runs out
/// @param time how long the first time (10 s; 100 ms to 1 h); twice as long the second time, and so on
/// @param longest how long at most (5 min; `time` to 1 d)
/// @param share at most this many of a hundred upstreams are left out (50; 0 to 100)
public record EjectionRule(int failures, boolean serverErrors, Duration time, Duration longest, int share) {
    private static final EjectionRule DEFAULTS =
            new EjectionRule(5, false, Duration.ofSeconds(10), Duration.ofMinutes(5), 50);

    /// @throws EdgeException when a part is out of its range
    public EjectionRule {
        Expect.between("failures", failures, 0, 1000);
        Expect.between("time", time, Duration.ofMillis(100), Duration.ofHours(1));
        Expect.between("longest", longest, time, Duration.ofDays(1));
        Expect.between("share", share, 0, 100);
    }

    public static EjectionRule defaults() {
        return DEFAULTS;
    }
}
