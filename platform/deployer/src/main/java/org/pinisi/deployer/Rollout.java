package org.pinisi.deployer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.pinisi.edge.Target;
import org.pinisi.edge.Upstream;
import org.pinisi.engine.Job;
import org.pinisi.host.HostClient;
import org.pinisi.host.RestartPolicy;
import org.pinisi.host.UnitId;
import org.pinisi.host.UnitSpec;
import org.pinisi.host.UnitStatus;
import org.pinisi.http.Address;
import org.pinisi.image.ImageDigest;
import org.pinisi.image.ImageStore;

/// Brings a release to where it serves: start, check, switch; and later, apart from it, retires what served
/// before.
///
/// Every step can be repeated: after a crash at any point the whole is run again and finds done what is
/// done. Nothing is stopped before something else serves, and what is being retired is first emptied of
/// requests.
final class Rollout {
    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(10);
    private static final int STRIPES = 64;

    private final HostClient host;
    private final AppRoutes routes;
    private final ImageStore images;
    private final Releases releases;
    private final Apps apps;
    private final HealthCheck health;
    private final Reporter reporter;
    private final Runs runs;
    /// Keeps a unit from being started and removed at the same time; striped by name, since names have no
    /// bound.
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(STRIPES).toList();
    /// Held while a route is changed and the change is noted, which takes milliseconds.
    private final ReentrantLock switching = new ReentrantLock();
    /// Units that a deployment under way has started or is about to.
    private final Set<String> starting = ConcurrentHashMap.newKeySet();

    Rollout(
            HostClient host,
            AppRoutes routes,
            ImageStore images,
            Releases releases,
            Apps apps,
            HealthCheck health,
            Reporter reporter,
            Runs runs) {
        this.host = host;
        this.routes = routes;
        this.images = images;
        this.releases = releases;
        this.apps = apps;
        this.health = health;
        this.reporter = reporter;
        this.runs = runs;
    }

    /// The host name under which an app is always reached.
    static String hostName(String app) {
        return app + ".localhost";
    }

    /// Deploys; returns when the edge sends every new request to the release.
    ///
    /// @throws DeployerException when the release cannot serve; what served before serves on
    void deploy(Job job, String app, int number) throws Exception {
        Release release = releases.get(app, number);
        ImageDigest image = new ImageDigest(release.image());
        if (!images.contains(image)) {
            throw DeployerException.failed("the image of release " + number + " of " + app
                    + " is gone; deploy its commit again: git push, or `pinisi deploy " + app + "`");
        }
        List<Long> served = runs.open().stream()
                .filter(run ->
                        run.app().equals(app) && run.deploys() && run.commit().equals(release.commit()))
                .map(Run::id)
                .toList();
        reporter.unchanged(app, release.commit(), "fetch", release.summary());
        reporter.unchanged(app, release.commit(), "build", "unchanged");
        long lostBefore = routes.lost(app);
        if (release.isStatic()) {
            switchTo(
                    job,
                    served,
                    release,
                    new Target.Folder(images.path(image), release.settings().site()),
                    lostBefore);
        } else {
            deployUnit(job, served, release, images.path(image), lostBefore);
        }
    }

    private void deployUnit(Job job, List<Long> served, Release release, Path image, long lostBefore) throws Exception {
        String name = release.unit();
        Map<String, String> secrets = releases.secrets(release.app(), release.number());
        starting.add(name);
        boolean switched = false;
        try {
            UnitStatus unit = reporter.step(job, served, "start", line -> {
                UnitStatus started = start(release, image, secrets);
                line.say("unit " + name + " on " + started.address());
                return started;
            });
            reporter.step(job, served, "check", line -> {
                line.say(health.await(unit, hostName(release.app()), release.settings(), secrets));
                return unit;
            });
            switchTo(job, served, release, upstream(release, unit), lostBefore);
            switched = true;
        } finally {
            starting.remove(name);
            if (!switched) {
                abandon(release.app());
            }
        }
    }

    private UnitStatus start(Release release, Path image, Map<String, String> secrets) throws InterruptedException {
        ReentrantLock lock = lock(release.unit());
        lock.lockInterruptibly();
        try {
            return host.start(specification(release.unit(), release, image, secrets));
        } finally {
            lock.unlock();
        }
    }

    private static UnitSpec specification(String name, Release release, Path image, Map<String, String> secrets) {
        Release.Settings settings = release.settings();
        return new UnitSpec(
                new UnitId(name),
                release.app(),
                release.number(),
                image,
                release.start(),
                settings.env(),
                secrets,
                settings.memoryBytes().map(OptionalLong::of).orElseGet(OptionalLong::empty),
                settings.cpus().map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
                switch (settings.restart()) {
                    case ALWAYS -> RestartPolicy.ALWAYS;
                    case ON_FAILURE -> RestartPolicy.ON_FAILURE;
                    case NEVER -> RestartPolicy.NEVER;
                },
                Duration.ofMillis(settings.graceMillis()));
    }

    private void switchTo(Job job, List<Long> served, Release release, Target target, long lostBefore)
            throws Exception {
        reporter.step(job, served, "switch", line -> {
            switching.lockInterruptibly();
            try {
                routes.put(release, target);
                apps.live(release.app(), release.number());
            } finally {
                switching.unlock();
            }
            long lost = routes.lost(release.app()) - lostBefore;
            line.say(Math.max(0, lost) + " requests lost");
            return target;
        });
    }

