package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.lib.RefUpdate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The remote is a repository on this machine, into which another store writes as somebody else would.
class StoreSyncTest {
    private static final StoreAuthor ANA = new StoreAuthor("Ana", "ana@example.org");
    private static final StoreAuthor BUDI = new StoreAuthor("Budi", "budi@example.org");
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofDays(1);

    @TempDir
    Path folder;

    private final GitClient client = GitClient.create();
    private Instant now = Instant.parse("2026-11-21T12:00:00Z");
    private GitRepository here;
    private GitRepository there;
    private GitStore ours;
    private GitStore theirs;
    private FakeRemote remote;
    private StoreSync sync;

    @BeforeEach
    void open() {
        Disk.measure(folder);
        InstantSource clock = () -> now;
        here = GitRepository.init(folder.resolve("here.git"));
        there = GitRepository.init(folder.resolve("there.git"));
        ours = GitStore.open(here, "main", StoreLimits.DEFAULT.withPollInterval(SHORT), clock);
        theirs = GitStore.open(there, "main", StoreLimits.DEFAULT, clock);
        remote = new FakeRemote(
                StoreRemote.of(client, new RemoteBranch(RemoteUrl.file(folder.resolve("there.git")), "main")));
        sync = sync(SyncSettings.by(ANA));
    }

    @AfterEach
    void close() {
        sync.close();
        ours.close();
        theirs.close();
        here.close();
        there.close();
        client.close();
    }

    @Test
    void twoEmptySidesAreTheSame() {
        SyncResult result = sync.sync();

        assertThat(result.done()).isTrue();
        assertThat(result.commit()).isEmpty();
    }

    @Test
    void givesAnEmptyRemoteWhatWeHave() {
        ours("a", "one");

        SyncResult result = sync.sync();

        assertThat(result.done()).isTrue();
        assertThat(theirs.commit()).isEqualTo(ours.commit()).isEqualTo(result.commit());
        assertThat(sync.status().waiting()).isZero();
    }

    @Test
    void takesWhatTheRemoteHas() {
        theirs("a", "one");
        sync.sync();
        theirs("b", "two");

        assertThat(sync.sync().done()).isTrue();
        assertThat(ours.commit()).isEqualTo(theirs.commit());
        assertThat(text(ours, "b")).contains("two");
    }

    @Test
    void mergesChangesOfDifferentKeysAndKeepsBothHistories() {
        agree("a", "one");
        CommitId our = ours("ours", "1");
        CommitId their = theirs("theirs", "2");

        SyncResult result = sync.sync();

        assertThat(result.done()).isTrue();
        assertThat(result.conflicts()).isEmpty();
        for (GitStore each : List.of(ours, theirs)) {
            assertThat(text(each, "ours")).contains("1");
            assertThat(text(each, "theirs")).contains("2");
            assertThat(text(each, "a")).contains("one");
        }
        assertThat(here.commit(result.commit().orElseThrow()).parents()).containsExactly(our, their);
    }

    @Test
    void mergesADeletionOnOneSide() {
        agree("a/b", "one");
        agree("a/c", "two");
        theirs.delete(BUDI, "Delete", key("a/b"));
        ours("a/d", "three");

        sync.sync();

        assertThat(text(ours, "a/b")).isEmpty();
        assertThat(text(theirs, "a/d")).contains("three");
        assertThat(text(theirs, "a/c")).contains("two");
    }

    @Test
    void keepsOursWhereBothChangedAKeyAndReportsItAndTheirsStaysInHistory() {
        agree("a", "one");
        CommitId our = ours("a", "ours");
        CommitId their = theirs("a", "theirs");

        SyncResult result = sync.sync();

        assertThat(result.conflicts()).containsExactly(new SyncConflict("a", our, their, SyncConflict.Kept.OURS));
        assertThat(text(theirs, "a")).contains("ours");
        assertThat(theirs.at(their).get(key("a"))).contains("theirs".getBytes(UTF_8));
        assertThat(here.commit(result.commit().orElseThrow()).body()).contains("a: kept OURS");
        assertThat(sync.status().conflicts()).hasSize(1);
        assertThat(sync.sync().conflicts()).isEmpty();
    }

    @Test
    void theSameChangeOnBothSidesIsNoConflict() {
        agree("a", "one");
        ours("a", "same");
        theirs("a", "same");

        assertThat(sync.sync().conflicts()).isEmpty();
        assertThat(ours.commit()).isEqualTo(theirs.commit());
    }

