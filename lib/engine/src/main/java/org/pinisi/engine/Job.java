package org.pinisi.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One run of an operation, as the operation sees it. Used by the operation's thread and by threads it starts;
/// of no use once `run` has returned.
public final class Job {
    private static final Logger LOG = LoggerFactory.getLogger(Job.class);

    /// What the engine wants to hear from its jobs; called on any thread.
    interface Events {
        void changed(Job job);

        void running(Job job, Instant deadline, Duration limit);
    }

    /// Why a job was asked to stop; `superseded` when its result is of no interest.
    record Stop(String reason, boolean superseded) {}

    private final JobInfo made;
    private final boolean urgent;
    private final LogSink log;
    private final InstantSource clock;
    private final Confirmation confirmation;
    private final Events events;
    private final Deque<Hook> hooks = new ArrayDeque<>();
    private final Deque<Pool> leases = new ArrayDeque<>();
    private JobState state = JobState.READY;
    private int build;
    private boolean begun;
    private @Nullable Thread worker;
    private @Nullable Stop stop;
    private @Nullable Instant started;

    Job(JobInfo made, boolean urgent, LogSink log, InstantSource clock, Confirmation confirmation, Events events) {
        this.made = made;
        this.urgent = urgent;
        this.log = log;
        this.clock = clock;
        this.confirmation = confirmation;
        this.events = events;
    }

    /// The path of its log below the log folder, without suffix; unique.
    public String id() {
        return made.id();
    }

    /// Writes one line with the time to the log.
    ///
    /// @throws EngineException when the log cannot be written, or the job has ended
    public void log(String line) {
        try {
            log.line(line);
        } catch (IOException failure) {
            throw new EngineException("cannot write the log of job " + id() + ": " + failure.getMessage(), failure);
        }
    }

