package org.pinisi.git;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Interrupts the thread that made it, unless it is met in time.
final class Deadline implements AutoCloseable {
    private final Thread worker = Thread.currentThread();
    private final CountDownLatch met = new CountDownLatch(1);
    private boolean missed;

    private Deadline() {}

    static Deadline in(Duration time) {
        Deadline deadline = new Deadline();
        Thread.ofVirtual().name("git-deadline").start(() -> deadline.await(time));
        return deadline;
    }

    /// From now on the thread is not interrupted any more.
    synchronized void meet() {
        met.countDown();
    }

    synchronized boolean missed() {
        return missed;
    }

    @Override
    public void close() {
        meet();
    }

    private void await(Duration time) {
        try {
            if (met.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException never) {
            return;
        }
        synchronized (this) {
            if (met.getCount() > 0) {
                missed = true;
                worker.interrupt();
            }
        }
    }
}
