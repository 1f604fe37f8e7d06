package org.pinisi.host;

import java.time.Duration;
import org.pinisi.process.Exit;

/// When to start again what ended by itself.
final class Backoff {
    /// After this long up, an end is no sign of a unit that cannot stay up.
    static final Duration STEADY = Duration.ofSeconds(60);

    private static final int LONGEST_SECONDS = 60;

    private Backoff() {}

    static boolean wanted(RestartPolicy policy, Exit exit) {
        return switch (policy) {
            case NEVER -> false;
            case ON_FAILURE -> !exit.succeeded();
            case ALWAYS -> true;
        };
    }

    /// How long to wait before the start number `streak` in a row (0: the first): 1 s, 2 s, 4 s … 60 s.
    static Duration delay(int streak) {
        int doublings = Math.min(streak, 6);
        return Duration.ofSeconds(Math.min(1L << doublings, LONGEST_SECONDS));
    }
}
