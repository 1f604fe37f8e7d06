package org.pinisi.engine;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/// What is to happen at a later time, on the engine thread; all methods on that thread too.
final class Timers {
    private final PriorityQueue<Timer> queue =
            new PriorityQueue<>(Comparator.comparing(Timer::at).thenComparingLong(Timer::number));
    private long next;

    /// One appointment.
    final class Timer {
        private final Instant at;
        private final long number;
        private final Runnable action;

        private Timer(Instant at, long number, Runnable action) {
            this.at = at;
            this.number = number;
            this.action = action;
        }

        private Instant at() {
            return at;
        }

        private long number() {
            return number;
        }

        void cancel() {
            queue.remove(this);
        }
    }

    Timer schedule(Instant at, Runnable action) {
        Timer timer = new Timer(at, next++, action);
        queue.add(timer);
        return timer;
    }

    Optional<Instant> earliest() {
        return Optional.ofNullable(queue.peek()).map(Timer::at);
    }

    int size() {
        return queue.size();
    }

    /// Takes the next action that is due.
    Optional<Runnable> due(Instant now) {
        Timer first = queue.peek();
        if (first == null || first.at.isAfter(now)) {
            return Optional.empty();
        }
        queue.remove();
        return Optional.of(first.action);
    }
}
