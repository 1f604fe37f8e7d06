package org.pinisi.engine;

import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Callable;

/// One run of an operation, as the operation sees it. Used by the operation's thread and by threads it starts;
/// of no use once `run` has returned.
public final class Job {
    Job() {}

    /// The path of its log below the log folder, without suffix; unique.
    public String id() {
        throw new UnsupportedOperationException("skeleton");
    }

    /// Writes one line with the time to the log.
    public void log(String line) {
        throw new UnsupportedOperationException("skeleton " + line);
    }

    /// The log as a stream, for the output of processes. Closing it does nothing. What passes the size limit is
    /// dropped after one line that says so.
    public OutputStream output() {
        throw new UnsupportedOperationException("skeleton");
    }

    /// Waits for a person's approval if `level` asks for it, and begins. To be called once, before the first
    /// effect. The wait for a person has no end; that for the time limit begins after it.
    ///
    /// @param timeout after this long the job is cancelled
    /// @throws InterruptedException when the job is cancelled meanwhile
    /// @throws EngineException when called a second time
    public void start(Level level, Duration timeout) throws InterruptedException {
        throw new UnsupportedOperationException("skeleton " + level + timeout);
    }

    /// Like [#start(Level, Duration)], and then waits for `pool`, which is given back when the job ends.
    public void start(Level level, Pool pool, Duration timeout) throws InterruptedException {
        throw new UnsupportedOperationException("skeleton " + level + pool + timeout);
    }

    /// Holds `pool` during `work`.
    ///
    /// @throws Exception what `work` throws; InterruptedException when the job is cancelled while it waits
    public <R> R use(Pool pool, Callable<R> work) throws Exception {
        throw new UnsupportedOperationException("skeleton " + pool + work);
    }

    /// Runs `hook` once if the job is cancelled before the returned scope is closed; at once if it already is.
    /// Hooks run in reverse order, on a thread of their own, before the job's thread is interrupted. When
    /// closing returns, the hook is not running.
    public Subscription onCancel(Runnable hook) {
        throw new UnsupportedOperationException("skeleton " + hook);
    }

    /// Whether someone asked for the job to stop.
    public boolean cancelled() {
        throw new UnsupportedOperationException("skeleton");
    }
}
