package org.pinisi.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// When a monitor reads again without being told to.
///
/// @param every a poll this long after each successful read, in case a notification was lost; empty: none
/// @param retryFirst the wait after the first failed read; doubled after each further one
/// @param retryMost the longest such wait
public record Refresh(Optional<Duration> every, Duration retryFirst, Duration retryMost) {
    /// Checks the ranges.
    public Refresh {
        Objects.requireNonNull(every, "every");
        if (every.isPresent() && !every.get().isPositive()) {
            throw new EngineException("every: " + every.get() + " (expected: > 0)");
        }
        if (!retryFirst.isPositive() || retryMost.compareTo(retryFirst) < 0) {
            throw new EngineException("retry: %s to %s (expected: 0 < first <= most)".formatted(retryFirst, retryMost));
        }
    }

    /// Only on notification; failed reads are retried after one second up to five minutes.
    public static Refresh onNotification() {
        return new Refresh(Optional.empty(), Duration.ofSeconds(1), Duration.ofMinutes(5));
    }

    /// On notification and `period` after each read.
    public static Refresh every(Duration period) {
        return new Refresh(Optional.of(period), Duration.ofSeconds(1), Duration.ofMinutes(5));
    }
}
