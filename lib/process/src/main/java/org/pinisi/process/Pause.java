package org.pinisi.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Waits between two looks at the process table: short at first, longer with each, never past the deadline.
final class Pause {
    private static final long LONGEST_NANOS = Duration.ofMillis(100).toNanos();

    private final long deadline;
    private long nanos = Duration.ofMillis(1).toNanos();

    /// A pause whose deadline is `limit` from now.
    Pause(Duration limit) {
        long length;
        try {
            length = limit.toNanos();
        } catch (ArithmeticException centuries) {
            length = Long.MAX_VALUE / 2;
        }
        deadline = System.nanoTime() + Math.min(length, Long.MAX_VALUE / 2);
    }

    boolean over() {
        return System.nanoTime() - deadline >= 0;
    }

    void await() throws InterruptedException {
        long left = Math.max(0, deadline - System.nanoTime());
        boolean never = new CountDownLatch(1).await(Math.min(nanos, left), TimeUnit.NANOSECONDS);
        if (never) {
            throw new IllegalStateException("a latch that nobody counts down came down");
        }
        nanos = Math.min(nanos * 2, LONGEST_NANOS);
    }
}
