package org.pinisi.git;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a [GitStore] and a branch elsewhere the same: fetches, merges key by key, pushes what the
/// remote has not. The store needs nobody for that: while the remote is away or refuses, changes go on
/// here, wait, and are pushed when it takes them. What the remote had last is remembered in
/// `refs/pinisi/pushed/`, so a restart forgets nothing.
///
/// Safe for any number of threads; one sync at a time. Close it before its store.
public final class StoreSync implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreSync.class);
    private static final Duration CLOSE_TIME = Duration.ofSeconds(10);
    private static final Duration OUTRUN_PAUSE = Duration.ofMillis(50);
    private static final int MOST_COUNTED = 10_000;
    private static final int MOST_CONFLICTS = 100;

    private final GitStore store;
    private final StoreRemote remote;
    private final SyncSettings settings;
    private final Backoff backoff;
    private final Backoff outrun;
    private final StoreIntegration integration;
    private final String pushedRef;
    private final String fetchedRef;
    private final ReentrantLock syncing = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private final Deque<SyncConflict> conflicts = new ArrayDeque<>();
    private Optional<Thread> thread = Optional.empty();
    private Optional<StoreWatch> watch = Optional.empty();
    private Optional<Instant> lastSync = Optional.empty();
    private Optional<Instant> failingSince = Optional.empty();
    private Optional<Instant> nextTry = Optional.empty();
    private Optional<SyncResult.Problem> problem = Optional.empty();
    private int failures;
    private boolean changed;
    private boolean closed;

    private StoreSync(GitStore store, StoreRemote remote, SyncSettings settings, RandomGenerator random) {
        this.store = store;
        this.remote = remote;
        this.settings = settings;
        this.backoff = new Backoff(settings.firstPause(), settings.longestPause(), random);
        this.outrun = new Backoff(OUTRUN_PAUSE, settings.firstPause(), random);
        this.integration = new StoreIntegration(store, settings);
        this.pushedRef = Ids.HIDDEN + "pushed/" + store.branch();
        this.fetchedRef = Ids.HIDDEN + "fetched/" + store.branch();
    }

    /// One that works only when [#sync] is called.
    ///
    /// @param random spreads the tries of many programs; safe for any number of threads
    public static StoreSync of(GitStore store, StoreRemote remote, SyncSettings settings, RandomGenerator random) {
        return new StoreSync(
                requireNonNull(store, "store"),
                requireNonNull(remote, "remote"),
                settings,
                requireNonNull(random, "random"));
    }

    /// One that works by itself from now on: at once, after each change here, and every
    /// [SyncSettings#interval]. After failures it pauses for longer and longer.
    public static StoreSync start(GitStore store, StoreRemote remote, SyncSettings settings, RandomGenerator random) {
        StoreSync sync = of(store, remote, settings, random);
        Thread thread = Thread.ofVirtual().name("git-store-sync").unstarted(sync::run);
        sync.thread = Optional.of(thread);
        sync.watch = Optional.of(store.watch(_ -> sync.wake()));
        thread.start();
        return sync;
    }

    /// Makes both sides the same, now. A remote that is away or refuses is no exception but a result: see
    /// [SyncResult#problem]. Nothing is lost then, and the next call tries again.
    ///
    /// @throws GitException of kind `INTERRUPTED` when the thread is interrupted
    public SyncResult sync() {
        try {
            syncing.lockInterruptibly();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new GitException(GitException.Kind.INTERRUPTED, "waiting for another sync was interrupted");
        }
        try {
            SyncResult result = tried(new ArrayList<>());
            note(result);
            return result;
        } finally {
            syncing.unlock();
        }
    }

    /// How it stands.
    public SyncStatus status() {
        StoreGraph.Ahead ahead = ahead();
        lock.lock();
        try {
            return new SyncStatus(
                    remote.name(),
                    ahead.count(),
                    ahead.oldest(),
                    lastSync,
                    failingSince,
                    failures,
                    problem,
                    nextTry,
                    List.copyOf(conflicts));
        } finally {
            lock.unlock();
        }
    }

    /// Stops working by itself: a sync that runs is interrupted and waited for, at most 10 seconds.
    @Override
    public void close() {
        watch.ifPresent(StoreWatch::close);
        lock.lock();
        try {
            closed = true;
            woken.signal();
        } finally {
            lock.unlock();
        }
        if (thread.isEmpty()) {
            return;
        }
        thread.get().interrupt();
        try {
            if (!thread.get().join(CLOSE_TIME)) {
                LOG.warn("event=store_sync_close_incomplete remote=\"{}\"", remote.name());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private SyncResult tried(List<SyncConflict> decided) {
        Round last = new Round(Optional.empty(), false, false, Optional.empty(), false);
        boolean rewritten = false;
        boolean recreated = false;
        try {
            for (int attempt = 1; attempt <= settings.attempts(); attempt++) {
                last = round(decided);
                rewritten |= last.rewritten();
                recreated |= last.recreated();
                if (!last.outrun()) {
                    return new SyncResult(last.commit(), decided, rewritten, recreated, last.problem());
                }
                pause(outrun.after(attempt));
            }
            return failed(
                    new SyncResult.Problem(
                            GitException.Kind.REJECTED,
                            "others change %s all the time: %d pushes came too late"
                                    .formatted(remote.name(), settings.attempts())),
                    decided,
                    rewritten,
                    recreated);
        } catch (GitException failure) {
            if (failure.kind() == GitException.Kind.INTERRUPTED) {
                throw failure;
            }
            return failed(new SyncResult.Problem(failure.kind(), failure.getMessage()), decided, rewritten, recreated);
        } catch (RuntimeException ofResolver) {
            LOG.error("event=store_merge_failed remote=\"{}\"", remote.name(), ofResolver);
            return failed(
                    new SyncResult.Problem(GitException.Kind.LOCAL, "the resolver failed: " + ofResolver),
                    decided,
                    rewritten,
                    recreated);
        }
    }

    private SyncResult failed(
            SyncResult.Problem why, List<SyncConflict> decided, boolean rewritten, boolean recreated) {
        return new SyncResult(store.commit(), decided, rewritten, recreated, Optional.of(why));
    }

    /// One fetch, merge and push.
    private record Round(
            Optional<CommitId> commit,
            boolean rewritten,
            boolean recreated,
            Optional<SyncResult.Problem> problem,
            boolean outrun) {}

    private Round round(List<SyncConflict> decided) {
        Optional<CommitId> theirs = remote.fetch(store.repository());
        Optional<CommitId> agreed = store.refs().read(pushedRef);
        boolean rewritten = false;
        Optional<CommitId> ours = store.commit();
        if (theirs.isPresent()) {
            store.refs().set(fetchedRef, theirs.get());
            StoreIntegration.Outcome outcome = integration.integrate(theirs.get(), agreed);
            store.refs().set(pushedRef, theirs.get());
            decided.addAll(outcome.conflicts());
            rewritten = outcome.rewritten();
            ours = Optional.of(outcome.head());
        }
        if (ours.equals(theirs) || ours.isEmpty()) {
            return new Round(ours, rewritten, false, Optional.empty(), false);
        }
        boolean recreated = theirs.isEmpty() && agreed.isPresent();
        if (recreated) {
            LOG.warn("event=store_remote_branch_gone remote=\"{}\" action=recreate", remote.name());
        }
        return pushed(theirs, ours.get(), rewritten, recreated);
    }

    private Round pushed(Optional<CommitId> theirs, CommitId ours, boolean rewritten, boolean recreated) {
        return switch (remote.push(store.repository(), theirs, ours)) {
            case StoreRemote.Answer.Taken() -> {
                store.refs().set(pushedRef, ours);
                yield new Round(Optional.of(ours), rewritten, recreated, Optional.empty(), false);
            }
            case StoreRemote.Answer.Outrun() ->
                new Round(Optional.of(ours), rewritten, recreated, Optional.empty(), true);
            case StoreRemote.Answer.Refused(String words) ->
                new Round(
                        Optional.of(ours),
                        rewritten,
                        recreated,
                        Optional.of(new SyncResult.Problem(
                                GitException.Kind.REJECTED, remote.name() + " refused our changes: " + words)),
                        false);
        };
    }

    private void note(SyncResult result) {
        Instant now = store.clock().instant();
        lock.lock();
        try {
            result.conflicts().forEach(conflicts::addLast);
            while (conflicts.size() > MOST_CONFLICTS) {
                conflicts.removeFirst();
            }
            problem = result.problem();
            if (result.done()) {
                if (failures > 0) {
                    LOG.info("event=store_sync_recovered remote=\"{}\" after={}", remote.name(), failures);
                }
                failures = 0;
                failingSince = Optional.empty();
                lastSync = Optional.of(now);
                return;
            }
            failures++;
            failingSince = Optional.of(failingSince.orElse(now));
            if (failures == 1) {
                LOG.warn(
                        "event=store_sync_failed remote=\"{}\" reason=\"{}\"",
                        remote.name(),
                        result.problem().map(SyncResult.Problem::message).orElse(""));
            }
        } finally {
            lock.unlock();
        }
    }

    private StoreGraph.Ahead ahead() {
        try {
            Optional<CommitId> head = store.commit();
            return head.isEmpty()
                    ? new StoreGraph.Ahead(0, Optional.empty())
                    : new StoreGraph(store.repository())
                            .ahead(head.get(), store.refs().read(pushedRef), MOST_COUNTED);
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot count what waits for " + remote.name(), failure);
        }
    }

    private void run() {
        try {
            while (open()) {
                boolean done = syncQuietly();
                await(done ? settings.interval() : backoff.after(failures()), done);
            }
        } catch (InterruptedException stopped) {
            LOG.debug("event=store_sync_stopped remote=\"{}\"", remote.name());
        }
    }

    private boolean syncQuietly() throws InterruptedException {
        try {
            return sync().done();
        } catch (GitException failure) {
            if (failure.kind() == GitException.Kind.INTERRUPTED) {
                throw new InterruptedException(failure.getMessage());
            }
            LOG.warn("event=store_sync_failed remote=\"{}\" reason=\"{}\"", remote.name(), failure.getMessage());
            return false;
        }
    }

    /// @param wakeable whether a change here ends the wait: not while the remote fails
    private void await(Duration time, boolean wakeable) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            nextTry = Optional.of(store.clock().instant().plus(time));
            long left = time.toNanos();
            while (!closed && left > 0 && !(wakeable && changed)) {
                left = woken.awaitNanos(left);
            }
            changed = false;
            nextTry = Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed = true;
            woken.signal();
        } finally {
            lock.unlock();
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

    private int failures() {
        lock.lock();
        try {
            return Math.max(1, failures);
        } finally {
            lock.unlock();
        }
    }

    private static void pause(Duration time) {
        try {
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new GitException(GitException.Kind.INTERRUPTED, "a sync was interrupted");
        }
    }
}
