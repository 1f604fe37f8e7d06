package org.pinisi.site;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.pinisi.git.CommitId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a site at the newest commit of a branch: begins with the commit last known, looks at once, then whenever it is
/// told and from time to time. Looks are made one after the other; all who ask while one is under way share the next.
///
/// Whatever goes wrong, what is shown stays shown; each change of state is one line of log. Thread-safe. Whoever
/// started it closes it.
public final class SiteSource implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SiteSource.class);
    private static final Duration CLOSE_TIME = Duration.ofSeconds(10);

    private final SiteOrigin origin;
    private final Consumer<CommitId> display;
    private final SourceRhythm rhythm;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition told = lock.newCondition();
    private final Condition looked = lock.newCondition();
    /// Looks asked for, begun and done, each numbered: a look serves everybody who asked before it began.
    private long asked = 1;

    private long begun;
    private long done;
    private PullResult last = new PullResult.Pending();
    private boolean closed;
    private int failures;
    private volatile SourceStatus status;

    private SiteSource(
            SiteOrigin origin,
            Consumer<CommitId> display,
            SourceRhythm rhythm,
            InstantSource clock,
            RandomGenerator random) {
        this.origin = origin;
        this.display = display;
        this.rhythm = rhythm;
        this.clock = clock;
        this.random = random;
        this.status = SourceStatus.initial(origin.place(), origin.branch());
        this.thread = Thread.ofVirtual().name("site-source").unstarted(this::run);
    }

    /// Shows the commit last known, if there is one, and begins to follow the branch. Owns `origin` from now on.
    ///
    /// @param display shows a commit from now on, wholly or not at all; throws when it cannot be shown
    static SiteSource start(
            SiteOrigin origin,
            Consumer<CommitId> display,
            SourceRhythm rhythm,
            InstantSource clock,
            RandomGenerator random) {
        SiteSource source = new SiteSource(origin, display, rhythm, clock, random);
        source.showKnown();
        origin.watch(source::wake);
        source.thread.start();
        return source;
    }

    /// What is shown, and whether that is known to be the newest.
    public SourceStatus status() {
        return status;
    }

    /// Says that the branch may have moved; returns at once.
    public void wake() {
        lock.lock();
        try {
            ask();
        } finally {
            lock.unlock();
        }
    }

    /// Looks, and waits for how that ends: with a look that begins after this call.
    ///
    /// @param patience how long to wait; then the answer is [PullResult.Pending]
    public PullResult pull(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            long mine = ask();
            while (done < mine && !closed) {
                if (left <= 0) {
                    return new PullResult.Pending();
                }
                left = looked.awaitNanos(left);
            }
            return done < mine ? new PullResult.Failed("the site is being stopped") : last;
        } finally {
            lock.unlock();
        }
    }

    private long ask() {
        if (asked <= begun) {
            asked = begun + 1;
        }
        told.signal();
        return asked;
    }

    /// Ends following; a look under way is interrupted and waited for, at most 10 seconds. What is shown stays shown.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            looked.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        try {
            if (!thread.join(CLOSE_TIME)) {
                log.warn("event=site-source-close-incomplete place={}", origin.place());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        origin.close();
    }

    private void showKnown() {
        try {
            origin.known().ifPresent(commit -> {
                display.accept(commit);
                status = status.showing(commit, clock.instant());
                log.info("event=site-shown commit={} place={} branch={}", commit, origin.place(), origin.branch());
            });
        } catch (RuntimeException failure) {
            troubled(reason(failure), false);
        }
    }

    private void run() {
        try {
            Duration pause = Duration.ZERO;
            while (true) {
                await(pause);
                long begin = System.nanoTime();
                PullResult result = look();
                pause = rhythm.pause(failures, random);
                finish(result);
                awaitGap(begin);
            }
        } catch (InterruptedException stopped) {
            log.debug("event=site-source-stopped place={}", origin.place());
        }
    }

    /// Waits until somebody asks or the time is up; then a look has begun.
    private void await(Duration pause) throws InterruptedException {
        long left = pause.toNanos();
        lock.lockInterruptibly();
        try {
            while (asked == begun && left > 0) {
                left = told.awaitNanos(left);
            }
            begun++;
            asked = begun;
        } finally {
            lock.unlock();
        }
    }

    private void finish(PullResult result) {
        lock.lock();
        try {
            done = begun;
            last = result;
            looked.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Nobody wakes this wait: whoever asks meanwhile is served after it.
    private void awaitGap(long begin) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = rhythm.gap().toNanos() - (System.nanoTime() - begin);
            while (left > 0) {
                left = told.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private PullResult look() throws InterruptedException {
        Optional<CommitId> newest;
        try {
            newest = origin.pull();
        } catch (RuntimeException failure) {
            if (Thread.interrupted()) {
                throw stopped(failure);
            }
            return failed(reason(failure), false);
        }
        if (newest.isEmpty()) {
            String reason = "there is no branch " + origin.branch();
            failures = 0;
            troubled(reason, true);
            return new PullResult.NoBranch(origin.branch());
        }
        CommitId commit = newest.get();
        boolean same = status.shown().filter(commit::equals).isPresent();
        if (!same) {
            try {
                display.accept(commit);
            } catch (RuntimeException failure) {
                return failed("commit " + commit.abbreviated() + " cannot be shown: " + reason(failure), true);
            }
        }
        if (!same) {
            origin.shown(commit);
        }
        well(commit, same);
        return same ? new PullResult.Unchanged(commit) : new PullResult.Changed(commit);
    }

    private static InterruptedException stopped(RuntimeException failure) {
        InterruptedException stopped = new InterruptedException("stopped while looking");
        stopped.initCause(failure);
        return stopped;
    }

    private PullResult failed(String reason, boolean answered) {
        failures = Math.min(failures + 1, Integer.MAX_VALUE - 1);
        troubled(reason, answered);
        return new PullResult.Failed(reason);
    }

    private void troubled(String reason, boolean answered) {
        SourceStatus before = status;
        status = before.troubled(reason, answered, clock.instant());
        boolean news =
                before.trouble().filter(old -> old.reason().equals(reason)).isEmpty();
        if (news) {
            log.warn(
                    "event=site-trouble place={} branch={} shown={} reason=\"{}\"",
                    origin.place(),
                    origin.branch(),
                    before.shown().map(CommitId::hex).orElse("nothing"),
                    reason);
        }
    }

    private void well(CommitId commit, boolean same) {
        SourceStatus before = status;
        failures = 0;
        status = before.showing(commit, clock.instant()).well(clock.instant());
        before.trouble()
                .ifPresent(old -> log.info(
                        "event=site-trouble-over place={} branch={} lasted={} tries={}",
                        origin.place(),
                        origin.branch(),
                        old.age(clock.instant()),
                        old.tries()));
        if (!same) {
            log.info("event=site-shown commit={} place={} branch={}", commit, origin.place(), origin.branch());
        }
    }

    private static String reason(RuntimeException failure) {
        @Nullable String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
