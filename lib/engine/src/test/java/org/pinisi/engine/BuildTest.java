package org.pinisi.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BuildTest {
    @TempDir
    Path folder;

    private Driver driver;
    private Terms terms;
    private Variable<String> head;
    private final FakeBuild build = new FakeBuild("compile");

    @BeforeEach
    void open() {
        driver = Driver.inMemory(folder);
        terms = driver.terms;
        head = terms.variable("head", "c1");
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private Driver.Seen<String> observeBuild() {
        return driver.observe(terms.build(build, head.term()));
    }

    private List<JobInfo> history() {
        return driver.engine.jobs().history(JobQuery.latest(100));
    }

    @Test
    void aKeyIsBuiltAndItsResultShown() {
        Driver.Seen<String> seen = observeBuild();
        driver.step();
        assertThat(seen.activity()).isPresent();
        driver.until(seen::running);
        build.succeed("c1", "image1");
        driver.until(seen::ready);
        assertThat(seen.value()).isEqualTo("image1");
        driver.settled();
        assertThat(history()).singleElement().satisfies(job -> {
            assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(job.build()).isEqualTo(1);
        });
    }

    @Test
    void sameKeyWithTwoContextsRunsOnce() {
        FakeBuild otherContext = new FakeBuild("compile");
        Driver.Seen<String> one = observeBuild();
        Driver.Seen<String> two = driver.observe(terms.build(otherContext, head.term()));
        build.succeed("c1", "image1");
        driver.until(() -> one.ready() && two.ready());
        assertThat(build.begun).containsExactly("c1");
        assertThat(otherContext.begun).isEmpty();
    }

    @Test
    void aFailureIsAResultAndNotTriedAgainByItself() {
        Driver.Seen<String> seen = observeBuild();
        build.fail("c1", "does not compile");
        driver.until(seen::failed);
        driver.clock.advance(Duration.ofDays(365));
        driver.step();
        assertThat(seen.failure()).isEqualTo("does not compile");
        assertThat(build.begun).containsExactly("c1");
    }

    @Test
    void aNewKeyCancelsTheOldRunAndStartsItsOwn() {
        Driver.Seen<String> seen = observeBuild();
        driver.until(seen::running);
        head.set("c2");
        build.succeed("c2", "image2");
        driver.until(seen::ready);
        driver.settled();
        assertThat(build.interrupted).containsExactly("c1");
        assertThat(history()).extracting(JobInfo::state).containsOnlyOnce(JobState.SUPERSEDED, JobState.SUCCEEDED);
    }

    @Test
    void deferredReleaseLetsAReplacementTakeOverARunningJob() {
        Variable<Integer> shape = terms.variable("shape", 1);
        Driver.Seen<String> seen = driver.observe(shape.term().bind(_ -> terms.build(build, terms.constant("c1"))));
        driver.until(seen::running);
        shape.set(2);
        driver.step();
        build.succeed("c1", "image1");
        driver.until(seen::ready);
        assertThat(build.begun).containsExactly("c1");
        assertThat(build.interrupted).isEmpty();
    }

    @Test
    void aFailedInputHidesTheRunButDoesNotCancelIt() {
        Driver.Seen<String> seen = observeBuild();
        driver.until(seen::running);
        head.fail("the query failed");
        driver.until(seen::failed);
        build.succeed("c1", "image1");
        driver.settled();
        head.set("c1");
        driver.until(seen::ready);
        assertThat(build.begun).containsExactly("c1");
        assertThat(build.interrupted).isEmpty();
    }

    @Test
    void cancelledMeansStoppedAndTheInstanceStaysActiveUntilTheFunctionReturns() {
        build.stubborn = true;
        Driver.Seen<String> seen = observeBuild();
        driver.until(seen::running);
        assertThat(driver.engine.jobs().cancel(build.job("c1").id(), "by ann")).isTrue();
        driver.until(() -> !build.interrupted.isEmpty());
        driver.step();
        assertThat(seen.running()).isTrue();
        build.succeed("c1", "image1");
        driver.until(seen::failed);
        assertThat(seen.failure()).isEqualTo("Cancelled: by ann");
    }

    @Test
    void aCancelledJobsOutcomeIsCancelledEvenWhenItSucceeded() {
        build.stubborn = true;
        Driver.Seen<String> seen = observeBuild();
        driver.until(seen::running);
        String id = build.job("c1").id();
        driver.engine.jobs().cancel(id, "by ann");
        assertThat(driver.engine.jobs().cancel(id, "by bob")).as("second time").isFalse();
        build.succeed("c1", "image1");
        driver.until(seen::failed);
        assertThat(history().getFirst().state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void whatNothingNeedsIsCancelledAndItsResultDiscardedAndFlagged() {
        build.stubborn = true;
        Driver.Seen<String> seen = observeBuild();
        driver.until(seen::running);
        driver.forgetObservations();
        driver.until(() -> !build.interrupted.isEmpty());
        build.succeed("c1", "image1");
        driver.settled();
        assertThat(history()).singleElement().satisfies(job -> {
            assertThat(job.state()).isEqualTo(JobState.SUPERSEDED);
            assertThat(job.rebuild()).isTrue();
        });
        Driver.Seen<String> again = observeBuild();
        driver.until(again::ready);
        assertThat(build.begun).containsExactly("c1", "c1");
    }

    @Test
    void withoutAutoCancelARunGoesOnUnneededAndItsResultIsKept() {
        build.autoCancel = false;
        Driver.Seen<String> seen = observeBuild();
        driver.until(seen::running);
        driver.forgetObservations();
        build.succeed("c1", "image1");
        driver.settled();
        Driver.Seen<String> again = observeBuild();
        driver.until(again::ready);
        assertThat(build.begun).containsExactly("c1");
    }

    @Test
    void aRebuildDoesTheWorkAgainAndHidesTheOldResult() {
        Driver.Seen<String> seen = observeBuild();
        build.succeed("c1", "image1");
        driver.until(seen::ready);
        driver.settled();
        String first = history().getFirst().id();
        build.reset("c1");
        CompletableFuture<String> second = driver.engine.jobs().rebuild(first);
        driver.until(seen::running);
        assertThat(second).isCompletedWithValueMatching(id -> !id.equals(first));
        assertThat(driver.engine.jobs().rebuild(first)).isNotCompleted();
        CompletableFuture<String> third = driver.engine.jobs().rebuild(first);
        driver.step();
        assertThat(third).isCompletedWithValueMatching(id -> id.equals(second.join()));
        build.succeed("c1", "image2");
        driver.until(seen::ready);
        assertThat(seen.value()).isEqualTo("image2");
    }

    @Test
    void aRebuildOfWhatThePipelineNoLongerNeedsIsRefused() {
        Driver.Seen<String> seen = observeBuild();
        build.succeed("c1", "image1");
        driver.until(seen::ready);
        driver.settled();
        driver.forgetObservations();
        CompletableFuture<String> answer =
                driver.engine.jobs().rebuild(history().getFirst().id());
        driver.step();
        assertThat(answer).isCompletedExceptionally();
    }

    @Test
    void invalidateForgetsTheResultOfAKey() {
        Driver.Seen<String> seen = observeBuild();
        build.succeed("c1", "image1");
        driver.until(seen::ready);
        driver.engine.jobs().invalidate("compile", "c1");
        driver.until(() -> build.begun.size() == 2);
        driver.until(seen::ready);
    }

    @Test
    void anExpiredResultStaysVisibleWhileItIsMadeAgain() {
        build.validFor = Optional.of(Duration.ofHours(1));
        Driver.Seen<String> seen = observeBuild();
        build.succeed("c1", "image1");
        driver.until(seen::ready);
        driver.settled();
        build.reset("c1");
        driver.clock.advance(Duration.ofMinutes(59));
        driver.step();
        assertThat(build.begun).hasSize(1);
        driver.clock.advance(Duration.ofMinutes(1));
        driver.until(() -> build.begun.size() == 2);
        assertThat(seen.value()).isEqualTo("image1");
        assertThat(driver.engine.graph().toText()).contains("succeeded+updating  2.compile");
        build.succeed("c1", "image2");
        driver.until(() -> "image2".equals(seen.value()));
        assertThat(seen.outcomes).filteredOn(Outcome.Ready.class::isInstance).hasSize(2);
        assertThat(seen.outcomes.getLast()).isInstanceOf(Outcome.Ready.class);
    }

    @Test
    void ofTwoPeriodsOfValidityTheShorterOneCounts() {
        FakeBuild shorter = new FakeBuild("compile");
        shorter.validFor = Optional.of(Duration.ofMinutes(5));
        build.validFor = Optional.of(Duration.ofHours(1));
        Driver.Seen<String> seen = observeBuild();
        driver.observe(terms.build(shorter, head.term()));
        build.succeed("c1", "image1");
        driver.until(seen::ready);
        driver.settled();
        driver.clock.advance(Duration.ofMinutes(5));
        driver.until(() -> build.begun.size() == 2);
        driver.settled();
    }

    @Test
    void aRunThatNeverCalledStartIsReportedAsAMistake() {
        Build<String, String> careless = new Build<>() {
            @Override
            public String id() {
                return "careless";
            }

            @Override
            public String key(String key) {
                return key;
            }

            @Override
            public String run(Job job, String key) {
                return "done";
            }

            @Override
            public String encode(String outcome) {
                return outcome;
            }

            @Override
            public String decode(String text) {
                return text;
            }
        };
        Driver.Seen<String> seen = driver.observe(terms.build(careless, head.term()));
        driver.until(seen::failed);
        assertThat(seen.failure()).contains("careless").contains("Job.start");
    }
}
