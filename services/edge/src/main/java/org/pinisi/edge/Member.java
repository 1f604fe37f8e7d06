package org.pinisi.edge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An upstream as one route sees it: its share of the requests, whether it is well, and how much it may be
/// asked at once. Thread-safe. Times are `System.nanoTime`.
final class Member {
    private static final int FULL_WEIGHT = 100;
    private static final int TOKEN_BYTES = 8;

    private final UpstreamState state;
    private final EjectionRule ejection;
    private final long slowStart;
    private final int most;
    private final @Nullable Circuit circuit;
    private final byte[] token;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private int ejections;
    private volatile boolean healthy = true;
    private volatile boolean ejected;
    private volatile long ejectedUntil;
    private volatile long since;

    Member(String route, UpstreamState state, Balancing balancing, RouteRules rules, long now) {
        this.state = state;
        this.ejection = rules.ejection();
        this.slowStart = balancing.slowStart().toNanos();
        this.most = rules.breaker().requests();
        this.circuit = rules.breaker().errors() == 0 ? null : new Circuit(rules.breaker(), now);
        this.token = token(route, state.id());
        this.since = now;
    }

    /// What a cookie says to lead here: it tells nobody anything, and needs no secret, since whoever makes
    /// one up only chooses among the upstreams of a route that answers him anyway.
    private static byte[] token(String route, String id) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest((route + "\0" + id).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, TOKEN_BYTES).getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    UpstreamState state() {
        return state;
    }

    boolean isBackup() {
        return state.upstream().backup();
    }

    /// The cookie's value. Not to be changed.
    byte[] token() {
        return token;
    }

    /// Its share now: the weight, and less while it starts slowly.
    int weight(long now) {
        int weight = state.upstream().weight();
        if (slowStart == 0) {
            return weight;
        }
        long age = now - since;
        long percent = age >= slowStart ? FULL_WEIGHT : Math.max(1, age * FULL_WEIGHT / slowStart);
        return (int) (weight * percent);
    }

    /// Whether there is no reason to leave it out.
    boolean isWell(long now) {
        if (ejected && now - ejectedUntil >= 0) {
            readmit(now);
        }
        return healthy && !ejected;
    }

    private synchronized void readmit(long now) {
        if (ejected) {
            ejected = false;
            failures.set(0);
            since = now;
        }
    }

    /// Whether its breaker lets a request pass.
    boolean isPassable(long now) {
        return circuit == null || circuit.isPassable(now);
    }

    /// Whether it may be asked one more request at once.
    boolean hasRoom() {
        return most == BreakerRule.UNBOUNDED || inFlight.get() < most;
    }

    /// How busy it is, whoever asks.
    int busy() {
        return state.inFlight();
    }

    /// A request begins there; [#ended] must follow.
    void begin(long now) {
        state.acquire();
        if (most != BreakerRule.UNBOUNDED) {
            inFlight.incrementAndGet();
        }
        if (circuit != null) {
            circuit.passed(now);
        }
    }

    /// A request that began there has ended.
    ///
    /// @return whether it has failed so often in a row that it should be ejected
    boolean ended(Outcome outcome, long now) {
        if (most != BreakerRule.UNBOUNDED) {
            inFlight.decrementAndGet();
        }
        state.release();
        if (circuit != null) {
            circuit.ended(outcome, now);
        }
        if (outcome == Outcome.GOOD && failures.get() != 0) {
            failures.set(0);
        }
        return outcome == Outcome.BAD && failures.incrementAndGet() >= ejection.failures() && ejection.failures() > 0;
    }

    /// Leaves it out for a while: twice as long as the last time, unless it did well for long in between.
    synchronized void eject(long now) {
        long longest = ejection.longest().toNanos();
        if (now - ejectedUntil > longest) {
            ejections = 0;
        }
        int doubled = Math.min(ejections++, 30);
        long first = ejection.time().toNanos();
        long time = first > longest >> doubled ? longest : first << doubled;
        ejectedUntil = now + time;
        ejected = true;
    }

    boolean isEjected() {
        return ejected;
    }

    boolean isHealthy() {
        return healthy;
    }

    /// Whether its breaker is open or trying.
    boolean isBroken() {
        return circuit != null && circuit.isOpen();
    }

    /// What asking it for its health has shown.
    void healthy(boolean well, long now) {
        if (well && !healthy) {
            since = now;
        }
        healthy = well;
    }
}
