package org.pinisi.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a new engine on the old store knows.
final class RestartTest {
    @TempDir
    Path folder;

    private final FakeClock clock = new FakeClock();

    private Driver open() {
        return Driver.stored(folder, clock);
    }

    private static Driver.Seen<String> build(Driver driver, FakeBuild build, String key) {
        return driver.observe(driver.terms.build(build, driver.terms.constant(key)));
    }

    private void once(FakeBuild build, String key) {
        try (Driver driver = open()) {
            Driver.Seen<String> seen = build(driver, build, key);
            driver.until(() -> seen.ready() || seen.failed());
            driver.settled();
        }
    }

    @Test
    void aGoodResultComesBackWithoutARun() {
        FakeBuild build = new FakeBuild("compile");
        build.succeed("c1", "image1");
        once(build, "c1");
        try (Driver driver = open()) {
            Driver.Seen<String> seen = build(driver, build, "c1");
            driver.step();
            assertThat(seen.value()).isEqualTo("image1");
        }
        assertThat(build.begun).hasSize(1);
    }

    @Test
    void failuresAreResultsAndComeBackToo() {
        FakeBuild build = new FakeBuild("compile");
        build.fail("c1", "does not compile");
        once(build, "c1");
        try (Driver driver = open()) {
            Driver.Seen<String> seen = build(driver, build, "c1");
            driver.step();
            assertThat(seen.failure()).isEqualTo("does not compile");
        }
        assertThat(build.begun).hasSize(1);
    }

    @Test
    void aResultWhoseFormatHasChangedIsMadeAgain() {
        FakeBuild build = new FakeBuild("compile");
        build.succeed("c1", "image1");
        once(build, "c1");
        FakeBuild changed = new FakeBuild("compile") {
            @Override
            public String decode(String text) {
                throw new EngineException("expected version 2");
            }
        };
        changed.succeed("c1", "image2");
        once(changed, "c1");
        assertThat(changed.begun).hasSize(1);
    }

    @Test
    void aPublisherPublishesAgainOnlyWhenTheValueDiffers() {
        FakePublish deploy = new FakePublish("deploy");
        deploy.runs.succeed("web=v1", "serving v1");
        deploy.runs.succeed("web=v2", "serving v2");
        for (String value : List.of("v1", "v1", "v2")) {
            try (Driver driver = open()) {
                Driver.Seen<String> seen =
                        driver.observe(driver.terms.publish(deploy, "web", driver.terms.constant(value)));
                driver.until(seen::ready);
                driver.settled();
            }
        }
        assertThat(deploy.runs.begun).containsExactly("web=v1", "web=v2");
    }

    @Test
    void aValidityGoesOnAcrossARestartAndTheOldOutcomeShows() {
        FakeBuild build = new FakeBuild("pull");
        build.validFor = Optional.of(Duration.ofHours(1));
        build.succeed("debian", "sha1");
        once(build, "debian");
        build.reset("debian");
        clock.advance(Duration.ofMinutes(30));
        try (Driver driver = open()) {
            Driver.Seen<String> seen = build(driver, build, "debian");
            driver.step();
            assertThat(build.begun).hasSize(1);
            clock.advance(Duration.ofMinutes(30));
            driver.until(() -> build.begun.size() == 2);
            assertThat(seen.value()).isEqualTo("sha1");
        }
    }

    @Test
    void aResultThatExpiredWhileTheProgramWasDownStillShowsWhileItIsMadeAgain() {
        FakeBuild build = new FakeBuild("pull");
        build.validFor = Optional.of(Duration.ofHours(1));
        build.succeed("debian", "sha1");
        once(build, "debian");
        build.reset("debian");
        clock.advance(Duration.ofHours(2));
        try (Driver driver = open()) {
            Driver.Seen<String> seen = build(driver, build, "debian");
            driver.until(() -> build.begun.size() == 2);
            assertThat(seen.value()).isEqualTo("sha1");
        }
    }

    @Test
    void aJobCutOffByACrashRunsAgainUnderANewIdAndItsLogIsClosedAndReachable() {
        FakeBuild build = new FakeBuild("compile");
        Driver crashed = open();
        Driver.Seen<String> before = build(crashed, build, "c1");
        crashed.until(before::running);
        String lost = build.job("c1").id();
        crashed.abandon();
        FakeBuild after = new FakeBuild("compile");
        after.succeed("c1", "image1");
        try (Driver driver = open()) {
            assertThat(driver.engine.jobs().find(lost))
                    .get()
                    .extracting(JobInfo::state)
                    .isEqualTo(JobState.LOST);
            assertThat(driver.log(lost)).contains("running; time limit").contains("lost: the program ended");
            Driver.Seen<String> seen = build(driver, after, "c1");
            driver.until(seen::ready);
            driver.settled();
            List<JobInfo> runs = driver.engine.jobs().history(JobQuery.of("compile", "c1", 10));
            assertThat(runs).extracting(JobInfo::build).containsExactly(2, 1);
            assertThat(runs.getFirst().id()).isNotEqualTo(lost);
        }
        build.succeed("c1", "too late");
    }

    @Test
    void selfDeploymentAPublisherKilledByItsOwnSuccessPublishesTheSameValueAgain() {
        FakePublish deploy = new FakePublish("deploy");
        Driver killed = open();
        killed.observe(killed.terms.publish(deploy, "self", killed.terms.constant("v2")));
        killed.until(() -> !deploy.runs.begun.isEmpty());
        killed.abandon();
        FakePublish next = new FakePublish("deploy");
        next.runs.succeed("self=v2", "was so already");
        try (Driver driver = open()) {
            Driver.Seen<String> seen = driver.observe(driver.terms.publish(next, "self", driver.terms.constant("v2")));
            driver.until(seen::ready);
            driver.settled();
        }
        assertThat(next.runs.begun).containsExactly("self=v2");
        deploy.runs.succeed("self=v2", "too late");
    }

    @Test
    void pruningKeepsTheLastResultOfEachKeyAndDeletesOlderRunsWithTheirLogs() {
        FakeBuild build = new FakeBuild("compile");
        build.succeed("c1", "image1");
        once(build, "c1");
        clock.advance(Duration.ofDays(1));
        try (Driver driver = open()) {
            String first =
                    driver.engine.jobs().history(JobQuery.latest(1)).getFirst().id();
            Driver.Seen<String> seen = build(driver, build, "c1");
            driver.step();
            driver.engine.jobs().invalidate("compile", "c1");
            driver.until(() -> build.begun.size() == 2 && seen.ready());
            driver.settled();
            clock.advance(Duration.ofDays(90));
            assertThat(driver.engine.jobs().prune(clock.instant())).isEqualTo(1);
            assertThat(driver.engine.jobs().find(first)).isEmpty();
            assertThat(folder.resolve("log").resolve(first + ".log")).doesNotExist();
        }
        once(build, "c1");
        assertThat(build.begun).hasSize(2);
    }

    @Test
    void closingTheEngineCutsJobsOffAndTheyRunAgain() {
        FakeBuild build = new FakeBuild("compile");
        Driver driver = open();
        Driver.Seen<String> seen = build(driver, build, "c1");
        driver.until(seen::running);
        driver.engine.close();
        assertThat(build.interrupted).containsExactly("c1");
        build.succeed("c1", "image1");
        once(build, "c1");
        assertThat(build.begun).hasSize(2);
    }
}
