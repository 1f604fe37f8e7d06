package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pinisi.site.FakeOrigin.commit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pinisi.git.CommitId;

final class SiteSourceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final SourceRhythm ONLY_WHEN_TOLD =
            new SourceRhythm(Duration.ZERO, Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO);

    private final FakeOrigin origin = new FakeOrigin();
    private final SetClock clock = new SetClock();
    private final Lines lines = new Lines();
    private final List<CommitId> shown = Collections.synchronizedList(new ArrayList<>());
    private final List<AutoCloseable> open = new ArrayList<>(List.of(lines));

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private SiteSource start(SourceRhythm rhythm) {
        return start(rhythm, shown::add);
    }

    private SiteSource start(SourceRhythm rhythm, Consumer<CommitId> display) {
        SiteSource source = SiteSource.start(origin, display, rhythm, clock, new Random(7));
        open.add(source);
        return source;
    }

    @Test
    void showsTheNewestCommitAtTheStart() {
        origin.has(commit(1));
        SiteSource source = start(ONLY_WHEN_TOLD);
        await().atMost(PATIENCE).until(() -> source.status().shown().isPresent());
        assertThat(shown).containsExactly(commit(1));
        assertThat(source.status().trouble()).isEmpty();
    }

    @Test
    void showsTheCommitLastKnownWhenTheRemoteIsDownAtBoot() throws Exception {
        origin.knows(commit(1)).fails("git://example.org/site does not answer");
        SiteSource source = start(ONLY_WHEN_TOLD);
        assertThat(shown).containsExactly(commit(1));
        assertThat(source.pull(PATIENCE)).isEqualTo(new PullResult.Failed("git://example.org/site does not answer"));
        assertThat(source.status().shown()).contains(commit(1));
    }

    @Test
    void aRemoteThatIsDownForHoursIsOneLineOfLogAndAnotherWhenItIsBack() throws Exception {
        origin.has(commit(1));
        SiteSource source = start(ONLY_WHEN_TOLD);
        assertThat(source.pull(PATIENCE)).isInstanceOf(PullResult.class);
        origin.fails("no answer");
        for (int i = 0; i < 50; i++) {
            source.pull(PATIENCE);
            clock.forward(Duration.ofMinutes(5));
        }
        assertThat(lines.of("site-trouble")).hasSize(1);
        assertThat(source.status().trouble()).hasValueSatisfying(trouble -> {
            assertThat(trouble.tries()).isEqualTo(50);
            assertThat(trouble.age(clock.instant())).isEqualTo(Duration.ofMinutes(250));
        });
        assertThat(source.status().shown()).contains(commit(1));

        origin.has(commit(2));
        assertThat(source.pull(PATIENCE)).isEqualTo(new PullResult.Changed(commit(2)));
        assertThat(lines.of("site-trouble-over")).singleElement().asString().contains("tries=50");
        assertThat(source.status().trouble()).isEmpty();
    }

    @Test
    void aClockThatJumpsBackNeitherStopsItNorMakesATroubleOfNegativeAge() throws Exception {
        origin.fails("no answer");
        SiteSource source = start(ONLY_WHEN_TOLD);
        source.pull(PATIENCE);
        clock.forward(Duration.ofDays(-400));
        assertThat(source.status().trouble().orElseThrow().age(clock.instant())).isZero();
        origin.has(commit(1));
        assertThat(source.pull(PATIENCE)).isEqualTo(new PullResult.Changed(commit(1)));
    }

    @Test
    void aForcedPushIsFollowed() throws Exception {
        origin.has(commit(9));
        SiteSource source = start(ONLY_WHEN_TOLD);
        source.pull(PATIENCE);
        origin.has(commit(3));
        assertThat(source.pull(PATIENCE)).isEqualTo(new PullResult.Changed(commit(3)));
    }

    @Test
    void aDeletedBranchLeavesWhatIsShownAndSaysSo() throws Exception {
        origin.has(commit(1));
        SiteSource source = start(ONLY_WHEN_TOLD);
        source.pull(PATIENCE);
        origin.hasNoBranch();
        assertThat(source.pull(PATIENCE)).isEqualTo(new PullResult.NoBranch("main"));
        assertThat(source.status().shown()).contains(commit(1));
        assertThat(lines.of("site-trouble"))
                .singleElement()
                .asString()
                .contains("there is no branch main", "shown=" + commit(1));

        origin.has(commit(2));
        assertThat(source.pull(PATIENCE)).isEqualTo(new PullResult.Changed(commit(2)));
    }

    @Test
    void anEmptyRepositoryShowsNothingUntilTheFirstPush() throws Exception {
        origin.hasNoBranch();
        SiteSource source = start(ONLY_WHEN_TOLD);
        assertThat(source.pull(PATIENCE)).isEqualTo(new PullResult.NoBranch("main"));
        assertThat(source.status().shown()).isEmpty();
        origin.has(commit(1));
        assertThat(source.pull(PATIENCE)).isEqualTo(new PullResult.Changed(commit(1)));
    }

    @Test
    void aCommitThatCannotBeShownLeavesTheOldOne() throws Exception {
        origin.has(commit(1));
        SiteSource source = start(ONLY_WHEN_TOLD, commit -> {
            if (commit.equals(commit(2))) {
                throw new SiteException("_redirects:3: no target");
            }
            shown.add(commit);
        });
        source.pull(PATIENCE);
        origin.has(commit(2));
        assertThat(source.pull(PATIENCE))
                .isEqualTo(new PullResult.Failed("commit 0000000 cannot be shown: _redirects:3: no target"));
        assertThat(source.status().shown()).contains(commit(1));
        origin.has(commit(3));
        assertThat(source.pull(PATIENCE)).isEqualTo(new PullResult.Changed(commit(3)));
        assertThat(shown).containsExactly(commit(1), commit(3));
    }

    @Test
    void aPullThatFindsNothingNewShowsNothingAgain() throws Exception {
        origin.has(commit(1));
        SiteSource source = start(ONLY_WHEN_TOLD);
        source.pull(PATIENCE);
        assertThat(source.pull(PATIENCE)).isEqualTo(new PullResult.Unchanged(commit(1)));
        assertThat(shown).containsExactly(commit(1));
    }

    @Test
    void allWhoAskWhileOnePullIsUnderWayShareTheNext() throws Exception {
        origin.has(commit(1));
        CountDownLatch gate = origin.holds();
        SiteSource source = start(ONLY_WHEN_TOLD);
        await().atMost(PATIENCE).until(() -> origin.pulls() == 1);
        Callable<PullResult> ask = () -> source.pull(PATIENCE);
        try (ExecutorService askers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("asker-", 0).factory())) {
            List<Future<PullResult>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(askers.submit(ask));
            }
            origin.has(commit(2));
            gate.countDown();
            for (Future<PullResult> answer : answers) {
                assertThat(answer.get()).isInstanceOfAny(PullResult.Changed.class, PullResult.Unchanged.class);
            }
        }
        assertThat(source.status().shown()).contains(commit(2));
        assertThat(origin.mostUnderWay()).isEqualTo(1);
        assertThat(origin.pulls()).isLessThanOrEqualTo(101);
    }

    @Test
    void whoAsksDuringAPullGetsAPullThatBeganLater() throws Exception {
        origin.has(commit(1));
        CountDownLatch gate = origin.holds();
        SiteSource source = start(ONLY_WHEN_TOLD);
        await().atMost(PATIENCE).until(() -> origin.pulls() == 1);
        assertThat(source.pull(Duration.ofMillis(1))).isEqualTo(new PullResult.Pending());
        gate.countDown();
        await().atMost(PATIENCE).until(() -> origin.pulls() == 2);
    }

    @Test
    void isPolled() {
        origin.has(commit(1));
        start(new SourceRhythm(Duration.ofMillis(5), Duration.ofMillis(5), Duration.ofMillis(5), Duration.ZERO));
        await().atMost(PATIENCE).until(() -> origin.pulls() >= 3);
        origin.has(commit(2));
        await().atMost(PATIENCE).until(() -> shown.contains(commit(2)));
    }

    @Test
    void triesAgainByItselfAfterAFailureEvenWhenItIsNotPolled() {
        origin.fails("no answer");
        SiteSource source =
                start(new SourceRhythm(Duration.ZERO, Duration.ofMillis(5), Duration.ofMillis(5), Duration.ZERO));
        await().atMost(PATIENCE).until(() -> origin.pulls() >= 2);
        origin.has(commit(1));
        await().atMost(PATIENCE).until(() -> source.status().shown().isPresent());
    }

    @Test
    void aPushToARepositoryHereIsSeenWithoutPolling() throws Exception {
        origin.has(commit(1));
        SiteSource source = start(ONLY_WHEN_TOLD);
        source.pull(PATIENCE);
        origin.has(commit(2));
        origin.tells();
        await().atMost(PATIENCE).until(() -> shown.contains(commit(2)));
        assertThat(source.status().shown()).contains(commit(2));
    }

    @Test
    void closingInterruptsAPullAndAnswersThoseWhoWait() throws Exception {
        origin.holds();
        SiteSource source = SiteSource.start(origin, shown::add, ONLY_WHEN_TOLD, clock, new Random(7));
        await().atMost(PATIENCE).until(() -> origin.pulls() == 1);
        try (ExecutorService askers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("asker-", 0).factory())) {
            Future<PullResult> answer = askers.submit(() -> source.pull(PATIENCE));
            source.close();
            assertThat(answer.get()).isEqualTo(new PullResult.Failed("the site is being stopped"));
        }
        assertThat(origin.ended()).containsExactly("interrupted");
        assertThat(origin.isClosed()).isTrue();
    }
}
