package org.pinisi.edge;

/// A circuit breaker: opens when too many of the latest answers were failures, so that a struggling
/// upstream is left alone; after a while one request at a time tries whether it is well, and the first good
/// answer closes it again. Thread-safe.
final class Circuit {
    private static final int FEWEST = 10;

    private enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    private final int errors;
    private final long window;
    private final long open;
    private State state = State.CLOSED;
    private boolean probing;
    private long since;
    private int answers;
    private int failures;

    Circuit(BreakerRule rule, long now) {
        this.errors = rule.errors();
        this.window = rule.window().toNanos();
        this.open = rule.open().toNanos();
        this.since = now;
    }

    /// Whether a request may be sent now.
    synchronized boolean isPassable(long now) {
        return switch (state) {
            case CLOSED -> true;
            case OPEN -> now - since >= open;
            case HALF_OPEN -> !probing;
        };
    }

    /// A request is sent.
    synchronized void passed(long now) {
        if (state == State.OPEN && now - since >= open) {
            state = State.HALF_OPEN;
        }
        probing = state == State.HALF_OPEN;
    }

    /// A request has ended; nothing is known of its answer when its client went away.
    synchronized void ended(Outcome outcome, long now) {
        if (state == State.HALF_OPEN) {
            probing = false;
            switch (outcome) {
                case GOOD -> become(State.CLOSED, now);
                case BAD -> become(State.OPEN, now);
                case UNKNOWN -> {
                    // the next request tries
                }
            }
            return;
        }
        if (state == State.OPEN || outcome == Outcome.UNKNOWN) {
            return;
        }
        if (now - since >= window) {
            become(State.CLOSED, now);
        }
        answers++;
        if (outcome == Outcome.BAD) {
            failures++;
        }
        if (answers >= FEWEST && (long) failures * 100 >= (long) errors * answers) {
            become(State.OPEN, now);
        }
    }

    private void become(State next, long now) {
        state = next;
        since = now;
        answers = 0;
        failures = 0;
        probing = false;
    }

    synchronized boolean isOpen() {
        return state != State.CLOSED;
    }
}
