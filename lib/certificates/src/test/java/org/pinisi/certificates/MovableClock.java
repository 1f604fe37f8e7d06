package org.pinisi.certificates;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// The machine's clock, moved on by hand: time flows, and can be skipped.
final class MovableClock implements InstantSource {
    private final InstantSource machine = InstantSource.system();
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    @Override
    public Instant instant() {
        return machine.instant().plus(ahead.get());
    }

    void advance(Duration time) {
        ahead.updateAndGet(before -> before.plus(time));
    }

    void advanceTo(Instant at) {
        advance(Duration.between(instant(), at));
    }
}
