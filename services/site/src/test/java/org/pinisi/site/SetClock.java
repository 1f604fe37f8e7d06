package org.pinisi.site;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that the test sets.
final class SetClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-11-21T08:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    void forward(Duration time) {
        now = now.plus(time);
    }
}
