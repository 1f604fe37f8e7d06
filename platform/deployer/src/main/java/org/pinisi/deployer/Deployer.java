package org.pinisi.deployer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.pinisi.edge.EdgeClient;
import org.pinisi.engine.Engine;
import org.pinisi.engine.EngineException;
import org.pinisi.git.PushListener;
import org.pinisi.git.RefWatcher;
import org.pinisi.git.RepositoryStore;
import org.pinisi.host.HostClient;
import org.pinisi.image.ImageStore;
import org.pinisi.process.Processes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The deployer: keeps what runs equal to what was pushed. It owns the pipeline and the book of runs; it
/// speaks to the host and the edge over their sockets and may die at any moment without anybody's request
/// noticing.
public final class Deployer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Deployer.class);
    private static final Duration POLL = Duration.ofSeconds(2);
    private static final Duration CLEAN_EVERY = Duration.ofMinutes(10);
    private static final int BUILDS_AT_ONCE = 1;
    private static final Duration KEPT_LOGS = Duration.ofDays(30);

    private final DeployStore store;
    private final Engine engine;
    private final Clerk clerk;
    private final Deployments deployments;
    private final PushGate gate;
    private final Lanes lanes;
    private final RepositoryStore repositories;
    private final HostClient host;
    private final EdgeClient edge;
    private final Janitor janitor;
    private final InstantSource clock;
    private final Apps apps;
    private final Rollout rollout;
    private volatile Optional<RefWatcher> watcher = Optional.empty();
    private volatile Optional<Thread> cleaner = Optional.empty();

    /// Puts the parts together and takes up what was left; does not watch before [#start].
    ///
    /// @throws DeployerException when the state cannot be read
    public Deployer(DeployerConfig config, RepositoryStore repositories) {
        Json json = new Json();
        this.repositories = repositories;
        this.clock = config.clock();
        Path database = folder(config.data()).resolve("pinisi.db");
        this.store = DeployStore.open(database);
        this.host = new HostClient(config.hostSocket());
        this.edge = new EdgeClient(config.edgeSocket());
        this.engine = Engine.builder()
                .clock(config.clock())
                .store(database)
                .logFolder(folder(config.data().resolve("log/jobs")))
                .build();
        Processes processes = Processes.detect();
        String instance = instance(config.data());
        endLeftovers(processes, instance);
        Changes changes = new Changes();
        this.apps = new Apps(store, config.vault(), config.clock());
        Runs runs = new Runs(store, config.clock(), changes);
        Releases releases = new Releases(store, config.vault(), json, config.clock());
        ImageStore images = new ImageStore(folder(config.data().resolve("images")), config.clock());
        Sources sources = new Sources(repositories, config.data().resolve("scratch"));
        Reporter reporter = new Reporter(runs);
        Domains domains = new Domains(store, apps, releases, config.clock());
        this.rollout = new Rollout(
                host,
                new AppRoutes(new EdgeLink(edge, config.clock()), domains, config.securePort()),
                images,
                releases,
                apps,
                new HealthCheck(host, new HttpProbe(), config.clock()),
                reporter,
                runs);
        Pipeline.Doors doors = new Pipeline.Doors(
                new Operations.Fetch(sources, reporter, json),
                new Operations.BuildImage(
                        sources,
                        Builder.of(BuildTools.ofThisMachine(hidden(config)), processes, instance),
                        images,
                        folder(config.data().resolve("cache")),
                        app -> engine.pool("build " + app, BUILDS_AT_ONCE),
                        reporter,
                        json),
                new Operations.MakeRelease(sources, apps, releases, runs),
                new RolloutOperations.Deploy(rollout),
                new RolloutOperations.Retire(rollout),
                new RolloutOperations.Check(rollout, sources, apps, releases));
        this.clerk = new Clerk(runs, (app, branch) -> drawing(json, app, branch));
        this.lanes = new Lanes(engine, doors, sources, apps, releases, runs, clerk);
        String port = config.edgePort() == 80 ? "" : ":" + config.edgePort();
        RunTeller teller = new RunTeller(runs, apps, releases, changes, config.clock(), port);
        this.gate = new PushGate(lanes, runs, teller, domains);
        this.janitor = new Janitor(apps, releases, images, clerk, config.keptReleases(), config.imageBudgetBytes());
        this.deployments = new LiveDeployments(
                apps, runs, releases, lanes, changes, teller, engine, host, edge, json, domains, rollout);
    }

    private Optional<String> drawing(Json json, String app, Optional<String> branch) {
        try {
            return Optional.of(json.write(Drawing.of(engine.graphOf(List.of(app), Set.of()), branch)));
        } catch (EngineException closing) {
            log.debug("event=no-drawing app={}", app, closing);
            return Optional.empty();
        }
    }

    /// Starts: the pipelines go on where they were, and branches are watched.
    public void start() {
        engine.start();
        apps.list().forEach(this::restore);
        lanes.resume();
        watcher = Optional.of(RefWatcher.start(
                repositories, POLL, (repository, _) -> lanes.refresh(repository.value(), "pushed by path")));
        cleaner = Optional.of(Thread.ofVirtual().name("deployer-janitor").start(this::cleanNowAndThen));
    }

    /// Beside everything else: an app that is slow to start, or cannot, holds up nobody.
    private void restore(Apps.App app) {
        app.live()
                .ifPresent(live -> Thread.ofVirtual()
                        .name("restore-" + app.name())
                        .start(() -> {
                            try {
                                rollout.restore(app.name(), live);
                            } catch (RuntimeException failure) {
                                log.error("event=restore-failed app={} release={}", app.name(), live, failure);
                            } catch (InterruptedException closing) {
                                log.debug("event=restore-interrupted app={}", app.name());
                            }
                        }));
    }

    private void cleanNowAndThen() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(CLEAN_EVERY.toNanos());
                try {
                    janitor.clean();
                    engine.jobs().prune(clock.instant().minus(KEPT_LOGS));
                } catch (RuntimeException failure) {
                    log.error("event=clean-failed", failure);
                }
            }
        } catch (InterruptedException closed) {
            log.debug("event=janitor-closed");
        }
    }

    /// What the Git server asks and tells.
    public PushListener pushListener() {
        return gate;
    }

    /// What people see and ask for.
    public Deployments deployments() {
        return deployments;
    }

    private static List<Path> hidden(DeployerConfig config) {
        List<Path> hidden = new ArrayList<>(config.hidden());
        hidden.add(config.data());
        return hidden;
    }

    /// The data folder makes an installation what it is.
    private static String instance(Path data) {
        return "build-" + Integer.toHexString(data.toString().hashCode());
    }

    private static void endLeftovers(Processes processes, String instance) {
        try {
            int ended = BuildProcesses.endLeftovers(processes, instance);
            if (ended > 0) {
                log.warn("event=leftover-builds-ended processes={}", ended);
            }
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new DeployerException(DeployerException.Kind.FAILED, "interrupted while starting", cancelled);
        }
    }

    private static Path folder(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException failure) {
            throw new DeployerException(
                    DeployerException.Kind.FAILED, "cannot make the folder " + path + ": " + failure, failure);
        }
    }

    /// Stops deciding. What runs, runs on; jobs that are cut off run again at the next start.
    @Override
    public void close() {
        watcher.ifPresent(RefWatcher::close);
        cleaner.ifPresent(Thread::interrupt);
        // First the clerk: that jobs are cut off now is no outcome of their runs.
        clerk.close();
        engine.close();
        host.close();
        edge.close();
        store.close();
    }
}
