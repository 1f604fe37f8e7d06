package org.pinisi.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.vault.Vault;

class RunsTest {
    private static final String ONE = "1".repeat(40);
    private static final String TWO = "2".repeat(40);

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private final Changes changes = new Changes();
    private DeployStore store;
    private Runs runs;
    private Apps apps;

    @BeforeEach
    void open() {
        store = DeployStore.open(folder.resolve("pinisi.db"));
        runs = new Runs(store, clock, changes);
        apps = new Apps(store, Vault.open(folder.resolve("key")), clock);
        apps.create("clock");
        apps.create("other");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aNewerDeploymentEndsTheOlderOneAndSaysByWhat() {
        Run older = push("clock", "main", true, ONE);
        Run newer = push("clock", "main", true, TWO);

        assertThat(runs.get(older.id()).state()).isEqualTo(Run.State.CANCELLED);
        assertThat(runs.get(older.id()).message()).isEqualTo("superseded by 2222222 (run " + newer.id() + ")");
        assertThat(runs.get(newer.id()).state()).isEqualTo(Run.State.RUNNING);
    }

    @Test
    void aDeploymentEndsThatOfAnotherDeployBranchToo() {
        Run live = push("clock", "live", true, ONE);
        push("clock", "main", true, TWO);

        assertThat(runs.get(live.id()).state()).isEqualTo(Run.State.CANCELLED);
    }

    @Test
    void aBranchThatIsOnlyCheckedLeavesTheDeploymentAlone() {
        Run deployment = push("clock", "main", true, ONE);
        Run other = push("clock", "feature", false, ONE);
        push("clock", "fix", false, TWO);
        push("other", "main", true, TWO);

        assertThat(runs.get(deployment.id()).state()).isEqualTo(Run.State.RUNNING);
        assertThat(runs.get(other.id()).state()).isEqualTo(Run.State.RUNNING);
    }

    @Test
    void aDeploymentsRunIsWhatTheAppWantsFromTheSameMomentOn() {
        Run pushed = push("clock", "main", true, ONE);
        push("clock", "feature", false, TWO);
        assertThat(apps.get("clock").wantedRun()).hasValue(pushed.id());
        assertThat(apps.get("clock").pinned()).isEmpty();

        Run chosen = runs.open(
                new Runs.Opening("clock", "main", true, TWO, "subject", Cause.ROLLBACK, "somebody"), OptionalInt.of(3));

        assertThat(apps.get("clock").wantedRun()).hasValue(chosen.id());
        assertThat(apps.get("clock").pinned()).hasValue(3);
    }

    @Test
    void whatHasEndedNeverChanges() {
        Run run = push("clock", "main", true, ONE);
        runs.end(run.id(), Run.State.LIVE, "release 1 serves", OptionalInt.of(1));
        clock.pass(Duration.ofSeconds(5));

        runs.end(run.id(), Run.State.FAILED, "late", OptionalInt.empty());
        runs.begin(run.id(), "start", "late", null);
        runs.unchanged(run.id(), "build", "late");
        runs.release(run.id(), 7);

        Run after = runs.get(run.id());
        assertThat(after.state()).isEqualTo(Run.State.LIVE);
        assertThat(after.message()).isEqualTo("release 1 serves");
        assertThat(after.release()).hasValue(1);
        assertThat(runs.steps(run.id())).isEmpty();
    }

    @Test
    void aStepThatRunsAgainAfterARestartBeginsInItsOldPlaceAndThoseBehindItAreForgotten() {
        Run run = push("clock", "main", true, ONE);
        step(run, "fetch");
        step(run, "build");
        step(run, "start");
        runs.begin(run.id(), "check", "", "job-4");

        runs.begin(run.id(), "start", "", "job-5");

        assertThat(runs.steps(run.id())).extracting(Step::name).containsExactly("fetch", "build", "start");
        assertThat(runs.steps(run.id()).getLast().state()).isEqualTo(Step.State.RUNNING);
        assertThat(runs.steps(run.id()).getLast().job()).contains("job-5");
    }

    @Test
    void aRunThatFailsEndsItsRunningStepAsFailed() {
        Run run = push("clock", "main", true, ONE);
        step(run, "fetch");
        runs.begin(run.id(), "build", "", null);

        runs.end(run.id(), Run.State.FAILED, "javac said no", OptionalInt.empty());

        assertThat(runs.steps(run.id())).extracting(Step::state).containsExactly(Step.State.DONE, Step.State.FAILED);
    }

    @Test
    void aStepThatDidNotHaveToBeTakenIsNotedOnce() {
        Run run = push("clock", "main", true, ONE);

        runs.unchanged(run.id(), "fetch", "static site");
        runs.unchanged(run.id(), "fetch", "static site");

        assertThat(runs.steps(run.id())).extracting(Step::state).containsExactly(Step.State.UNCHANGED);
    }

    @Test
    void everyChangeIsSignalled() {
        long before = changes.version();
        Run run = push("clock", "main", true, ONE);
        long opened = changes.version();
        runs.begin(run.id(), "fetch", "", null);
        long begun = changes.version();

        assertThat(opened).isGreaterThan(before);
        assertThat(begun).isGreaterThan(opened);
    }

    @Test
    void runsAndStepsAreThereAfterARestart() {
        Run run = push("clock", "main", true, ONE);
        step(run, "fetch");
        store.close();

        store = DeployStore.open(folder.resolve("pinisi.db"));
        runs = new Runs(store, clock, changes);

        assertThat(runs.open()).extracting(Run::id).containsExactly(run.id());
        assertThat(runs.steps(run.id())).extracting(Step::name).containsExactly("fetch");
    }

    @Test
    void listsTheNewestFirstAndOfOneAppAlone() {
        Run first = push("clock", "main", true, ONE);
        Run second = push("other", "main", true, ONE);

        assertThat(runs.list(Optional.empty(), 10)).extracting(Run::id).containsExactly(second.id(), first.id());
        assertThat(runs.list(Optional.of("clock"), 10)).extracting(Run::id).containsExactly(first.id());
        assertThat(runs.list(Optional.empty(), 1)).extracting(Run::id).isEqualTo(List.of(second.id()));
    }

    @Test
    void anUnknownRunIsNotFound() {
        assertThatThrownBy(() -> runs.get(99))
                .isInstanceOfSatisfying(
                        DeployerException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(DeployerException.Kind.NOT_FOUND));
    }

    private Run push(String app, String branch, boolean deploys, String commit) {
        return runs.open(new Runs.Opening(app, branch, deploys, commit, "subject", Cause.PUSH, "somebody"));
    }

    private void step(Run run, String name) {
        runs.begin(run.id(), name, "", "job-" + name);
        runs.finish(run.id(), name, Step.State.DONE, "done");
    }
}
