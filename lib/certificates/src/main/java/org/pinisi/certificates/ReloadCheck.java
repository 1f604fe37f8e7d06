package org.pinisi.certificates;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.pinisi.http.Fields;

/// The edge's side of a [ReloadSignal]: takes each one once, and none that is older or newer than five minutes.
/// Thread-safe, and quick enough for an event loop.
public final class ReloadCheck {
    /// How far the clocks of both sides may differ, with the way between.
    public static final Duration WINDOW = Duration.ofMinutes(5);

    private static final int MOST_REMEMBERED = 1_000;

    private final ReloadSignal signal;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Instant> taken = new HashMap<>();

    /// @param signal stays the caller's, and is used as long as this
    public ReloadCheck(ReloadSignal signal, InstantSource clock) {
        this.signal = requireNonNull(signal, "signal");
        this.clock = requireNonNull(clock, "clock");
    }

    /// Checks a request. What was taken once is refused from then on.
    ///
    /// @param fields of the request
    /// @param body of at most [ReloadSignal#MOST_BYTES] bytes
    /// @return why it is refused, for the one who sent it; empty when it is taken
    public Optional<String> refusal(Fields fields, byte[] body) {
        Optional<ReloadSignal.Signed> signed = signal.verified(fields, body);
        if (signed.isEmpty()) {
            return Optional.of("the signal is not signed with the pass phrase of this edge");
        }
        Instant now = clock.instant();
        Duration age = Duration.between(signed.get().at(), now);
        if (age.abs().compareTo(WINDOW) > 0) {
            return Optional.of("the signal was signed %d s %s, by the clock here %s; set the clocks right"
                    .formatted(age.abs().toSeconds(), age.isNegative() ? "ahead" : "ago", now));
        }
        lock.lock();
        try {
            // What is remembered was signed with the pass phrase, so nobody else can fill this.
            taken.values().removeIf(at -> Duration.between(at, now).compareTo(WINDOW) > 0);
            if (taken.containsKey(signed.get().nonce())) {
                return Optional.of("the signal was taken already");
            }
            if (taken.size() >= MOST_REMEMBERED) {
                return Optional.of("there were %d signals within %d minutes; try again later"
                        .formatted(MOST_REMEMBERED, WINDOW.toMinutes()));
            }
            taken.put(signed.get().nonce(), signed.get().at());
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }
}
