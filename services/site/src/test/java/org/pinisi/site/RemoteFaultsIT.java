package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.git.CommitId;
import org.pinisi.git.TransferLimits;

/// What goes wrong with the repository that a site follows, and on the way from it. Whatever it is, what was shown
/// stays
/// shown, the trouble is told, and the site goes on when it is over.
@Timeout(180)
final class RemoteFaultsIT {
    @TempDir
    Path folder;

    private Scene scene;
    private GitDaemon daemon;

    @BeforeEach
    void begin() throws Exception {
        scene = new Scene(folder);
        daemon = scene.keep(GitDaemon.start(folder));
    }

    @AfterEach
    void end() throws Exception {
        scene.close();
    }

    private Scene.Running servingOne() throws Exception {
        scene.author().publish("index.html", "one");
        Scene.Running site = scene.remote(daemon.url());
        site.pull();
        assertThat(site.page("/")).isEqualTo("one");
        return site;
    }

    private static void assertFailed(PullResult result, String... words) {
        assertThat(result).isInstanceOf(PullResult.Failed.class);
        for (String word : words) {
            assertThat(result.toString()).contains(word);
        }
    }

    @Test
    void aRemoteThatIsDownLeavesTheSiteAndIsFollowedAgainWhenItIsBack() throws Exception {
        Scene.Running site = servingOne();
        daemon.stop();
        for (int hour = 0; hour < 6; hour++) {
            assertFailed(site.pull(), "127.0.0.1:" + daemon.port());
            scene.clock().forward(Duration.ofHours(1));
            assertThat(site.page("/")).isEqualTo("one");
        }
        assertThat(site.status().trouble().orElseThrow().age(scene.clock().instant()))
                .isEqualTo(Duration.ofHours(6));
        CommitId second = scene.author().publish("index.html", "two");
        daemon.restart();
        assertThat(site.pull()).isEqualTo(new PullResult.Changed(second));
        assertThat(site.page("/")).isEqualTo("two");
    }

    @Test
    void aRemoteThatIsDownAtBootLeavesTheLastKnownCommit() throws Exception {
        Scene.Running site = servingOne();
        site.server().close();
        daemon.stop();
        Scene.Running again = scene.remote(daemon.url());
        assertThat(again.page("/")).isEqualTo("one");
        assertFailed(again.pull());
    }

    @Test
    void aRemoteThatWasNeverReachedIsAPageThatAsksForPatience() throws Exception {
        scene.author().publish("index.html", "one");
        daemon.stop();
        Scene.Running site = scene.remote(daemon.url());
        assertFailed(site.pull());
        assertThat(site.get("/").status()).isEqualTo(503);
        RawHttp.Answer hook = site.get("/hook");
        assertThat(hook.status()).isEqualTo(500);
        daemon.restart();
        assertThat(site.pull()).isInstanceOf(PullResult.Changed.class);
        assertThat(site.page("/")).isEqualTo("one");
    }

    @Test
    void aRemoteThatSaysNothingIsGivenUpAndTheSiteServesMeanwhile() throws Exception {
        scene.with(
                TransferLimits.DEFAULT.withTimes(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(2)));
        Scene.Running site = servingOne();
        daemon.stop();
        try (Relay silent = Relay.silent(daemon.port())) {
            assertThat(silent.port()).isEqualTo(daemon.port());
            assertThat(site.page("/")).isEqualTo("one");
            assertFailed(site.pull());
            assertThat(site.page("/")).isEqualTo("one");
        }
    }

    @Test
    void aForcedPushIsFollowed() throws Exception {
        Scene.Running site = servingOne();
        scene.author().git("checkout", "-q", "--orphan", "other");
        CommitId other = scene.author().publish("index.html", "another history");
        assertThat(site.pull()).isEqualTo(new PullResult.Changed(other));
        assertThat(site.page("/")).isEqualTo("another history");
    }

