package org.pinisi.git;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the branches of all repositories of a store: pushes through [GitHttp] and [GitSsh] at once, other
/// writers (a push into the bare folder by path) by polling. New repositories appear by themselves; one that
/// vanishes is reported with no branches. Close it before its store.
public final class RefWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RefWatcher.class);
    private static final Duration LEAST_INTERVAL = Duration.ofMillis(10);
    private static final Duration CLOSE_TIME = Duration.ofSeconds(10);

    private final RepositoryStore store;
    private final Duration interval;
    private final BranchListener listener;
    private final Map<RepositoryName, Map<String, CommitId>> known = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private final Set<RepositoryName> changed = new LinkedHashSet<>();
    private final Thread thread;
    private final Runnable unwatch;
    private boolean closed;

    private RefWatcher(RepositoryStore store, Duration interval, BranchListener listener) {
        this.store = store;
        this.interval = interval;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("git-watch").unstarted(this::run);
        this.unwatch = store.watch(this::wake);
    }

    /// Starts watching; every repository present is reported first.
    ///
    /// @param interval between polls, at least 10 milliseconds
    public static RefWatcher start(RepositoryStore store, Duration interval, BranchListener listener) {
        if (interval.compareTo(LEAST_INTERVAL) < 0) {
            throw new IllegalArgumentException("interval: " + interval + " (expected: >= " + LEAST_INTERVAL + ")");
        }
        RefWatcher watcher = new RefWatcher(store, interval, listener);
        watcher.thread.start();
        return watcher;
    }

    /// Stops: no further call is made, and a running one is interrupted and waited for, at most 10 seconds.
    @Override
    public void close() {
        unwatch.run();
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        try {
            if (!thread.join(CLOSE_TIME)) {
                LOG.warn("event=watcher_close_incomplete reason=\"its listener still runs\"");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void wake(RepositoryName name) {
        lock.lock();
        try {
            changed.add(name);
            woken.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (open()) {
                pollAll();
                long patience = interval.toNanos();
                while (open() && patience > 0) {
                    patience = pause(patience);
                }
            }
        } catch (InterruptedException stopped) {
            LOG.debug("event=watcher_stopped");
        }
    }

    /// Waits for the rest of the interval, looking at pushed repositories meanwhile; returns what is left of it.
    private long pause(long nanos) throws InterruptedException {
        long left = nanos;
        List<RepositoryName> pushed;
        lock.lockInterruptibly();
        try {
            while (changed.isEmpty() && !closed && left > 0) {
                left = woken.awaitNanos(left);
            }
            pushed = List.copyOf(changed);
            changed.clear();
        } finally {
            lock.unlock();
        }
        for (RepositoryName name : pushed) {
            poll(name);
        }
        return left;
    }

    private void pollAll() {
        try {
            Set<RepositoryName> names = new LinkedHashSet<>(store.list());
            names.addAll(known.keySet());
            for (RepositoryName name : names) {
                if (!open()) {
                    return;
                }
                poll(name);
            }
        } catch (GitException failure) {
            LOG.warn("event=poll_failed reason=\"{}\"", failure.getMessage());
        }
    }

    private void poll(RepositoryName name) {
        try {
            Optional<GitRepository> repository = store.find(name);
            Map<String, CommitId> branches =
                    repository.map(GitRepository::branches).orElse(Map.of());
            if (branches.equals(known.get(name))) {
                return;
            }
            listener.branches(name, branches);
            if (repository.isPresent()) {
                known.put(name, branches);
            } else {
                known.remove(name);
            }
        } catch (RuntimeException failure) {
            LOG.warn("event=poll_failed repository={}", name, failure);
        }
    }

    private boolean open() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }
}
