package org.pinisi.deployer;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import org.pinisi.engine.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes into the book of runs what the engine reports. The engine's thread only leaves a note here; one
/// virtual thread does the writing. Of several notes on one app only the newest counts, so there is never
/// more than one an app.
final class Clerk implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Clerk.class);

    private final Runs runs;
    private final BiFunction<String, Optional<String>, Optional<String>> drawing;
    private final Map<String, Pipeline.State> states = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition noted = lock.newCondition();
    private final Set<String> notes = new LinkedHashSet<>();
    private final Thread thread;

    /// @param drawing the present drawing of an app's deployment, or of one of its branches, to be kept with a run that
    ///     ends
    Clerk(Runs runs, BiFunction<String, Optional<String>, Optional<String>> drawing) {
        this.runs = runs;
        this.drawing = drawing;
        this.thread = Thread.ofVirtual().name("deployer-clerk").start(this::work);
    }

    /// How the app stood last.
    Optional<Pipeline.State> state(String app) {
        return Optional.ofNullable(states.get(app));
    }

    /// Leaves a note. Never blocks for long.
    void tell(String app, Pipeline.State state) {
        states.put(app, state);
        lock.lock();
        try {
            notes.add(app);
            noted.signal();
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        try {
            while (true) {
                String app = next();
                try {
                    state(app).ifPresent(state -> write(app, state));
                } catch (RuntimeException failure) {
                    log.error("event=clerk-failed app={}", app, failure);
                }
            }
        } catch (InterruptedException closed) {
            log.debug("event=clerk-closed");
        }
    }

    private String next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (notes.isEmpty()) {
                noted.await();
            }
            String app = notes.iterator().next();
            notes.remove(app);
            return app;
        } finally {
            lock.unlock();
        }
    }

    private void write(String app, Pipeline.State state) {
        state.deployment().ready().ifPresent(now -> deployment(app, now));
        state.branches().forEach(branch -> branch(app, branch));
    }

    private void deployment(String app, Pipeline.Deployment now) {
        long run = now.wanted().run();
        if (runs.get(run).ended().isPresent()) {
            return;
        }
        boolean pinned = now.wanted().pinned().isPresent();
        if (!pinned) {
            stages(run, now.fetched(), now.built());
        }
        switch (now.live()) {
            case Outcome.Ready<Integer>(Integer number) ->
                end(app, run, Run.State.LIVE, "release " + number + " serves", OptionalInt.of(number));
            case Outcome.Failed<Integer> failed ->
                end(app, run, Run.State.FAILED, failed.failure().message(), OptionalInt.empty());
            case Outcome.Active<Integer> _ -> {}
        }
    }

    private void branch(String app, Pipeline.Branch now) {
        long run = now.head().run();
        if (runs.get(run).ended().isPresent()) {
            return;
        }
        stages(run, now.fetched(), now.built());
        switch (now.checked()) {
            case Outcome.Ready<String> _ ->
                end(
                        app,
                        run,
                        Run.State.CHECKED,
                        "the branch " + now.head().branch() + " is built and checked; it is not a deploy branch",
                        OptionalInt.empty());
            case Outcome.Failed<String> failed ->
                end(app, run, Run.State.FAILED, failed.failure().message(), OptionalInt.empty());
            case Outcome.Active<String> _ -> {}
        }
    }

    /// A step that did not have to be taken is noted, so that every run tells the whole way.
    private void stages(long run, Outcome<Operations.Fetched> fetched, Outcome<Operations.Built> built) {
        fetched.ready().ifPresent(value -> runs.unchanged(run, "fetch", value.line()));
        built.ready().ifPresent(value -> runs.unchanged(run, "build", "unchanged"));
    }

    private void end(String app, long run, Run.State state, String message, OptionalInt release) {
        Run of = runs.get(run);
        Optional<String> branch = of.deploys() ? Optional.empty() : Optional.of(of.branch());
        drawing.apply(app, branch).ifPresent(text -> runs.graph(run, text));
        runs.end(run, state, message, release);
        log.info("event=run-ended app={} run={} state={}", app, run, state);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
