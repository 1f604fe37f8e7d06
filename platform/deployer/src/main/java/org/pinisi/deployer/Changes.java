package org.pinisi.deployer;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Says that something has changed, not what: a follower reads the present state again, shows what is new
/// to it, and waits for the next change. So no event can be lost, no queue can overflow, and a slow
/// follower costs nothing.
///
/// Safe for any number of threads.
public final class Changes {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long version;

    /// At version 0.
    public Changes() {}

    /// The number of changes so far. Read it *before* the state that it guards.
    public long version() {
        lock.lock();
        try {
            return version;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until there were changes after version `seen`, at most for `timeout`.
    ///
    /// @return the version now; equal to `seen` when nothing happened in time
    public long await(long seen, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (version == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
            return version;
        } finally {
            lock.unlock();
        }
    }

    /// Says that something has changed.
    public void signal() {
        lock.lock();
        try {
            version++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
