package org.pinisi.git;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A listener's subscription to the changes of a [GitStore]. Nothing piles up: what the listener has not seen yet is
/// the difference between the commit told last and the newest. Close it to end it.
public final class StoreWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreWatch.class);
    private static final Duration CLOSE_TIME = Duration.ofSeconds(10);

    private final GitStore store;
    private final StoreListener listener;
    private final Duration interval;
    private final Consumer<StoreWatch> ended;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private StoreSnapshot told;
    private boolean due;
    private boolean closed;

    StoreWatch(GitStore store, StoreListener listener, Duration interval, Consumer<StoreWatch> ended) {
        this.store = store;
        this.listener = listener;
        this.interval = interval;
        this.ended = ended;
        this.told = store.snapshot();
        this.thread = Thread.ofVirtual().name("git-store-watch").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void wake() {
        lock.lock();
        try {
            due = true;
            woken.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Ends it: no further call is made, and a running one is interrupted and waited for, at most 10 seconds.
    @Override
    public void close() {
        ended.accept(this);
        lock.lock();
        try {
            closed = true;
            woken.signal();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        try {
            if (!thread.join(CLOSE_TIME)) {
                LOG.warn("event=store_watch_close_incomplete reason=\"its listener still runs\"");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (pause()) {
                tell();
            }
        } catch (InterruptedException stopped) {
            LOG.debug("event=store_watch_stopped");
        }
    }

    /// Waits until there may be something to tell; false when there is nobody to tell it any more.
    private boolean pause() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = interval.toNanos();
            while (!due && !closed && left > 0) {
                left = woken.awaitNanos(left);
            }
            due = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void tell() throws InterruptedException {
        try {
            StoreSnapshot now = store.snapshot();
            if (now.commit().equals(told.commit())) {
                return;
            }
            List<StoreKey> keys = new StoreDiff(store.objects()).keys(told.tree(), now.tree());
            listener.changed(new StoreChange(told.commit(), now.commit(), keys));
            told = now;
        } catch (IOException | RuntimeException failure) {
            LOG.warn("event=store_change_not_told branch={} reason=\"{}\"", store.branch(), failure.toString());
        }
    }
}