    /// The log as a stream, for the output of processes. Closing it does nothing. What passes the size limit is
    /// dropped after one line that says so.
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                log.write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                log.write(bytes, from, count);
            }
        };
    }

    /// Waits for a person's approval if `level` asks for it, and begins. To be called once, on the thread of
    /// `run`, before the first effect. The wait for a person has no end; the time limit begins after it.
    ///
    /// @param timeout after this long the job is cancelled
    /// @throws InterruptedException when the job is cancelled meanwhile
    /// @throws EngineException when called a second time
    public void start(Level level, Duration timeout) throws InterruptedException {
        start(level, Optional.empty(), timeout);
    }

    /// Like [#start(Level, Duration)], and then waits for `pool`, which is given back when the job ends.
    ///
    /// @throws InterruptedException when the job is cancelled meanwhile
    /// @throws EngineException when called a second time
    public void start(Level level, Pool pool, Duration timeout) throws InterruptedException {
        start(level, Optional.of(pool), timeout);
    }

    private void start(Level level, Optional<Pool> pool, Duration timeout) throws InterruptedException {
        if (!timeout.isPositive()) {
            throw new EngineException("timeout: " + timeout + " (expected: > 0)");
        }
        begin();
        if (confirmation.holds(id(), level)) {
            log("waiting for approval: its level is " + level);
            enter(JobState.WAITING_FOR_CONFIRMATION);
            confirmation.await(id(), level);
            log("approved");
            enter(JobState.READY);
        }
        if (pool.isPresent()) {
            acquire(pool.get());
            synchronized (this) {
                leases.push(pool.get());
            }
        }
        Instant now = clock.instant();
        synchronized (this) {
            if (stop != null) {
                throw new InterruptedException(stop.reason());
            }
            started = now;
        }
        log("running; time limit " + timeout);
        enter(JobState.RUNNING);
        events.running(this, now.plus(timeout), timeout);
    }

    private synchronized void begin() {
        if (begun) {
            throw new EngineException(
                    "operation " + made.operation() + " called Job.start twice in job " + id() + "; call it once");
        }
        begun = true;
    }

    private void acquire(Pool pool) throws InterruptedException {
        if (pool.tryAcquire()) {
            return;
        }
        log("waiting for pool " + pool.name());
        pool.acquire(urgent);
        log("got pool " + pool.name());
    }

    /// Holds `pool` during `work`.
    ///
    /// @throws Exception what `work` throws; InterruptedException when the job is cancelled while it waits
    public <R> R use(Pool pool, Callable<R> work) throws Exception {
        acquire(pool);
        try {
            return work.call();
        } finally {
            pool.release();
        }
    }

    /// Runs `hook` once if the job is cancelled before the returned scope is closed; at once if it already is.
    /// Hooks run in reverse order, on a thread of their own, before the job's thread is interrupted. When
    /// closing returns, the hook is not running. Hooks still open when `run` returns are closed.
    public Subscription onCancel(Runnable hook) {
        Hook scope = new Hook(hook);
        boolean late;
        synchronized (this) {
            late = stop != null;
            if (!late) {
                hooks.push(scope);
            }
        }
        if (late) {
            scope.run();
        }
        return scope;
    }

    /// Whether someone asked for the job to stop.
    public synchronized boolean cancelled() {
        return stop != null;
    }

    /// Asks the job to stop; answers whether this is the first time.
    boolean cancel(String reason) {
        return stop(new Stop(reason, false));
    }

    /// Like [#cancel], when nobody is interested in a result any more.
    boolean supersede(String reason) {
        return stop(new Stop(reason, true));
    }

    private boolean stop(Stop wish) {
        List<Hook> open;
        synchronized (this) {
            if (state.ended() || stop != null) {
                return false;
            }
            stop = wish;
            open = List.copyOf(hooks);
        }
        LOG.info("event=job-stop job={} reason=\"{}\"", id(), wish.reason());
        Thread.ofVirtual().name("pinisi-cancel").start(() -> {
            if (log.isOpen()) {
                noteStop(wish);
            }
            open.forEach(Hook::run);
            interrupt();
        });
        return true;
    }

    private void noteStop(Stop wish) {
        try {
            log.line("asked to stop: " + wish.reason());
        } catch (IOException failure) {
            LOG.warn("event=log-write-failed job={}", id(), failure);
        }
    }

    private synchronized void interrupt() {
        if (worker != null) {
            worker.interrupt();
        }
    }

    /// The job's thread takes it up; from now on a stop interrupts that thread.
    void enter(Thread thread) throws InterruptedException {
        synchronized (this) {
            if (stop != null) {
                throw new InterruptedException(stop.reason());
            }
            worker = thread;
        }
    }

    /// The job's thread has returned from the operation: no interrupt reaches it any more, and what it held is
    /// given back.
    void leave() {
        List<Hook> open;
        synchronized (this) {
            worker = null;
            open = List.copyOf(hooks);
            hooks.clear();
        }
        open.forEach(Hook::close);
        Pool lease = nextLease();
        while (lease != null) {
            lease.release();
            lease = nextLease();
        }
        confirmation.forget(id());
    }

    private synchronized @Nullable Pool nextLease() {
        return leases.poll();
    }

    private void enter(JobState next) {
        synchronized (this) {
            state = next;
        }
        events.changed(this);
    }

    synchronized void ended(JobState last) {
        state = last;
    }

    synchronized void build(int number) {
        build = number;
    }

    synchronized boolean begun() {
        return begun;
    }

    synchronized Optional<Stop> stopped() {
        return Optional.ofNullable(stop);
    }

    LogSink sink() {
        return log;
    }

    synchronized Activity activity() {
        return switch (state) {
            case READY -> Activity.READY;
            case WAITING_FOR_CONFIRMATION -> Activity.WAITING_FOR_CONFIRMATION;
            case RUNNING, SUCCEEDED, FAILED, CANCELLED, SUPERSEDED, LOST -> Activity.RUNNING;
        };
    }

    synchronized JobInfo info() {
        return new JobInfo(
                made.id(),
                made.operation(),
                made.key(),
                made.description(),
                build,
                state,
                false,
                made.created(),
                Optional.ofNullable(started),
                Optional.empty(),
                Optional.ofNullable(stop).map(Stop::reason));
    }

    synchronized int openHooks() {
        return hooks.size();
    }

    private final class Hook implements Subscription {
        private final Runnable action;
        private boolean done;

        private Hook(Runnable action) {
            this.action = action;
        }

        private synchronized void run() {
            if (done) {
                return;
            }
            done = true;
            try {
                action.run();
            } catch (RuntimeException failure) {
                LOG.warn("event=cancel-hook-failed job={}", id(), failure);
            }
        }

        @Override
        public void close() {
            synchronized (this) {
                done = true;
            }
            synchronized (Job.this) {
                hooks.remove(this);
            }
        }
    }
}
