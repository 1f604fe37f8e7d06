package org.pinisi.engine;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One job from its first log line to its stored end, on its own thread. The end is durable before anyone hears
/// of it.
final class JobTask implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JobTask.class);

    /// Hears of the end.
    interface Ends {
        void ended(Job job, End end);
    }

    /// How it ended; no result when nobody is interested in one.
    record End(JobInfo info, Optional<Instance.Result> result) {}

    private final Job job;
    private final Operation.Request request;
    private final Store store;
    private final InstantSource clock;
    private final Ends ends;

    JobTask(Job job, Operation.Request request, Store store, InstantSource clock, Ends ends) {
        this.job = job;
        this.request = request;
        this.store = store;
        this.clock = clock;
        this.ends = ends;
    }

    @Override
    @SuppressWarnings("CatchAndPrintStackTrace")
    public void run() {
        Operation.Yield yield = null;
        Throwable failure = null;
        try {
            job.sink().open();
            job.log("job " + request.id() + ": " + request.description());
            job.build(store.begin(job.info(), Texts.stored(request.value())));
            job.enter(Thread.currentThread());
            yield = request.body().run(job);
            if (!job.begun()) {
                throw new EngineException("operation " + request.id()
                        + " returned without having called Job.start; call it once before the first effect");
            }
        } catch (Throwable thrown) {
            failure = thrown;
        }
        job.leave();
        // An interrupt that came while the operation returned has done its work.
        if (Thread.interrupted()) {
            LOG.debug("event=late-interrupt job={}", job.id());
        }
        finish(yield, failure);
    }

    private void finish(Operation.@Nullable Yield yield, @Nullable Throwable failure) {
        Optional<Job.Stop> stop = job.stopped();
        JobState state = state(stop, failure);
        Optional<String> message = stop.map(Job.Stop::reason)
                .map(reason -> state == JobState.CANCELLED ? "Cancelled: " + reason : reason)
                .or(() -> Optional.ofNullable(failure).map(Messages::of));
        Instant now = clock.instant();
        JobInfo info = ended(state, message, now);
        Object payload = yield == null || message.isPresent() ? message.orElse("") : yield.value();
        boolean good = state == JobState.SUCCEEDED;
        try {
            store.end(info, good && yield != null ? yield.encoded() : "");
        } catch (EngineException unwritable) {
            LOG.error("event=result-not-stored job={}", job.id(), unwritable);
            payload = "cannot store the result of job " + job.id() + ": " + unwritable.getMessage();
            good = false;
        }
        closeLog(state, message, failure);
        job.ended(state);
        LOG.info("event=job-end job={} state={}", job.id(), state);
        Instance.Result result = new Instance.Result(job.id(), Texts.stored(request.value()), good, payload, now);
        ends.ended(job, new End(info, state == JobState.SUPERSEDED ? Optional.empty() : Optional.of(result)));
    }

    private static JobState state(Optional<Job.Stop> stop, @Nullable Throwable failure) {
        if (stop.isPresent()) {
            return stop.get().superseded() ? JobState.SUPERSEDED : JobState.CANCELLED;
        }
        return failure == null ? JobState.SUCCEEDED : JobState.FAILED;
    }

    private JobInfo ended(JobState state, Optional<String> message, Instant now) {
        JobInfo info = job.info();
        return new JobInfo(
                info.id(),
                info.operation(),
                info.key(),
                info.description(),
                info.build(),
                state,
                state == JobState.SUPERSEDED,
                info.created(),
                info.started(),
                Optional.of(now),
                message);
    }

    private void closeLog(JobState state, Optional<String> message, @Nullable Throwable failure) {
        try {
            if (job.sink().isOpen()) {
                if (failure != null && Messages.unexpected(failure) && state == JobState.FAILED) {
                    failure.printStackTrace(
                            new PrintStream(job.output(), true, java.nio.charset.StandardCharsets.UTF_8));
                }
                String word = state.name().toLowerCase(java.util.Locale.ROOT);
                job.log(message.map(text -> word + ": " + text).orElse(word));
            }
            job.sink().close();
        } catch (IOException | EngineException unwritable) {
            LOG.error("event=log-not-closed job={}", job.id(), unwritable);
        }
    }
}