    @Test
    void aDeletedBranchLeavesTheSiteAndANewOneOfItsNameIsFollowed() throws Exception {
        Scene.Running site = servingOne();
        scene.author().git("--git-dir=" + scene.author().bare(), "update-ref", "-d", "refs/heads/main");
        assertThat(site.pull()).isEqualTo(new PullResult.NoBranch("main"));
        assertThat(site.page("/")).isEqualTo("one");
        assertThat(site.get("/hook").body()).contains("there is no branch main");
        CommitId again = scene.author().publish("index.html", "again");
        assertThat(site.pull()).isEqualTo(new PullResult.Changed(again));
        assertThat(site.page("/")).isEqualTo("again");
    }

    @Test
    void aDeletedBranchIsStillShownAfterARestart() throws Exception {
        Scene.Running site = servingOne();
        scene.author().git("--git-dir=" + scene.author().bare(), "update-ref", "-d", "refs/heads/main");
        site.pull();
        site.server().close();
        Scene.Running again = scene.remote(daemon.url());
        assertThat(again.pull()).isEqualTo(new PullResult.NoBranch("main"));
        assertThat(again.page("/")).isEqualTo("one");
    }

    @Test
    void aRepositoryThatVanishesLeavesTheSite() throws Exception {
        Scene.Running site = servingOne();
        Path away = folder.resolve("away.git");
        Files.move(scene.author().bare(), away);
        assertFailed(site.pull());
        assertThat(site.page("/")).isEqualTo("one");
        Files.move(away, scene.author().bare());
        assertThat(site.pull()).isInstanceOf(PullResult.Unchanged.class);
    }

    @Test
    void anObjectThatIsCorruptAtTheRemoteLeavesTheSite() throws Exception {
        Scene.Running site = servingOne();
        scene.author().publish("index.html", "x".repeat(5000) + "two");
        String id = scene.author().git("rev-parse", "HEAD:index.html");
        Path object = object(id);
        byte[] good = Files.readAllBytes(object);
        byte[] bad = good.clone();
        bad[bad.length / 2] ^= 0x55;
        replace(object, bad);
        assertThat(site.pull()).isInstanceOf(PullResult.Failed.class);
        assertThat(site.page("/")).isEqualTo("one");
        replace(object, good);
        assertThat(site.pull()).isInstanceOf(PullResult.Changed.class);
        assertThat(site.page("/")).endsWith("two");
    }

    private Path object(String id) {
        return scene.author()
                .bare()
                .resolve("objects")
                .resolve(id.substring(0, 2))
                .resolve(id.substring(2));
    }

    private static void replace(Path file, byte[] bytes) throws IOException {
        Files.delete(file);
        Files.write(file, bytes);
    }

    @Test
    void aPackThatIsCutOffLeavesTheSiteAndNothingHalf() throws Exception {
        Scene.Running site = servingBehind(Relay.cutting(daemon.port(), 2_000));
        assertThat(site.get("/").status()).isEqualTo(503);
        assertThat(packs()).isEmpty();
    }

    @Test
    void aPackThatIsChangedOnItsWayLeavesTheSiteAndNothingHalf() throws Exception {
        Scene.Running site = servingBehind(Relay.changing(daemon.port(), 2_000));
        assertThat(site.get("/").status()).isEqualTo(503);
        assertThat(packs()).isEmpty();
    }

    /// A first fetch through a relay that spoils it.
    private Scene.Running servingBehind(Relay relay) throws Exception {
        scene.keep(relay);
        scene.author().publish("index.html", "one", "noise.bin", noise(40_000));
        Scene.Running site = scene.remote("git://127.0.0.1:" + relay.port() + "/site.git");
        assertThat(site.pull()).isInstanceOf(PullResult.Failed.class);
        relay.behave();
        return site;
    }

