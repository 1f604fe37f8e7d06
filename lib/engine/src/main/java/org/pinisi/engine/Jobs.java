package org.pinisi.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// The jobs of one engine, present and past. Safe for any number of threads.
public final class Jobs {
    private final Core core;
    private final Store store;
    private final Confirmation confirmation;

    Jobs(Core core, Store store, Confirmation confirmation) {
        this.core = core;
        this.store = store;
        this.confirmation = confirmation;
    }

    /// The job of this id.
    public Optional<JobInfo> find(String id) {
        Job live = core.factory().find(id);
        return live == null ? store.find(id) : Optional.of(live.info());
    }

    /// The jobs that have not ended, oldest first.
    public List<JobInfo> active() {
        return core.factory().live().stream().map(Job::info).toList();
    }

    /// The jobs that match, newest first, running ones too. A running job's state counts as it stood when the
    /// job was made: [JobState#READY].
    public List<JobInfo> history(JobQuery query) {
        List<JobInfo> rows = new ArrayList<>(store.history(query));
        rows.replaceAll(row -> {
            Job live = core.factory().find(row.id());
            return live == null ? row : live.info();
        });
        return List.copyOf(rows);
    }

    /// Asks the job to stop, in whatever stage it is; it has stopped when its state says so. Answers whether it
    /// was active and not yet cancelled. `reason` goes into the log and the outcome: say who and why.
    public boolean cancel(String id, String reason) {
        Job live = core.factory().find(id);
        return live != null && live.cancel(reason);
    }

    /// Does the job's work again. Completes with the id of the new job, or of this work's job when it is under
    /// way; exceptionally with an [EngineException] when the id is unknown or the pipeline no longer needs the
    /// work.
    public CompletableFuture<String> rebuild(String id) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Optional<JobInfo> job = find(id);
        if (job.isEmpty()) {
            answer.completeExceptionally(new EngineException("there is no job " + id));
            return answer;
        }
        core.post(() -> {
            try {
                core.cache().rebuild(job.get().operation(), job.get().key(), answer);
            } catch (EngineException failure) {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    /// Forgets the result of an operation for a key, given as its canonical text; done again as soon as, and
    /// if, something needs it.
    public void invalidate(String operation, String key) {
        core.post(() -> core.cache().invalidate(operation, key));
    }

    /// Lets this one job start whatever the threshold is. Answers whether it was active and not yet approved.
    public boolean approve(String id) {
        return core.factory().find(id) != null && confirmation.approve(id);
    }

    /// Deletes, with their logs, the jobs that ended before `limit`, but never the last result of any key, so nothing
    /// is done again for it. Answers how many. Reads and deletes files on the calling thread.
    ///
    /// @throws EngineException when a log cannot be deleted; its row is gone already
    public int prune(Instant limit) {
        List<String> ids = store.prune(limit);
        for (String id : ids) {
            Path log = core.factory().logFile(id);
            try {
                Files.deleteIfExists(log);
            } catch (IOException failure) {
                throw new EngineException("cannot delete the old log " + log + ": " + failure, failure);
            }
        }
        return ids.size();
    }

    /// Calls `listener` on the engine thread after each change of a job's state. It must be quick; an exception
    /// from it is logged.
    public Subscription subscribe(Consumer<JobInfo> listener) {
        core.jobListeners().add(listener);
        return () -> core.jobListeners().remove(listener);
    }

    /// Opens a job's log at a byte offset; a negative one counts from the present end.
    ///
    /// @throws EngineException when there is no such job or its log is gone
    public LogReader openLog(String id, long offset) {
        Job live = core.factory().find(id);
        if (live != null) {
            return LogReader.follow(live.sink(), offset);
        }
        // Only ids that the store knows lead to a file, so no id can point outside the log folder.
        if (store.find(id).isEmpty()) {
            throw new EngineException("there is no job " + id);
        }
        return LogReader.past(core.factory().logFile(id), offset);
    }
}
