package org.pinisi.deployer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Tells a person at a terminal, line by line and as it happens, what becomes of a run. The last line is the
/// outcome.
final class RunTeller {
    /// A step that takes longer is announced while it runs; a shorter one is told when it is done.
    private static final Duration ANNOUNCE_AFTER = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Runs runs;
    private final Apps apps;
    private final Releases releases;
    private final Changes changes;
    private final InstantSource clock;
    private final String edge;

    /// @param edge the edge's port part for addresses, `:8000`, or empty when it is the usual one
    RunTeller(Runs runs, Apps apps, Releases releases, Changes changes, InstantSource clock, String edge) {
        this.runs = runs;
        this.apps = apps;
        this.releases = releases;
        this.changes = changes;
        this.clock = clock;
        this.edge = edge;
    }

    /// The address at which an app is always reached.
    String address(String app) {
        return "http://" + Rollout.hostName(app) + edge;
    }

    /// Blocks until the run has ended, or nobody listens any more.
    void tell(Run run, boolean fresh, Consumer<String> out, BooleanSupplier listening) throws InterruptedException {
        String kind = fresh
                ? "new app"
                : run.cause() == Cause.PUSH
                        ? "branch " + run.branch()
                        : run.cause().word();
        out.accept("%s  %s · commit %s · run %d".formatted(run.app(), kind, run.shortCommit(), run.id()));
        int announced = 0;
        int told = 0;
        while (listening.getAsBoolean() && run.took(clock.instant()).compareTo(LONGEST) < 0) {
            long seen = changes.version();
            Run now = runs.get(run.id());
            List<Step> steps = runs.steps(run.id());
            while (told < steps.size() && steps.get(told).state() != Step.State.RUNNING) {
                out.accept(line(steps.get(told)));
                told++;
            }
            if (now.ended().isPresent()) {
                outcome(now, out);
                return;
            }
            if (told < steps.size() && announced <= told && isSlow(steps.get(told))) {
                out.accept("%d %-7s …"
                        .formatted(steps.get(told).position(), steps.get(told).name()));
                announced = told + 1;
            }
            changes.await(seen, LOOK);
        }
    }

    private boolean isSlow(Step step) {
        return step.took(clock.instant()).compareTo(ANNOUNCE_AFTER) > 0;
    }

    private String line(Step step) {
        String took = step.state() == Step.State.UNCHANGED ? "" : seconds(step.took(clock.instant()));
        String firstLine = step.detail().lines().findFirst().orElse("");
        String detail = switch (step.state()) {
            case DONE, RUNNING -> firstLine;
            case UNCHANGED -> firstLine.equals("unchanged") ? firstLine : firstLine + " (unchanged)";
            case FAILED -> "failed";
            case CANCELLED -> "cancelled";
        };
        return "%d %-7s %8s   %s"
                .formatted(step.position(), step.name(), took, detail)
                .stripTrailing();
    }

    private void outcome(Run run, Consumer<String> out) {
        String took = seconds(run.took(clock.instant()));
        switch (run.state()) {
            case LIVE -> out.accept("live    %s   %s".formatted(address(run.app()), took));
            case CHECKED -> out.accept("checked %s   %s".formatted(run.message(), took));
            case CANCELLED -> out.accept("cancelled  " + run.message());
            case FAILED -> failed(run, out);
            case RUNNING -> throw new IllegalStateException("run " + run.id() + " has ended and runs");
        }
    }

    private void failed(Run run, Consumer<String> out) {
        run.message().lines().forEach(out);
        out.accept("failed  %s   %s".formatted(servesOn(run.app()), seconds(run.took(clock.instant()))));
    }

    private String servesOn(String app) {
        OptionalInt live = apps.get(app).live();
        Optional<Release> release = live.isPresent() ? releases.find(app, live.getAsInt()) : Optional.empty();
        return release.map(serving -> "release %d (%s) serves on at %s"
                        .formatted(serving.number(), serving.commit().substring(0, 7), address(app)))
                .orElse("nothing served before, nothing serves now");
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
