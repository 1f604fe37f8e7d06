package org.pinisi.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.vault.Vault;

class RunTellerTest {
    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private DeployStore store;
    private Runs runs;
    private Apps apps;
    private RunTeller teller;

    @BeforeEach
    void open() {
        Vault vault = Vault.open(folder.resolve("key"));
        Changes changes = new Changes();
        store = DeployStore.open(folder.resolve("pinisi.db"));
        runs = new Runs(store, clock, changes);
        apps = new Apps(store, vault, clock);
        apps.create("clock");
        Releases releases = new Releases(store, vault, new Json(), clock);
        teller = new RunTeller(runs, apps, releases, changes, clock, ":8000");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void tellsEachStepAndEndsWithTheOutcome() throws Exception {
        Run run = push();
        step(run, "fetch", "Java source, listens on $PORT", 300);
        runs.unchanged(run.id(), "build", "unchanged");
        runs.end(run.id(), Run.State.LIVE, "release 1 serves", OptionalInt.of(1));

        teller.tell(run, true, told::add, () -> true);

        assertThat(told)
                .containsExactly(
                        "clock  new app · commit 3f2c1a5 · run 1",
                        "1 fetch      0.3 s   Java source, listens on $PORT",
                        "2 build              unchanged",
                        "live    http://clock.localhost:8000   0.3 s");
    }

    @Test
    void aFailureShowsItsReasonAndThatNothingServed() throws Exception {
        Run run = push();
        step(run, "fetch", "Java source", 100);
        runs.begin(run.id(), "build", "", null);
        runs.end(run.id(), Run.State.FAILED, "javac: 1 error\n  | Clock.java:3: ';' expected", OptionalInt.empty());

        teller.tell(run, false, told::add, () -> true);

        assertThat(told.subList(1, told.size()))
                .containsExactly(
                        "1 fetch      0.1 s   Java source",
                        "2 build      0.0 s   failed",
                        "javac: 1 error",
                        "  | Clock.java:3: ';' expected",
                        "failed  nothing served before, nothing serves now   0.1 s");
    }

    @Test
    void tellsWhileTheRunGoesOn() throws Exception {
        Run run = push();
        Thread telling = Thread.ofVirtual().start(() -> {
            try {
                teller.tell(run, false, told::add, () -> true);
            } catch (InterruptedException cancelled) {
                Thread.currentThread().interrupt();
            }
        });

        step(run, "fetch", "static site", 0);
        Awaitility.await().untilAsserted(() -> assertThat(told).hasSize(2));
        assertThat(telling.isAlive()).isTrue();

        runs.end(run.id(), Run.State.CHECKED, "the branch x is built and checked", OptionalInt.empty());
        assertThat(telling.join(Duration.ofSeconds(10))).isTrue();
        assertThat(told.getLast()).startsWith("checked the branch x is built and checked");
    }

    @Test
    void announcesAStepThatTakesLong() throws Exception {
        Run run = push();
        runs.begin(run.id(), "build", "", null);
        clock.pass(Duration.ofSeconds(2));
        Thread telling = Thread.ofVirtual().start(() -> {
            try {
                teller.tell(run, false, told::add, () -> true);
            } catch (InterruptedException cancelled) {
                Thread.currentThread().interrupt();
            }
        });

        Awaitility.await().untilAsserted(() -> assertThat(told).contains("1 build   …"));
        telling.interrupt();
        assertThat(telling.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void stopsTellingWhenNobodyListens() throws Exception {
        Run run = push();

        teller.tell(run, false, told::add, () -> false);

        assertThat(told).hasSize(1);
    }

    private Run push() {
        String commit = "3f2c1a5" + "0".repeat(33);
        return runs.open(new Runs.Opening("clock", "main", true, commit, "subject", Cause.PUSH, "somebody"));
    }

    private void step(Run run, String name, String detail, int millis) {
        runs.begin(run.id(), name, "", null);
        clock.pass(Duration.ofMillis(millis));
        runs.finish(run.id(), name, Step.State.DONE, detail);
    }
}
