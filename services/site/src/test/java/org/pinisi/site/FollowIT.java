package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.git.CommitId;

/// A site that follows a branch, with the real git.
@Timeout(120)
final class FollowIT {
    @TempDir
    Path folder;

    private Scene scene;

    @BeforeEach
    void begin() throws Exception {
        scene = new Scene(folder);
    }

    @AfterEach
    void end() throws Exception {
        scene.close();
    }

    @Test
    void aPushToARepositoryOnThisMachineIsServedWithoutPolling() throws Exception {
        scene.author().publish("index.html", "one");
        Scene.Running site = scene.local();
        await().atMost(Scene.PATIENCE).until(() -> site.get("/").body().equals("one"));
        CommitId second = scene.author().publish("index.html", "two");
        await().atMost(Scene.PATIENCE).until(() -> site.shows(second));
        assertThat(site.page("/")).isEqualTo("two");
    }

    @Test
    void aPackedRefIsSeenToo() throws Exception {
        scene.author().publish("index.html", "one");
        Scene.Running site = scene.local();
        CommitId second = scene.author().publish("index.html", "two");
        scene.author().git("--git-dir=" + scene.author().bare(), "pack-refs", "--all");
        scene.author().git("--git-dir=" + scene.author().bare(), "gc", "-q");
        assertThat(site.pull()).isIn(new PullResult.Changed(second), new PullResult.Unchanged(second));
        assertThat(site.page("/")).isEqualTo("two");
    }

    @Test
    void aRepositoryThatIsEmptyIsServedFromItsFirstPushOn() throws Exception {
        Scene.Running site = scene.local();
        assertThat(site.pull()).isEqualTo(new PullResult.NoBranch("main"));
        assertThat(site.get("/").status()).isEqualTo(503);
        CommitId first = scene.author().publish("index.html", "one");
        await().atMost(Scene.PATIENCE).until(() -> site.shows(first));
        assertThat(site.page("/")).isEqualTo("one");
    }

    @Test
    void aWorkingCopyIsServedByItsCommits() throws Exception {
        CommitId first = scene.author().publish("index.html", "one");
        scene.author().write("index.html", "not committed");
        SiteOrigin origin = SiteOrigin.local(scene.author().copy(), "main");
        try (origin) {
            assertThat(origin.known()).contains(first);
        }
    }

    @Test
    void aRemoteIsFetchedIntoARepositoryOfOurOwn() throws Exception {
        scene.author().publish("index.html", "one", "a/b.txt", "b");
        GitDaemon daemon = scene.keep(GitDaemon.start(folder));
        Scene.Running site = scene.remote(daemon.url());
        site.pull();
        assertThat(site.page("/")).isEqualTo("one");
        assertThat(site.page("/a/b.txt")).isEqualTo("b");

        CommitId second = scene.author().publish("index.html", "two");
        assertThat(site.get("/hook").body()).isEqualTo("pulled " + second + "\n");
        assertThat(site.page("/")).isEqualTo("two");
        assertThat(site.get("/hook").body()).isEqualTo("pulled, no changes\n");
    }

    @Test
    void aRemoteByPathIsFetchedToo() throws Exception {
        scene.author().publish("index.html", "one");
        Scene.Running site = scene.remote(scene.author().bare().toString());
        site.pull();
        assertThat(site.page("/")).isEqualTo("one");
    }

    @Test
    void olderCommitsOfTheBranchCanBeSeenAndOthersCannot() throws Exception {
        CommitId first = scene.author().publish("index.html", "one", "docs/index.html", "docs one");
        scene.author().publish("index.html", "two");
        scene.author().git("checkout", "-q", "-b", "draft");
        scene.author().write("index.html", "draft");
        CommitId draft = scene.author().commit();
        scene.author().git("push", "-q", "origin", "draft");
        Scene.Running site = scene.configured(config -> config.withPreviews(4)).local();
        site.pull();

        String prefix = "/@" + first.hex().substring(0, 10);
        RawHttp.Answer page = site.get(prefix + "/");
        assertThat(page.body()).isEqualTo("one");
        assertThat(page.field("X-Robots-Tag")).contains("noindex");
        assertThat(site.get(prefix).field("Location")).contains(prefix + "/");
        assertThat(site.get(prefix + "/docs").field("Location")).contains(prefix + "/docs/");
        assertThat(site.page(prefix + "/docs/")).isEqualTo("docs one");
        assertThat(site.page("/")).isEqualTo("two");
        assertThat(site.get("/@" + draft.hex().substring(0, 10) + "/").status()).isEqualTo(404);
        assertThat(site.get(prefix + "/../index.html").status()).isEqualTo(400);
    }

    @Test
    void twoProcessesDoNotUseOneFolder() throws Exception {
        scene.author().publish("index.html", "one");
        scene.remote(scene.author().bare().toString());
        assertThatThrownBy(() -> scene.remote(scene.author().bare().toString()))
                .isInstanceOf(SiteException.class)
                .hasMessageContaining("another process");
    }
}
