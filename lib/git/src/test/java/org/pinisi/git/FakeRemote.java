package org.pinisi.git;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A remote with troubles at will, before a true one.
final class FakeRemote implements StoreRemote {
    private final StoreRemote remote;
    private volatile boolean away;
    private volatile boolean stuck;
    private final AtomicInteger outruns = new AtomicInteger();
    private volatile Runnable beforePush = () -> {};
    final CountDownLatch reached = new CountDownLatch(1);

    FakeRemote(StoreRemote remote) {
        this.remote = remote;
    }

    void away(boolean now) {
        away = now;
    }

    /// Fetching takes for ever.
    void stuck() {
        stuck = true;
    }

    /// What others do just before each of the next pushes.
    void outrun(int times, Runnable push) {
        outruns.set(times);
        beforePush = push;
    }

    @Override
    public String name() {
        return remote.name();
    }

    @Override
    public Optional<CommitId> fetch(GitRepository into) {
        reached.countDown();
        if (away) {
            throw new GitException(GitException.Kind.UNREACHABLE, "nobody answers");
        }
        if (stuck) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new GitException(GitException.Kind.INTERRUPTED, "interrupted");
            }
        }
        return remote.fetch(into);
    }

    @Override
    public Answer push(GitRepository from, Optional<CommitId> expected, CommitId to) {
        if (outruns.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            beforePush.run();
        }
        return remote.push(from, expected, to);
    }
}