    /// Makes sure that what served still serves, after everything was stopped or the edge lost its routes.
    /// Does nothing when the edge has somebody to ask, whoever that is: a deployment may have been cut off
    /// between its switch and its note.
    void restore(String app, int live) throws InterruptedException {
        if (isServed(app)) {
            refreshDomains(app);
            return;
        }
        Release release = releases.get(app, live);
        Path image = images.path(new ImageDigest(release.image()));
        if (release.isStatic()) {
            routeAgain(release, new Target.Folder(image, release.settings().site()));
            return;
        }
        starting.add(release.unit());
        try {
            Map<String, String> secrets = releases.secrets(app, live);
            UnitStatus unit = start(release, image, secrets);
            health.await(unit, hostName(app), release.settings(), secrets);
            routeAgain(release, upstream(release, unit));
        } finally {
            starting.remove(release.unit());
        }
    }

    /// Nothing newer may be switched away from by this: a deployment that was quicker wins.
    private void routeAgain(Release release, Target target) throws InterruptedException {
        switching.lockInterruptibly();
        try {
            boolean newest = apps.get(release.app()).live().equals(OptionalInt.of(release.number()));
            if (newest) {
                routes.put(release, target);
            }
        } finally {
            switching.unlock();
        }
    }

    private boolean isServed(String app) throws InterruptedException {
        Optional<Target> target = routes.target(app);
        if (target.isPresent() && target.get() instanceof Target.Folder folder) {
            return Files.isDirectory(folder.path());
        }
        for (String unit : routes.units(app)) {
            if (host.unit(new UnitId(unit)).filter(UnitStatus::running).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /// Takes over what domains the app has now.
    void refreshDomains(String app) throws InterruptedException {
        switching.lockInterruptibly();
        try {
            routes.refreshDomains(app);
        } finally {
            switching.unlock();
        }
    }

    private static Target upstream(Release release, UnitStatus unit) {
        return Target.Upstreams.of(new Upstream(release.unit(), new Address.Inet("127.0.0.1", unit.port())));
    }

    /// Starts a unit of a branch that is not deployed, checks it, and removes it.
    void check(Job job, Release draft, Map<String, String> secrets) throws Exception {
        if (draft.isStatic()) {
            return;
        }
        String name = draft.app() + "-check-" + draft.commit().substring(0, 12);
        starting.add(name);
        try {
            Path image = images.path(new ImageDigest(draft.image()));
            reporter.unchanged(draft.app(), draft.commit(), "fetch", draft.summary());
            reporter.unchanged(draft.app(), draft.commit(), "build", "unchanged");
            reporter.step(job, draft.app(), draft.commit(), "check", line -> {
                UnitStatus unit = host.start(specification(name, draft, image, secrets));
                line.say(health.await(unit, hostName(draft.app()), draft.settings(), secrets));
                return unit;
            });
        } finally {
            starting.remove(name);
            uninterrupted(() -> host.remove(new UnitId(name)));
        }
    }

    /// Removes the units that serve no longer, each once its requests have ended. Returns when all are gone.
    ///
    /// @param live the release that serves
    void retire(Job job, String app, int live) throws InterruptedException {
        Duration drain = releases.find(app, live)
                .map(release -> Duration.ofMillis(release.settings().drainMillis()))
                .orElse(Duration.ofSeconds(30));
        for (UnitStatus unit : host.units()) {
            if (!unit.app().equals(app)) {
                continue;
            }
            String name = unit.id().value();
            if (isNeeded(app, name)) {
                continue;
            }
            int left = routes.drain(name, atMost(drain));
            job.log(left == 0 ? "drained " + name : "gave up on " + left + " requests of " + name + " after " + drain);
            if (remove(app, unit.id())) {
                job.log("removed " + name);
            }
        }
    }

    /// Removes the unit unless the route names it or a deployment is about to use it. The lock keeps a
    /// deployment from starting it between the look and the removal.
    private boolean remove(String app, UnitId unit) throws InterruptedException {
        ReentrantLock lock = lock(unit.value());
        lock.lockInterruptibly();
        try {
            if (isNeeded(app, unit.value())) {
                return false;
            }
            host.remove(unit);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isNeeded(String app, String unit) throws InterruptedException {
        return starting.contains(unit) || routes.units(app).contains(unit);
    }

    /// After a failure or a cancellation: what was started and never served goes at once. Not interrupted,
    /// since cancelled means stopped.
    private void abandon(String app) {
        uninterrupted(() -> {
            for (UnitStatus unit : host.units()) {
                boolean never =
                        unit.app().equals(app) && routes.inFlight(app, unit.id().value()) == 0;
                if (never) {
                    remove(app, unit.id());
                }
            }
        });
    }

    private interface Cleaning {
        void run() throws InterruptedException;
    }

    private static void uninterrupted(Cleaning cleaning) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    cleaning.run();
                    return;
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private ReentrantLock lock(String unit) {
        return locks.get(Math.floorMod(unit.hashCode(), STRIPES));
    }

    private static Duration atMost(Duration drain) {
        return drain.compareTo(LONGEST_DRAIN) > 0 ? LONGEST_DRAIN : drain;
    }
}
