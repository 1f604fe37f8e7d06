package org.pinisi.deployer;

import java.util.List;
import org.pinisi.engine.Job;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the open runs what a job is doing for them. A job belongs to no run: one build may serve several,
/// and a run may find its build done already.
final class Reporter {
    private static final Logger log = LoggerFactory.getLogger(Reporter.class);

    private final Runs runs;

    Reporter(Runs runs) {
        this.runs = runs;
    }

    /// The work of one step; its result's line is what the step says when it is done.
    interface Work<T> {
        T run(Line line) throws Exception;
    }

    /// Where a step says what came of it.
    static final class Line {
        private String text = "";

        /// One short line for the pusher.
        void say(String line) {
            text = line;
        }
    }

    /// Runs `work` as the step `name` of the open runs of this commit.
    <T> T step(Job job, String app, String commit, String name, Work<T> work) throws Exception {
        List<Long> served = runs.open().stream()
                .filter(run -> run.app().equals(app) && run.commit().equals(commit))
                .map(Run::id)
                .toList();
        return step(job, served, name, work);
    }

    /// Runs `work` as the step `name` of these runs.
    <T> T step(Job job, List<Long> served, String name, Work<T> work) throws Exception {
        Line line = new Line();
        served.forEach(run -> runs.begin(run, name, "", job.id()));
        try {
            T result = work.run(line);
            served.forEach(run -> runs.finish(run, name, Step.State.DONE, line.text));
            job.log(name + ": " + line.text);
            return result;
        } catch (InterruptedException cancelled) {
            served.forEach(run -> runs.finish(run, name, Step.State.CANCELLED, "cancelled"));
            throw cancelled;
        } catch (Exception failure) {
            // The whole reason is the run's; the step says what it is.
            String reason = String.valueOf(failure.getMessage()).lines().findFirst().orElse("failed");
            served.forEach(run -> runs.finish(run, name, Step.State.FAILED, reason));
            log.info("event=step-failed step={} job={} runs={}", name, job.id(), served);
            throw failure;
        }
    }
}
