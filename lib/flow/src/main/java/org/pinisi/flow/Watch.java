package org.pinisi.flow;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Closes a connection whose present operation takes too long: the one way to bound blocking operations
/// on every kind of socket. One virtual thread a connection, which sleeps; an operation costs two writes
/// of a field.
final class Watch implements AutoCloseable {
    private static final long NONE = Long.MAX_VALUE;

    /// One reads, another writes (or connects).
    enum Side {
        READ,
        WRITE
    }

    private final Runnable closing;
    private final AtomicReference<@Nullable Thread> watcher = new AtomicReference<>();
    private final long origin = System.nanoTime();
    private volatile long patience;
    private volatile long readDeadline = NONE;
    private volatile long writeDeadline = NONE;
    private volatile boolean fired;
    private volatile boolean closed;

    /// `closing` must not block.
    Watch(Runnable closing, Duration patience) {
        this.closing = closing;
        this.patience = nanos(patience);
    }

    void patience(Duration newPatience) {
        long before = patience;
        patience = nanos(newPatience);
        if (patience < before) {
            LockSupport.unpark(watcher.get());
        }
    }

    Duration patience() {
        return Duration.ofNanos(patience);
    }

    void begin(Side side) {
        long deadline = now() + patience;
        switch (side) {
            case READ -> readDeadline = deadline;
            case WRITE -> writeDeadline = deadline;
        }
        if (watcher.get() == null) {
            start();
        }
    }

    void end(Side side) {
        switch (side) {
            case READ -> readDeadline = NONE;
            case WRITE -> writeDeadline = NONE;
        }
    }

    /// Whether this is what closed the connection.
    boolean hasFired() {
        return fired;
    }

    private void start() {
        Thread thread = Thread.ofVirtual().name("flow-watch").unstarted(this::watch);
        if (watcher.compareAndSet(null, thread)) {
            thread.start();
        }
    }

    private void watch() {
        while (!closed) {
            long now = now();
            long next = Math.min(readDeadline, writeDeadline);
            if (next <= now) {
                fired = true;
                closing.run();
                return;
            }
            // An operation that begins meanwhile ends no sooner than that.
            LockSupport.parkNanos(this, Math.min(next - now, patience));
        }
    }

    private long now() {
        return System.nanoTime() - origin;
    }

    private static long nanos(Duration duration) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException("patience: " + duration + " (expected: more than zero)");
        }
        return duration.compareTo(Duration.ofDays(365)) > 0
                ? Duration.ofDays(365).toNanos()
                : duration.toNanos();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(watcher.get());
    }
}
