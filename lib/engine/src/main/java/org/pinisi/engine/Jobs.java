package org.pinisi.engine;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// The jobs of one engine, present and past. Safe for any number of threads.
public final class Jobs {
    Jobs() {}

    /// The job of this id.
    public Optional<JobInfo> find(String id) {
        throw new UnsupportedOperationException("skeleton " + id);
    }

    /// The jobs that have not ended, oldest first.
    public List<JobInfo> active() {
        throw new UnsupportedOperationException("skeleton");
    }

    /// The jobs that match, newest first, running ones too.
    public List<JobInfo> history(JobQuery query) {
        throw new UnsupportedOperationException("skeleton " + query);
    }

    /// Asks the job to stop, in whatever stage it is; it has stopped when its state says so. Answers whether it
    /// was active and not yet cancelled. `reason` goes into the log and the outcome: say who and why.
    public boolean cancel(String id, String reason) {
        throw new UnsupportedOperationException("skeleton " + id + reason);
    }

    /// Does the job's work again. Completes with the id of the new job, or of this work's job when it is under
    /// way; exceptionally with an [EngineException] when the id is unknown or the pipeline no longer needs the
    /// work.
    public CompletableFuture<String> rebuild(String id) {
        throw new UnsupportedOperationException("skeleton " + id);
    }

    /// Forgets the result of an operation for a key, given as its canonical text; done again as soon as, and
    /// if, something needs it.
    public void invalidate(String operation, String key) {
        throw new UnsupportedOperationException("skeleton " + operation + key);
    }

    /// Lets this one job start whatever the threshold is. Answers whether it was active and not yet approved.
    public boolean approve(String id) {
        throw new UnsupportedOperationException("skeleton " + id);
    }

    /// Calls `listener` on the engine thread after each change of a job's state.
    public Subscription subscribe(Consumer<JobInfo> listener) {
        throw new UnsupportedOperationException("skeleton " + listener);
    }

    /// Opens a job's log at a byte offset; a negative one counts from the present end.
    ///
    /// @throws EngineException when there is no such job or its log is gone
    public LogReader openLog(String id, long offset) {
        throw new UnsupportedOperationException("skeleton " + id + offset);
    }
}
