package org.pinisi.site;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does jobs one after the other on a thread of its own, each key once at a time; as many as may wait,
/// further ones are refused. Thread-safe; whoever made it closes it.
final class Lane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final int MOST_WAITING = 1 << 17;
    private static final Duration CLOSE_TIME = Duration.ofSeconds(10);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LinkedHashMap<String, Job> waiting = new LinkedHashMap<>();
    private final Thread thread;
    private boolean working;
    private boolean closed;

    /// What is to be done; may block and be interrupted.
    @FunctionalInterface
    interface Job {
        void run() throws Exception;
    }

    Lane(Thread.Builder builder) {
        this.thread = builder.unstarted(this::work);
    }

    Lane start() {
        thread.start();
        return this;
    }

    /// Adds a job; false when one of this key waits already, too many do, or this is closed. Does not
    /// block.
    boolean add(String key, Job job) {
        lock.lock();
        try {
            if (closed || waiting.size() >= MOST_WAITING || waiting.putIfAbsent(key, job) != null) {
                return false;
            }
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Whether there is nothing to do, for tests.
    boolean isIdle() {
        lock.lock();
        try {
            return waiting.isEmpty() && !working;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        try {
            for (Job job = next(); job != null; job = next()) {
                run(job);
            }
        } catch (InterruptedException _) {
            LOG.debug("event=site-lane-closed lane={}", thread.getName());
        }
    }

    private @Nullable Job next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            working = false;
            while (waiting.isEmpty() && !closed) {
                changed.await();
            }
            Map.Entry<String, Job> first = closed ? null : waiting.pollFirstEntry();
            working = first != null;
            return first == null ? null : first.getValue();
        } finally {
            lock.unlock();
        }
    }

    private void run(Job job) throws InterruptedException {
        try {
            job.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            if (!Thread.currentThread().isInterrupted()) {
                LOG.warn("event=site-job-failed lane={} reason=\"{}\"", thread.getName(), e.toString());
            }
        }
    }

    /// Drops what waits, interrupts what is under way, and waits for its end.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        try {
            if (!thread.join(CLOSE_TIME)) {
                LOG.warn("event=site-lane-close-incomplete lane={}", thread.getName());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
