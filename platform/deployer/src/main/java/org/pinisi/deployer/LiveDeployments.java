package org.pinisi.deployer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.pinisi.edge.EdgeClient;
import org.pinisi.edge.EdgeException;
import org.pinisi.edge.Target;
import org.pinisi.engine.Engine;
import org.pinisi.host.HostClient;
import org.pinisi.host.HostException;
import org.pinisi.host.UnitState;
import org.pinisi.host.UnitStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The apps as they are, from the database, the host, the edge and the engine.
final class LiveDeployments implements Deployments {
    private static final Logger log = LoggerFactory.getLogger(LiveDeployments.class);
    private static final int MOST_RUNS = 1000;

    private final Apps apps;
    private final Runs runs;
    private final Releases releases;
    private final Lanes lanes;
    private final Changes changes;
    private final RunTeller teller;
    private final Engine engine;
    private final HostClient host;
    private final EdgeClient edge;
    private final Json json;
    private final Domains domains;
    private final Rollout rollout;

    LiveDeployments(
            Apps apps,
            Runs runs,
            Releases releases,
            Lanes lanes,
            Changes changes,
            RunTeller teller,
            Engine engine,
            HostClient host,
            EdgeClient edge,
            Json json,
            Domains domains,
            Rollout rollout) {
        this.apps = apps;
        this.runs = runs;
        this.releases = releases;
        this.lanes = lanes;
        this.changes = changes;
        this.teller = teller;
        this.engine = engine;
        this.host = host;
        this.edge = edge;
        this.json = json;
        this.domains = domains;
        this.rollout = rollout;
    }

    @Override
    public Changes changes() {
        return changes;
    }

    @Override
    public List<AppView> apps() {
        List<UnitStatus> units = units();
        return apps.list().stream().map(app -> view(app, units)).toList();
    }

    @Override
    public AppView app(String name) {
        return view(apps.get(name), units());
    }

    private AppView view(Apps.App app, List<UnitStatus> units) {
        Optional<Release> live =
                app.live().isPresent() ? releases.find(app.name(), app.live().getAsInt()) : Optional.empty();
        Optional<Run> last = runs.list(Optional.of(app.name()), 1).stream().findFirst();
        Set<String> serving = serving(app.name());
        List<UnitView> own = units.stream()
                .filter(unit -> unit.app().equals(app.name()))
                .map(unit -> view(unit, serving))
                .toList();
        boolean down = live.isPresent()
                && !live.get().isStatic()
                && own.stream().noneMatch(unit -> unit.serves() && unit.state().startsWith("running"));
        return new AppView(
                app.name(),
                teller.address(app.name()),
                state(live, last, down),
                live,
                app.pinned().isPresent(),
                last,
                own);
    }

    private static AppView.State state(Optional<Release> live, Optional<Run> last, boolean down) {
        Optional<Run.State> run = last.map(Run::state);
        if (run.equals(Optional.of(Run.State.RUNNING))) {
            return AppView.State.DEPLOYING;
        }
        if (down) {
            return AppView.State.DOWN;
        }
        boolean failed = run.equals(Optional.of(Run.State.FAILED));
        if (live.isEmpty()) {
            return failed ? AppView.State.FAILED : AppView.State.EMPTY;
        }
        return failed ? AppView.State.FAILED_SERVING : AppView.State.LIVE;
    }

    private static UnitView view(UnitStatus unit, Set<String> serving) {
        return new UnitView(
                unit.id().value(),
                unit.release(),
                serving.contains(unit.id().value()),
                words(unit.state()),
                unit.address(),
                unit.restarts(),
                unit.usage().cpuTime(),
                unit.usage().memoryBytes(),
                unit.warnings());
    }

    private static String words(UnitState state) {
        return switch (state) {
            case UnitState.Starting _ -> "starting";
            case UnitState.Running running -> "running as process " + running.pid();
            case UnitState.BackingOff backing -> "ended (" + backing.lastExit().describe() + "), starts again soon";
            case UnitState.Stopped stopped -> "stopped (" + stopped.exit().describe() + ")";
            case UnitState.Failed failed -> "cannot be started: " + failed.message();
        };
    }

    /// Without the host nothing is known of units, but the rest can still be shown.
    private List<UnitStatus> units() {
        try {
            return host.units();
        } catch (HostException away) {
            return List.of();
        }
    }