    @Test
    void aResolverMayTakeTheirsOrMakeAThirdValue() {
        sync = sync(SyncSettings.by(ANA).withResolver(conflict -> switch (conflict.key()
                .path()) {
            case "gone" -> new ConflictResolver.Choice.Theirs();
            default ->
                new ConflictResolver.Choice.Merged(
                        (string(conflict.base()) + "+" + string(conflict.ours()) + "+" + string(conflict.theirs()))
                                .getBytes(UTF_8));
        }));
        agree("a", "one");
        agree("gone", "one");
        ours("a", "ours");
        ours("gone", "ours");
        theirs("a", "theirs");
        theirs.delete(BUDI, "Delete", key("gone"));

        SyncResult result = sync.sync();

        assertThat(result.conflicts())
                .extracting(SyncConflict::kept)
                .containsExactly(SyncConflict.Kept.MERGED, SyncConflict.Kept.THEIRS);
        assertThat(text(theirs, "a")).contains("one+ours+theirs");
        assertThat(text(ours, "gone")).isEmpty();
    }

    @Test
    void aResolverThatFailsLosesNothingAndIsAskedAgain() {
        AtomicInteger asked = new AtomicInteger();
        sync = sync(SyncSettings.by(ANA).withResolver(conflict -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("not now");
            }
            return ConflictResolver.OURS.resolve(conflict);
        }));
        agree("a", "one");
        CommitId our = ours("a", "ours");
        theirs("a", "theirs");

        SyncResult failed = sync.sync();

        assertThat(failed.problem().orElseThrow().message()).contains("not now");
        assertThat(ours.commit()).contains(our);
        assertThat(sync.sync().done()).isTrue();
        assertThat(text(theirs, "a")).contains("ours");
    }

    @Test
    void whereTheirKeyWouldBeAFolderOfOursOursStaysAndItIsReported() {
        agree("x", "one");
        ours("a", "file");
        theirs("a/b", "below");

        SyncResult result = sync.sync();

        assertThat(result.conflicts()).extracting(SyncConflict::key).containsExactly("a/b");
        assertThat(text(theirs, "a")).contains("file");
        assertThat(text(theirs, "a/b")).isEmpty();
    }

    @Test
    void twoStoresThatNeverMetAreMerged() {
        ours("ours", "1");
        theirs("theirs", "2");
        ours("both", "3");
        theirs("both", "3");

        SyncResult result = sync.sync();

        assertThat(result.done()).isTrue();
        assertThat(result.conflicts()).isEmpty();
        assertThat(text(theirs, "ours")).contains("1");
        assertThat(text(ours, "theirs")).contains("2");
    }

    @Test
    void whileTheRemoteIsAwayChangesGoOnHereAndItSaysSinceWhenAndHowMany() {
        agree("a", "one");
        remote.away(true);
        Instant begin = now.plusSeconds(60);
        now = begin;
        ours("b", "two");
        assertThat(sync.sync().problem().orElseThrow().kind()).isEqualTo(GitException.Kind.UNREACHABLE);
        now = begin.plus(Duration.ofHours(5));
        ours("c", "three");
        sync.sync();

        SyncStatus status = sync.status();
        assertThat(status.waiting()).isEqualTo(2);
        assertThat(status.waitingSince()).contains(begin);
        assertThat(status.failingSince()).contains(begin);
        assertThat(status.failures()).isEqualTo(2);
        assertThat(status).asString().contains("2 commits wait since 2026-11-21T12:01:00Z", "nobody answers");

        remote.away(false);
        assertThat(sync.sync().done()).isTrue();
        assertThat(text(theirs, "c")).contains("three");
        assertThat(sync.status().waiting()).isZero();
        assertThat(sync.status().failingSince()).isEmpty();
        assertThat(sync.status().lastSync()).contains(now);
    }

    @Test
    void whoIsOutrunMergesAndPushesAgain() {
        agree("a", "one");
        ours("ours", "1");
        AtomicInteger number = new AtomicInteger();
        remote.outrun(2, () -> theirs("theirs" + number.incrementAndGet(), "2"));

        SyncResult result = sync.sync();

        assertThat(result.done()).isTrue();
        assertThat(text(theirs, "ours")).contains("1");
        assertThat(text(ours, "theirs2")).contains("2");
        assertThat(ours.commit()).isEqualTo(theirs.commit());
    }

    @Test
    void whoIsOutrunEachTimeGivesUpForNowAndLosesNothing() {
        agree("a", "one");
        ours("ours", "1");
        AtomicInteger number = new AtomicInteger();
        remote.outrun(100, () -> theirs("theirs" + number.incrementAndGet(), "2"));

        SyncResult result = sync.sync();

        assertThat(result.problem().orElseThrow().kind()).isEqualTo(GitException.Kind.REJECTED);
        assertThat(result.problem().orElseThrow().message()).contains("came too late");
        assertThat(text(ours, "ours")).contains("1");
        remote.outrun(0, () -> {});
        assertThat(sync.sync().done()).isTrue();
        assertThat(text(theirs, "ours")).contains("1");
    }

    @Test
    void ourChangesGoOnTopOfARewrittenRemoteAndTheOldHistoryStaysHere() {
        agree("old", "secret");
        agree("kept", "one");
        CommitId our = ours("ours", "1");
        CommitId fresh = rewrite("kept", "two");

        SyncResult result = sync.sync();

        assertThat(result.done()).isTrue();
        assertThat(result.rewritten()).isTrue();
        assertThat(text(theirs, "ours")).contains("1");
        assertThat(text(theirs, "kept")).contains("two");
        assertThat(text(theirs, "old")).isEmpty();
        assertThat(here.commit(result.commit().orElseThrow()).parents()).containsExactly(fresh);
        assertThat(new StoreRefs(here).read("refs/pinisi/replaced/" + our)).contains(our);
        assertThat(sync.sync().rewritten()).isFalse();
    }

    @Test
    void aRemoteThatWentBackToAnEarlierCommitIsFollowedAndNotUndone() throws Exception {
        agree("a", "one");
        CommitId earlier = theirs.commit().orElseThrow();
        agree("b", "two");
        force(earlier);

        SyncResult result = sync.sync();

        assertThat(result.rewritten()).isTrue();
        assertThat(ours.commit()).contains(earlier);
        assertThat(theirs.commit()).contains(earlier);
    }

    @Test
    void aDeletedBranchIsMadeAgain() throws Exception {
        agree("a", "one");
        RefUpdate update = there.jgit().updateRef("refs/heads/main");
        update.setForceUpdate(true);
        update.delete();

        SyncResult result = sync.sync();

        assertThat(result.done()).isTrue();
        assertThat(result.recreated()).isTrue();
        assertThat(text(theirs, "a")).contains("one");
        assertThat(sync.sync().recreated()).isFalse();
    }

    @Test
    void whatWasPushedIsRememberedOverARestart() {
        agree("old", "one");
        ours("ours", "1");
        rewrite("new", "two");

        try (GitRepository again = GitRepository.open(folder.resolve("here.git"));
                GitStore store = GitStore.open(again, "main", StoreLimits.DEFAULT, () -> now);
                StoreSync restarted = StoreSync.of(store, remote, SyncSettings.by(ANA), new Random(1))) {
            assertThat(restarted.status().waiting()).isOne();
            SyncResult result = restarted.sync();

            assertThat(result.rewritten()).isTrue();
            assertThat(text(theirs, "ours")).contains("1");
            assertThat(text(theirs, "old")).isEmpty();
        }
    }

    @Test
    void startedItPushesEachChangeByItself() {
        sync = StoreSync.start(ours, remote, SyncSettings.by(ANA).withTimes(LONG, SHORT, SHORT), new Random(1));

        ours("a", "one");
        await().until(() -> text(theirs, "a").isPresent());
        ours("b", "two");
        await().until(() -> text(theirs, "b").isPresent());

        await().until(() -> sync.status().nextTry().isPresent());
    }

    @Test
    void startedItTriesAgainByItselfUntilTheRemoteIsBack() {
        remote.away(true);
        sync = StoreSync.start(ours, remote, SyncSettings.by(ANA).withTimes(LONG, SHORT, SHORT), new Random(1));
        ours("a", "one");
        await().until(() -> sync.status().failures() >= 3);

        remote.away(false);

        await().until(() -> text(theirs, "a").isPresent());
        await().until(() -> sync.status().failingSince().isEmpty());
    }

    @Test
    void closingInterruptsASyncThatIsStuck() throws Exception {
        remote.stuck();
        sync = StoreSync.start(ours, remote, SyncSettings.by(ANA), new Random(1));
        assertThat(remote.reached.await(30, TimeUnit.SECONDS)).isTrue();

        sync.close();

        assertThat(sync.status().lastSync()).isEmpty();
    }

    private StoreSync sync(SyncSettings settings) {
        return StoreSync.of(ours, remote, settings.withTimes(LONG, SHORT, SHORT), new Random(20261121));
    }

    private void agree(String path, String value) {
        ours(path, value);
        assertThat(sync.sync().done()).isTrue();
    }

    private CommitId ours(String path, String value) {
        return ours.set(ANA, "Set " + path, key(path), value.getBytes(UTF_8)).orElseThrow();
    }

    private CommitId theirs(String path, String value) {
        return theirs.set(BUDI, "Set " + path, key(path), value.getBytes(UTF_8)).orElseThrow();
    }

    /// Gives the remote a history that has nothing to do with the one before.
    private CommitId rewrite(String path, String value) {
        try (GitStore other = GitStore.open(there, "other", StoreLimits.DEFAULT, () -> now)) {
            CommitId commit = other.set(BUDI, "Begin anew", key(path), value.getBytes(UTF_8))
                    .orElseThrow();
            force(commit);
            return commit;
        }
    }

    private void force(CommitId commit) {
        StoreRefs refs = new StoreRefs(there);
        refs.set("refs/heads/main", commit);
    }

    private static Optional<String> text(GitStore store, String path) {
        return store.get(key(path)).map(value -> new String(value, UTF_8));
    }

    private static String string(Optional<byte[]> value) {
        return value.map(bytes -> new String(bytes, UTF_8)).orElse("-");
    }

    private static StoreKey key(String path) {
        return new StoreKey(path);
    }
}
