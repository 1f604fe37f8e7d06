package org.pinisi.web;

import java.util.List;
import java.util.Optional;
import org.pinisi.deployer.AppView;
import org.pinisi.deployer.Run;
import org.pinisi.deployer.RunView;
import org.pinisi.deployer.Step;
import org.pinisi.edge.NameStatus;

/// Everything at a glance.
///
/// @param going the runs that go on, with their steps
/// @param runs the newest
/// @param names that visitors have trouble with
record HomePage(
        List<AppView> apps,
        List<RunView> going,
        List<Run> runs,
        List<NameStatus> names,
        PageAddresses addresses,
        Words words) {
    HomePage {
        apps = List.copyOf(apps);
        going = List.copyOf(going);
        runs = List.copyOf(runs);
        names = List.copyOf(names);
    }

    boolean isEmpty() {
        return apps.isEmpty() && runs.isEmpty();
    }

    /// The apps that want somebody's eye.
    List<AppView> troubled() {
        return apps.stream().filter(HomePage::isTroubled).toList();
    }

    /// Whether anything wants somebody's eye.
    boolean isAlarming() {
        return !troubled().isEmpty() || !names.isEmpty();
    }

    static boolean isTroubled(AppView app) {
        return switch (app.state()) {
            case FAILED, FAILED_SERVING, DOWN -> true;
            case EMPTY, LIVE, DEPLOYING -> false;
        };
    }

    /// What is wrong with one of them, in a sentence.
    static String trouble(AppView app) {
        String reason =
                app.lastRun().map(Run::message).filter(text -> !text.isBlank()).orElse("see its run");
        return switch (app.state()) {
            case FAILED -> "Nothing serves. " + reason;
            case FAILED_SERVING ->
                app.live()
                                .map(live -> "Release " + live.number() + " serves on. ")
                                .orElse("")
                        + reason;
            case DOWN ->
                app.live()
                        .map(live -> "Release " + live.number() + " should serve, but its unit does not run.")
                        .orElse("Its unit does not run.");
            case EMPTY, LIVE, DEPLOYING -> reason;
        };
    }

    /// Where one sees why.
    static String cause(AppView app) {
        return app.state() == AppView.State.DOWN
                ? Links.app(app.name())
                : app.lastRun().map(run -> Links.run(run.id())).orElse(Links.app(app.name()));
    }

    /// What a run is doing now.
    static Optional<Step> step(RunView run) {
        return run.steps().stream()
                .filter(step -> step.state() == Step.State.RUNNING)
                .findFirst();
    }
}
