package org.pinisi.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JobTest {
    private interface Body {
        String run(Job job) throws Exception;
    }

    @TempDir
    Path folder;

    private Driver driver;
    private final FakeBuild build = new FakeBuild("compile");

    @BeforeEach
    void open() {
        driver = Driver.inMemory(folder);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private Driver.Seen<String> observe(FakeBuild operation, String key) {
        return driver.observe(driver.terms.build(operation, driver.terms.constant(key)));
    }

    /// One run of `body`, to its end.
    private JobInfo run(Body body) {
        FakeBuild operation = new FakeBuild("body") {
            @Override
            public String run(Job job, String key) throws Exception {
                return body.run(job);
            }
        };
        Driver.Seen<String> seen = observe(operation, "k");
        driver.until(() -> seen.ready() || seen.failed());
        driver.settled();
        return driver.engine.jobs().history(JobQuery.latest(1)).getFirst();
    }

    @Test
    void aJobAtOrAboveTheThresholdWaitsForApproval() {
        driver.engine.confirmThreshold(Optional.of(Level.AVERAGE));
        Driver.Seen<String> seen = observe(build, "c1");
        driver.until(() -> seen.activity().equals(Optional.of(Activity.WAITING_FOR_CONFIRMATION)));
        assertThat(build.begun).isEmpty();
        String id = build.job("c1").id();
        assertThat(driver.engine.jobs().approve(id)).isTrue();
        driver.until(seen::running);
        assertThat(driver.engine.jobs().find(id))
                .get()
                .extracting(JobInfo::state)
                .isEqualTo(JobState.RUNNING);
    }

    @Test
    void aJobBelowTheThresholdDoesNotWait() {
        driver.engine.confirmThreshold(Optional.of(Level.DANGEROUS));
        Driver.Seen<String> seen = observe(build, "c1");
        driver.until(seen::running);
    }

    @Test
    void aThresholdOfHarmlessHoldsEveryJob() {
        driver.engine.confirmThreshold(Optional.of(Level.HARMLESS));
        build.level = Level.HARMLESS;
        Driver.Seen<String> seen = observe(build, "c1");
        driver.until(() -> seen.activity().equals(Optional.of(Activity.WAITING_FOR_CONFIRMATION)));
        driver.engine.confirmThreshold(Optional.empty());
        driver.until(seen::running);
    }

    @Test
    void enteringTheWaitForConfirmationWakesTheEvaluationWheneverItHappens() throws Exception {
        driver.engine.confirmThreshold(Optional.of(Level.AVERAGE));
        CountDownLatch late = new CountDownLatch(1);
        FakeBuild operation = new FakeBuild("late") {
            @Override
            public String run(Job job, String key) throws Exception {
                assertThat(late.await(10, TimeUnit.SECONDS)).isTrue();
                return super.run(job, key);
            }
        };
        Driver.Seen<String> seen = observe(operation, "k");
        driver.step();
        assertThat(seen.activity()).contains(Activity.READY);
        late.countDown();
        driver.until(() -> seen.activity().equals(Optional.of(Activity.WAITING_FOR_CONFIRMATION)));
        assertThat(driver.engine.graph().toText()).contains("waiting-for-confirmation");
    }

    @Test
    void aJobThatWaitsForApprovalCanBeCancelled() {
        driver.engine.confirmThreshold(Optional.of(Level.AVERAGE));
        Driver.Seen<String> seen = observe(build, "c1");
        driver.until(() -> seen.activity().equals(Optional.of(Activity.WAITING_FOR_CONFIRMATION)));
        driver.engine.jobs().cancel(build.job("c1").id(), "by ann");
        driver.until(seen::failed);
        assertThat(build.begun).isEmpty();
    }

    @Test
    void aJobThatWaitsForItsPoolCanBeCancelledAndOthersAreServedInOrder() {
        build.pool = Optional.of(driver.engine.pool("builders", 1));
        Driver.Seen<String> first = observe(build, "a");
        driver.until(first::running);
        Driver.Seen<String> second = observe(build, "b");
        driver.until(() -> build.pool.orElseThrow().waiting() == 1);
        Driver.Seen<String> third = observe(build, "c");
        driver.until(() -> build.pool.orElseThrow().waiting() == 2);
        assertThat(second.activity()).contains(Activity.READY);
        driver.engine.jobs().cancel(build.job("b").id(), "by ann");
        driver.until(second::failed);
        build.succeed("a", "A");
        build.succeed("c", "C");
        driver.until(third::ready);
        driver.settled();
        assertThat(build.begun).containsExactly("a", "c");
        assertThat(build.pool.orElseThrow().used()).isZero();
    }

    @Test
    void aJobWithoutAnOlderOutcomeGetsThePoolFirst() throws InterruptedException {
        Pool pool = driver.engine.pool("builders", 1);
        List<String> served = Collections.synchronizedList(new ArrayList<>());
        pool.acquire(true);
        List<Thread> threads = new ArrayList<>();
        for (String name : List.of("patient", "urgent")) {
            int before = pool.waiting();
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    pool.acquire(name.equals("urgent"));
                    served.add(name);
                    pool.release();
                } catch (InterruptedException interrupted) {
                    served.add("interrupted");
                }
            }));
            org.awaitility.Awaitility.await().until(() -> pool.waiting() > before);
        }
        pool.release();
        for (Thread thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
        }
        assertThat(served).containsExactly("urgent", "patient");
        assertThat(pool.used()).isZero();
    }

    @Test
    void theTimeLimitBeginsWhenTheJobRunsAndNotBefore() {
        driver.engine.confirmThreshold(Optional.of(Level.AVERAGE));
        build.timeout = Duration.ofMinutes(10);
        Driver.Seen<String> seen = observe(build, "c1");
        driver.until(() -> seen.activity().equals(Optional.of(Activity.WAITING_FOR_CONFIRMATION)));
        driver.clock.advance(Duration.ofHours(5));
        driver.step();
        driver.engine.jobs().approve(build.job("c1").id());
        driver.until(() -> seen.running() && driver.engine.core().timers().size() == 1);
        driver.clock.advance(Duration.ofMinutes(9));
        driver.step();
        assertThat(seen.running()).isTrue();
        driver.clock.advance(Duration.ofMinutes(1));
        driver.until(seen::failed);
        assertThat(seen.failure()).isEqualTo("Cancelled: timed out after PT10M");
        driver.settled();
    }

    @Test
    void startMayBeCalledOnlyOnce() {
        JobInfo job = run(one -> {
            one.start(Level.HARMLESS, Duration.ofMinutes(1));
            one.start(Level.HARMLESS, Duration.ofMinutes(1));
            return "";
        });
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.message()).get().asString().contains("called Job.start twice");
    }

    @Test
    void cancelHooksRunInReverseOrderAndClosedOnesDoNot() throws Exception {
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch inside = new CountDownLatch(1);
        FakeBuild operation = new FakeBuild("hooks") {
            @Override
            public String run(Job job, String key) throws Exception {
                job.start(Level.HARMLESS, Duration.ofMinutes(1));
                try (Subscription _ = job.onCancel(() -> ran.add("closed"))) {
                    job.log("a step");
                }
                try (Subscription _ = job.onCancel(() -> ran.add("outer"));
                        Subscription _ = job.onCancel(() -> ran.add("inner"))) {
                    inside.countDown();
                    new CountDownLatch(1).await();
                }
                return "";
            }
        };
        Driver.Seen<String> seen = observe(operation, "k");
        driver.step();
        assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
        driver.engine.jobs().cancel(driver.engine.jobs().active().getFirst().id(), "by ann");
        driver.until(seen::failed);
        assertThat(ran).containsExactly("inner", "outer");
    }

    @Test
    void noHookIsLeftWhenTheRunHasEnded() {
        List<Job> jobs = new ArrayList<>();
        run(job -> {
            jobs.add(job);
            job.start(Level.HARMLESS, Duration.ofMinutes(1));
            job.onCancel(() -> {});
            return "";
        });
        assertThat(jobs.getFirst().openHooks()).isZero();
    }

    @Test
    void theLogTellsTheStoryOfTheJob() {
        JobInfo job = run(one -> {
            one.start(Level.HARMLESS, Duration.ofMinutes(1));
            one.log("fetching");
            one.output().write("remote: 12 objects\n".getBytes(UTF_8));
            throw new EngineException("no such branch");
        });
        assertThat(driver.log(job.id())).isEqualTo("""
                2026-11-21T08:00:00Z job body: body k
                2026-11-21T08:00:00Z running; time limit PT1M
                2026-11-21T08:00:00Z fetching
                remote: 12 objects
                2026-11-21T08:00:00Z failed: no such branch
                """);
    }

    @Test
    void theLogIsNamedByTimeAndOperationAndReadableOnlyByItsOwner() throws Exception {
        JobInfo job = run(one -> {
            one.start(Level.HARMLESS, Duration.ofMinutes(1));
            return "";
        });
        assertThat(job.id()).matches("2026-11-21/080000-body-[0-9a-f]{8}");
        Path file = folder.resolve("log").resolve(job.id() + ".log");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aLogAtItsLimitIsCutWithALineThatSaysSo() {
        JobInfo job = run(one -> {
            one.start(Level.HARMLESS, Duration.ofMinutes(1));
            for (int line = 0; line < 10_000; line++) {
                one.output().write("all work and no play\n".getBytes(UTF_8));
            }
            return "";
        });
        assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(driver.log(job.id()))
                .endsWith("\n[the log is cut here: it reached its limit of 8192 bytes]\n")
                .hasSizeLessThan(8300);
    }

    @Test
    void aFollowerReadsEveryByteOfARunningJob() throws Exception {
        Driver.Seen<String> seen = observe(build, "c1");
        driver.until(seen::running);
        Job job = build.job("c1");
        StringBuilder text = new StringBuilder();
        try (LogReader reader = driver.engine.jobs().openLog(job.id(), 0)) {
            Thread writer = Thread.ofVirtual().start(() -> {
                for (int number = 0; number < 100; number++) {
                    job.log("line " + number);
                }
                build.succeed("c1", "image1");
            });
            while (!reader.ended()) {
                text.append(new String(reader.read(Duration.ofSeconds(10)), UTF_8));
            }
            assertThat(writer.join(Duration.ofSeconds(10))).isTrue();
            assertThat(reader.offset()).isEqualTo(text.length());
        }
        assertThat(text).contains("line 0\n", "line 99\n", "succeeded\n");
        driver.until(seen::ready);
    }

    @Test
    void aFollowerMayStartNearTheEnd() throws Exception {
        JobInfo job = run(one -> {
            one.start(Level.HARMLESS, Duration.ofMinutes(1));
            return "";
        });
        try (LogReader reader = driver.engine.jobs().openLog(job.id(), -10)) {
            assertThat(new String(reader.read(Duration.ofSeconds(10)), UTF_8)).isEqualTo("succeeded\n");
        }
    }

    @Test
    void anUnknownJobHasNoLogEvenWhenAFileOfThatNameExists() throws Exception {
        Files.writeString(folder.resolve("secret.log"), "secret");
        assertThatThrownBy(() -> driver.engine.jobs().openLog("../secret", 0))
                .isInstanceOf(EngineException.class)
                .hasMessage("there is no job ../secret");
    }

    @Test
    void listenersHearOfEachStateOfAJob() {
        driver.engine.confirmThreshold(Optional.of(Level.AVERAGE));
        List<JobState> states = new ArrayList<>();
        Subscription subscription = driver.engine.jobs().subscribe(job -> {
            if (states.isEmpty() || states.getLast() != job.state()) {
                states.add(job.state());
            }
        });
        Driver.Seen<String> seen = observe(build, "c1");
        driver.until(() -> states.contains(JobState.WAITING_FOR_CONFIRMATION));
        driver.engine.jobs().approve(build.job("c1").id());
        driver.until(seen::running);
        build.succeed("c1", "image1");
        driver.until(seen::ready);
        subscription.close();
        assertThat(states).endsWith(JobState.RUNNING, JobState.SUCCEEDED);
    }
}