    private static String noise(int bytes) {
        byte[] random = new byte[bytes / 2];
        new Random(3).nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private List<Path> packs() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("data/repository.git/objects"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void aPackThatWasCutOffIsFetchedWholeTheNextTime() throws Exception {
        Scene.Running site = servingBehind(Relay.cutting(daemon.port(), 2_000));
        assertThat(site.pull()).isInstanceOf(PullResult.Changed.class);
        assertThat(site.page("/")).isEqualTo("one");
    }

    @Test
    void aFileThatIsTooLargeIsRefusedAndTheSiteStays() throws Exception {
        scene.with(TransferLimits.DEFAULT.withSizes(64 << 20, 1 << 20));
        Scene.Running site = servingOne();
        Path large = scene.author().copy().resolve("large.bin");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(3 << 20);
        }
        scene.author().publish("index.html", "two");
        PullResult result = site.pull();
        assertFailed(result, "a file of more than 1048576 bytes");
        assertThat(site.page("/")).isEqualTo("one");
        scene.author().remove("large.bin");
        scene.author().git("commit", "-q", "--amend", "-m", "without");
        scene.author().push();
        assertThat(site.pull()).isInstanceOf(PullResult.Changed.class);
        assertThat(site.page("/")).isEqualTo("two");
    }

    @Test
    void aFileThatSaysToHaveFiveGigabytesIsRefusedByItsHead() throws Exception {
        try (HugeRemote remote = HugeRemote.start(5L << 30)) {
            Scene.Running site = scene.remote("git://127.0.0.1:" + remote.port() + "/site.git");
            assertFailed(site.pull(), "a file of more than 104857600 bytes");
            assertThat(packs()).isEmpty();
            assertThat(remote.sentBytes()).isLessThan(64 << 20);
        }
    }

    @Test
    void aFetchThatIsTooLargeIsRefused() throws Exception {
        scene.with(TransferLimits.DEFAULT.withSizes(10_000, 1 << 20));
        Scene.Running site = servingOne();
        scene.author().publish("noise.bin", noise(40_000));
        assertThat(site.pull()).isInstanceOf(PullResult.Failed.class);
        assertThat(site.page("/")).isEqualTo("one");
    }

    @Test
    void anotherBranchIsNotFollowed() throws Exception {
        Scene.Running site = servingOne();
        CommitId first = site.status().shown().orElseThrow();
        scene.author().write("index.html", "draft").commit();
        scene.author().git("push", "-q", "origin", "HEAD:refs/heads/draft");
        assertThat(site.pull()).isEqualTo(new PullResult.Unchanged(first));
        assertThat(site.page("/")).isEqualTo("one");
    }

    @Test
    void aTagNamedLikeTheBranchIsNotTheBranch() throws Exception {
        CommitId first = scene.author().publish("index.html", "one");
        scene.author().write("index.html", "tagged").commit();
        scene.author().git("tag", "main");
        scene.author().git("push", "-q", "origin", "refs/tags/main");
        Scene.Running site = scene.remote(daemon.url());
        site.pull();
        assertThat(site.shows(first)).isTrue();
        assertThat(site.page("/")).isEqualTo("one");
    }

    @Test
    void aBranchThatBecomesATagOfTheSameCommitsIsNoBranchAnyMore() throws Exception {
        Scene.Running site = servingOne();
        String bare = "--git-dir=" + scene.author().bare();
        scene.author().git(bare, "tag", "main", "refs/heads/main");
        scene.author().git(bare, "update-ref", "-d", "refs/heads/main");
        assertThat(site.pull()).isEqualTo(new PullResult.NoBranch("main"));
    }

    @Test
    void aRepositoryOnThisMachineThatVanishesLeavesWhatIsInMemoryAndComesBack() throws Exception {
        scene.author().publish("index.html", "one");
        Scene.Running site = scene.local();
        site.pull();
        assertThat(site.page("/")).isEqualTo("one");
        Path away = folder.resolve("away.git");
        Files.move(scene.author().bare(), away);
        assertFailed(site.pull(), "there is no repository");
        Files.move(away, scene.author().bare());
        await().atMost(Scene.PATIENCE).until(() -> site.pull() instanceof PullResult.Unchanged);
        assertThat(site.page("/")).isEqualTo("one");
    }
}
