package org.pinisi.deployer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.pinisi.engine.Engine;
import org.pinisi.engine.Jobs;
import org.pinisi.engine.Outcome;
import org.pinisi.git.CommitId;
import org.pinisi.git.GitRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides what each app's pipeline is to reach, from its branches and from what people ask for, and begins
/// the runs that tell of it. One lane an app: its deployment, and each branch that is only checked.
///
/// Safe for any number of threads; decisions on one app are taken one after the other.
final class Lanes {
    private static final Logger log = LoggerFactory.getLogger(Lanes.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// Only names are lost beyond it.
    private static final int MOST_ANNOUNCED = 1000;

    private final Engine engine;
    private final Pipeline.Doors doors;
    private final Sources sources;
    private final Apps apps;
    private final Releases releases;
    private final Runs runs;
    private final Clerk clerk;
    private final ReentrantLock making = new ReentrantLock();
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    /// Who brings a commit, by app and commit: whoever watches the branches may see it move before its
    /// pusher is told so.
    private final Map<String, String> announced = new ConcurrentHashMap<>();

    Lanes(Engine engine, Pipeline.Doors doors, Sources sources, Apps apps, Releases releases, Runs runs, Clerk clerk) {
        this.engine = engine;
        this.doors = doors;
        this.sources = sources;
        this.apps = apps;
        this.releases = releases;
        this.runs = runs;
        this.clerk = clerk;
    }

    /// One app's lane. Guarded by its lock.
    private static final class Lane {
        final ReentrantLock lock = new ReentrantLock();
        final String app;
        final Pipeline pipeline;
        /// Branch to commit, as last seen.
        final Map<String, String> known = new TreeMap<>();
        /// The branches that are only checked.
        final Map<String, Pipeline.Head> checked = new TreeMap<>();

        Lane(String app, Pipeline pipeline) {
            this.app = app;
            this.pipeline = pipeline;
        }
    }

    /// Says who is about to bring a commit.
    void announce(String app, String commit, String by) {
        if (announced.size() >= MOST_ANNOUNCED) {
            announced.clear();
        }
        announced.put(app + " " + commit, by);
    }

    /// Looks at the repository's branches and begins a run for each that has moved.
    ///
    /// @param by who moved them, as far as is known
    void refresh(String app, String by) {
        Lane lane = lane(app);
        lane.lock.lock();
        try {
            GitRepository repository = sources.repository(app);
            Map<String, String> now = new TreeMap<>();
            repository.branches().forEach((branch, commit) -> now.put(branch, commit.hex()));
            List<String> gone = lane.known.keySet().stream()
                    .filter(branch -> !now.containsKey(branch))
                    .toList();
            gone.forEach(branch -> dropped(lane, branch));
            now.forEach((branch, commit) -> {
                if (!commit.equals(lane.known.get(branch))) {
                    moved(lane, repository, branch, new CommitId(commit), by);
                }
            });
            lane.pipeline.branches(List.copyOf(lane.checked.values()));
        } finally {
            lane.lock.unlock();
        }
    }

    private void dropped(Lane lane, String branch) {
        lane.known.remove(branch);
        if (lane.checked.remove(branch) != null) {
            runs.open().stream()
                    .filter(run -> run.app().equals(lane.app) && run.branch().equals(branch) && !run.deploys())
                    .forEach(run ->
                            runs.end(run.id(), Run.State.CANCELLED, "the branch was deleted", OptionalInt.empty()));
        }
    }

    private void moved(Lane lane, GitRepository repository, String branch, CommitId commit, String seenBy) {
        lane.known.put(branch, commit.hex());
        String by = announced.getOrDefault(lane.app + " " + commit.hex(), seenBy);
        String subject = repository.commit(commit).subject();
        boolean deploys;
        try {
            deploys = Sources.config(repository, commit).deployBranches().contains(branch);
        } catch (ConfigException bad) {
            // Only a writer who went past our own Git server can bring one here.
            Run run = runs.open(new Runs.Opening(lane.app, branch, false, commit.hex(), subject, Cause.PUSH, by));
            runs.end(run.id(), Run.State.FAILED, String.valueOf(bad.getMessage()), OptionalInt.empty());
            return;
        }
        Run run = runs.open(new Runs.Opening(lane.app, branch, deploys, commit.hex(), subject, Cause.PUSH, by));
        log.info(
                "event=run-begun app={} run={} branch={} commit={} deploys={}",
                lane.app,
                run.id(),
                branch,
                commit,
                deploys);
        long generation = apps.get(lane.app).generation();
        if (deploys) {
            lane.checked.remove(branch);
            lane.pipeline.want(new Pipeline.Wanted(run.id(), branch, commit.hex(), Optional.empty(), generation));
            return;
        }
        lane.checked.put(branch, new Pipeline.Head(run.id(), branch, commit.hex(), generation));
    }

    /// Makes a release serve that was made before.
    ///
    /// @return the run that tells of it
    Run rollback(String app, OptionalInt number, String by) {
        Lane lane = lane(app);
        lane.lock.lock();
        try {
            Release release = releases.get(app, number.orElseGet(() -> previous(app)));
            forgetFailedDeployment(app);
            Run run = runs.open(
                    new Runs.Opening(
                            app, release.branch(), true, release.commit(), release.subject(), Cause.ROLLBACK, by),
                    OptionalInt.of(release.number()));
            runs.release(run.id(), release.number());
            lane.pipeline.want(new Pipeline.Wanted(
                    run.id(),
                    release.branch(),
                    release.commit(),
                    Optional.of(release.number()),
                    apps.get(app).generation()));
            return run;
        } finally {
            lane.lock.unlock();
        }
    }

    private int previous(String app) {
        OptionalInt live = apps.get(app).live();
        return runs.list(Optional.of(app), 1000).stream()
                .filter(run -> run.state() == Run.State.LIVE)
                .flatMapToInt(run -> run.release().stream())
                .filter(number -> live.isEmpty() || number != live.getAsInt())
                .findFirst()
                .orElseThrow(() -> DeployerException.badRequest(
                        app + " has no earlier release that has served; `pinisi releases " + app + "` lists them"));
    }

    /// Builds and deploys what is wanted once more, as a new release with the settings of now.
    ///
    /// @return the run that tells of it
    Run redeploy(String app, Cause cause, String by) {
        Lane lane = lane(app);
        lane.lock.lock();
        try {
            long wantedRun = apps.get(app)
                    .wantedRun()
                    .orElseThrow(() -> DeployerException.badRequest(
                            "nothing of " + app + " was pushed to a deploy branch yet; push one first"));
            Run before = runs.get(wantedRun);
            forgetFailures(app, before.commit());
            long generation = apps.nextGeneration(app);
            Run run = runs.open(
                    new Runs.Opening(app, before.branch(), true, before.commit(), before.subject(), cause, by));
            lane.pipeline.want(
                    new Pipeline.Wanted(run.id(), before.branch(), before.commit(), Optional.empty(), generation));
            return run;
        } finally {
            lane.lock.unlock();
        }
    }

    private void forgetFailures(String app, String commit) {
        Jobs jobs = engine.jobs();
        clerk.state(app).map(Pipeline.State::deployment).flatMap(Outcome::ready).ifPresent(now -> {
            if (now.fetched() instanceof Outcome.Failed<?>) {
                jobs.invalidate("fetch", doors.fetch().key(new Operations.Source(app, commit)));
            }
            now.fetched().ready().ifPresent(fetched -> {
                if (now.built() instanceof Outcome.Failed<?>) {
                    jobs.invalidate("build", doors.build().key(fetched));
                }
            });
        });
        forgetFailedDeployment(app);
    }

    /// A failure is a result and stays; asking for the same release again must try again.
    private void forgetFailedDeployment(String app) {
        clerk.state(app).map(Pipeline.State::deployment).flatMap(Outcome::ready).ifPresent(now -> {
            if (now.live() instanceof Outcome.Failed<?>) {
                engine.jobs().invalidate("deploy", doors.deploy().key(app));
            }
        });
    }

    /// Takes up every app as it was left: what was wanted is wanted still, runs that were cut off go on,
    /// and pushes that arrived while nobody looked are found.
    void resume() {
        for (Apps.App app : apps.list()) {
            Lane lane = lane(app.name());
            lane.lock.lock();
            try {
                resume(lane, app);
            } finally {
                lane.lock.unlock();
            }
            refresh(app.name(), "found at start");
        }
    }

    private void resume(Lane lane, Apps.App app) {
        List<Run> all = runs.list(Optional.of(lane.app), 1000);
        for (Map.Entry<String, CommitId> branch :
                sources.repository(lane.app).branches().entrySet()) {
            all.stream()
                    .filter(run -> run.branch().equals(branch.getKey()) && run.cause() == Cause.PUSH)
                    .findFirst()
                    .ifPresent(run -> {
                        lane.known.put(run.branch(), run.commit());
                        if (!run.deploys()
                                && run.commit().equals(branch.getValue().hex())) {
                            lane.checked.put(
                                    run.branch(),
                                    new Pipeline.Head(run.id(), run.branch(), run.commit(), app.generation()));
                        }
                    });
        }
        List<Long> carriedOn = new ArrayList<>(
                lane.checked.values().stream().map(Pipeline.Head::run).toList());
        app.wantedRun().ifPresent(id -> {
            Run run = runs.get(id);
            carriedOn.add(id);
            Optional<Integer> pinned =
                    app.pinned().isPresent() ? Optional.of(app.pinned().getAsInt()) : Optional.empty();
            lane.pipeline.want(new Pipeline.Wanted(id, run.branch(), run.commit(), pinned, app.generation()));
        });
        lane.pipeline.branches(List.copyOf(lane.checked.values()));
        all.stream()
                .filter(run -> run.ended().isEmpty() && !carriedOn.contains(run.id()))
                .forEach(run -> runs.end(
                        run.id(), Run.State.CANCELLED, "superseded while Pinisi was away", OptionalInt.empty()));
    }

    private Lane lane(String app) {
        Lane there = lanes.get(app);
        if (there != null) {
            return there;
        }
        making.lock();
        try {
            Lane made = lanes.get(app);
            if (made == null) {
                apps.create(app);
                made = new Lane(app, pipeline(app));
                lanes.put(app, made);
            }
            return made;
        } finally {
            making.unlock();
        }
    }

    private Pipeline pipeline(String app) {
        CompletableFuture<Pipeline> made = new CompletableFuture<>();
        engine.addRoot(app, () -> {
            Pipeline pipeline = new Pipeline(app, engine.terms(), doors);
            made.complete(pipeline);
            return pipeline.states();
        });
        try {
            Pipeline pipeline = made.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            engine.observe(pipeline.states(), outcome -> outcome.ready().ifPresent(state -> clerk.tell(app, state)));
            return pipeline;
        } catch (ExecutionException | TimeoutException failure) {
            throw new DeployerException(
                    DeployerException.Kind.FAILED,
                    "the pipeline of " + app + " could not be made: " + failure,
                    failure);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new DeployerException(DeployerException.Kind.FAILED, "interrupted", cancelled);
        }
    }
}