    private Set<String> serving(String app) {
        Set<String> names = new HashSet<>();
        try {
            edge.route(app).ifPresent(route -> {
                if (route.target() instanceof Target.Upstreams upstreams) {
                    upstreams.upstreams().forEach(upstream -> names.add(upstream.id()));
                }
            });
        } catch (EdgeException away) {
            return Set.of();
        }
        return names;
    }

    @Override
    public List<Release> releases(String app) {
        apps.get(app);
        return releases.list(app);
    }

    @Override
    public List<Run> runs(Optional<String> app, int limit) {
        app.ifPresent(apps::get);
        return runs.list(app, Math.clamp(limit, 1, MOST_RUNS));
    }

    @Override
    public RunView run(long id) {
        return new RunView(runs.get(id), runs.steps(id));
    }

    @Override
    public Drawing drawing(long run) {
        Run of = runs.get(run);
        if (of.ended().isEmpty()) {
            return Drawing.of(engine.graphOf(List.of(of.app()), Set.of()), lane(of));
        }
        return runs.graph(run)
                .map(text -> json.read(text, Drawing.class))
                .orElseGet(() -> new Drawing(List.of(), List.of()));
    }

    private static Optional<String> lane(Run run) {
        return run.deploys() ? Optional.empty() : Optional.of(run.branch());
    }

    @Override
    public Tail jobLog(String job, long offset) {
        return new JobTail(engine.jobs(), job, offset);
    }

    @Override
    public Tail console(String app, int lines, boolean follow) {
        apps.get(app);
        return new ConsoleTail(host, () -> serving(app), app, lines, follow);
    }

    @Override
    public Run rollback(String app, OptionalInt release, String by) {
        apps.get(app);
        return lanes.rollback(app, release, by);
    }

    @Override
    public Run redeploy(String app, String by) {
        apps.get(app);
        return lanes.redeploy(app, Cause.REDEPLOY, by);
    }

    @Override
    public List<SettingView> settings(String app) {
        apps.get(app);
        return apps.settings(app).stream()
                .map(setting -> new SettingView(setting.name(), setting.secret(), setting.value()))
                .toList();
    }

    @Override
    public Optional<Run> set(String app, Map<String, String> values, boolean secret, String by) {
        apps.get(app);
        values.forEach((name, value) -> apps.set(app, name, value, secret));
        return settingsChanged(app, by);
    }

    @Override
    public Optional<Run> unset(String app, List<String> names, boolean secret, String by) {
        apps.get(app);
        List<String> missing = new ArrayList<>();
        for (String name : names) {
            if (!apps.unset(app, name, secret)) {
                missing.add(name);
            }
        }
        if (missing.size() == names.size()) {
            throw DeployerException.notFound(
                    app + " has no " + (secret ? "secret " : "variable ") + String.join(", ", missing));
        }
        return settingsChanged(app, by);
    }

    private Optional<Run> settingsChanged(String app, String by) {
        return apps.get(app).wantedRun().isEmpty()
                ? Optional.empty()
                : Optional.of(lanes.redeploy(app, Cause.SETTINGS, by));
    }

    @Override
    public List<DomainView> domains(String app) {
        apps.get(app);
        return domains.of(app);
    }

    @Override
    public List<DomainView> addDomain(String app, String name, Optional<String> redirect, String by) {
        apps.get(app);
        domains.add(app, name, redirect);
        log.info("event=domain-added app={} name={} by={}", app, name, by);
        return domainsChanged(app);
    }

    @Override
    public List<DomainView> removeDomain(String app, String name, String by) {
        apps.get(app);
        domains.remove(app, name);
        log.info("event=domain-removed app={} name={} by={}", app, name, by);
        return domainsChanged(app);
    }

    /// What is noted holds, also when the edge is away: the next deployment or start takes it over.
    private List<DomainView> domainsChanged(String app) {
        try {
            rollout.refreshDomains(app);
        } catch (EdgeException refused) {
            throw DeployerException.failed(
                    "the domains of " + app + " are noted, but the edge did not take them: " + refused.getMessage());
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw DeployerException.failed("interrupted; the domains of " + app + " are noted, not yet at the edge");
        }
        return domains.of(app);
    }

    @Override
    public Run follow(long run, Consumer<String> out) throws InterruptedException {
        teller.tell(runs.get(run), false, out, () -> true);
        return runs.get(run);
    }
}
