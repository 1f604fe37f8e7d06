package org.pinisi.web;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.pinisi.deployer.AppView;
import org.pinisi.deployer.Drawing;
import org.pinisi.deployer.Run;
import org.pinisi.deployer.Step;

/// One run: its pipeline, its steps, and the log of one job.
///
/// @param app the app as it is now, if it is still there
/// @param job whose log is shown
/// @param log the end of that log
record RunPage(
        Run run,
        List<Step> steps,
        Drawing drawing,
        Optional<AppView> app,
        Optional<String> job,
        Excerpt log,
        Words words) {
    RunPage {
        steps = List.copyOf(steps);
    }

    /// The job to show: the one that was asked for if the run has it, else that of the step that failed, that runs, or
    /// that
    /// came last.
    static Optional<String> choose(Optional<String> asked, List<Step> steps, Drawing drawing) {
        boolean known = asked.isPresent()
                && (steps.stream().anyMatch(step -> step.job().equals(asked))
                        || drawing.nodes().stream().anyMatch(node -> node.job().equals(asked)));
        if (known) {
            return asked;
        }
        return ofState(steps, Step.State.FAILED)
                .or(() -> ofState(steps, Step.State.RUNNING))
                .or(() -> steps.reversed().stream()
                        .flatMap(step -> step.job().stream())
                        .findFirst());
    }

    private static Optional<String> ofState(List<Step> steps, Step.State state) {
        return steps.stream()
                .filter(step -> step.state() == state)
                .flatMap(step -> step.job().stream())
                .findFirst();
    }

    Optional<GraphPicture> picture() {
        return GraphLayout.of(drawing);
    }

    /// The step that failed.
    Optional<Step> failed() {
        return steps.stream().filter(step -> step.state() == Step.State.FAILED).findFirst();
    }

    /// The reason in plain words.
    String reason() {
        if (!run.message().isBlank()) {
            return run.message();
        }
        return failed().map(Step::detail)
                .filter(text -> !text.isBlank())
                .orElse("No reason was noted; see the log below.");
    }

    /// What became of those who use the app, when the run failed.
    String consequence() {
        Optional<Integer> live = app.flatMap(AppView::live).map(release -> release.number());
        if (!run.deploys()) {
            return "This branch is only checked, so nothing that serves was touched.";
        }
        return live.map(number -> "Nothing that serves was touched: release " + number + " answers.")
                .orElse("Nothing serves yet: correct it and push again.");
    }

    /// Where the log goes on; empty when it has ended.
    String stream() {
        return log.ended()
                ? ""
                : job.map(id -> Links.jobLog(id) + "?from=" + log.end()).orElse("");
    }

    /// What the shown log is of.
    String jobName() {
        String names = steps.stream()
                .filter(step -> step.job().equals(job) && job.isPresent())
                .map(Step::name)
                .reduce((left, right) -> left + ", " + right)
                .orElse("");
        return names.isEmpty()
                ? drawing.nodes().stream()
                        .filter(node -> job.isPresent() && node.job().equals(job))
                        .map(Drawing.Node::label)
                        .findFirst()
                        .orElse("")
                : names;
    }

    /// The share of the run's time at which a step began, in percent.
    String from(Step step) {
        return percent(Duration.between(run.started(), step.started()), 99);
    }

    /// The share of the run's time that a step took, in percent, wide enough to be seen.
    String share(Step step) {
        Duration took = step.took(words.now());
        Duration least = whole().dividedBy(100);
        return percent(took.compareTo(least) < 0 ? least : took, 100);
    }

    private String percent(Duration part, int most) {
        double share = 100.0 * Math.max(0, part.toMillis()) / Math.max(1, whole().toMillis());
        return String.format(Locale.ROOT, "%.1f", Math.min(most, share));
    }

    private Duration whole() {
        Instant end = run.ended().orElse(words.now());
        return Duration.between(
                run.started(), end.isAfter(run.started()) ? end : run.started().plusMillis(1));
    }
}
