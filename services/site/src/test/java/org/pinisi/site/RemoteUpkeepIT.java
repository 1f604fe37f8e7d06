package org.pinisi.site;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.git.CommitId;
import org.pinisi.git.GitClient;
import org.pinisi.git.RemoteBranch;

/// What many fetches leave behind in the repository of our own.
@Timeout(180)
final class RemoteUpkeepIT {
    private static final int FETCHES = 30;

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
    void manyFetchesLeaveFewPacksAndTheSiteAndItsPastAsTheyWere() throws Exception {
        CommitId first = scene.author().publish("index.html", "page 0");
        Scene.Running site = scene.configured(config -> config.withPreviews(4)).remote(remote());
        site.pull();
        for (int number = 1; number <= FETCHES; number++) {
            scene.author().publish("index.html", "page " + number);
            assertThat(site.pull()).isInstanceOf(PullResult.Changed.class);
        }
        await().atMost(Scene.PATIENCE).until(() -> packs() <= 20);
        assertThat(site.page("/")).isEqualTo("page " + FETCHES);
        assertThat(site.page("/@" + first.hex().substring(0, 10) + "/")).isEqualTo("page 0");
        site.server().close();
        assertThat(whole()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aShownCommitThatTheBranchHasLeftOutlivesTheRepacking(boolean wholeHistory) throws Exception {
        scene.author().publish("index.html", "page 0");
        try (GitClient client = GitClient.create();
                SiteOrigin origin =
                        SiteOrigin.remote(client, RemoteBranch.parse(remote()), folder.resolve("data"), wholeHistory)) {
            CommitId shown = origin.pull().orElseThrow();
            origin.shown(shown);
            for (int number = 1; number <= FETCHES; number++) {
                scene.author().git("checkout", "-q", "--orphan", "history-" + number);
                CommitId next = scene.author().publish("index.html", "page " + number);
                assertThat(origin.pull()).contains(next);
            }
            int before = packs();
            origin.shown(shown);
            await().atMost(Scene.PATIENCE).until(() -> packs() < before);
            assertThat(read(origin, shown)).contains("page 0");
            assertThat(read(origin, origin.pull().orElseThrow())).contains("page " + FETCHES);
        }
        assertThat(whole()).isTrue();
    }

    private static Optional<String> read(SiteOrigin origin, CommitId commit) {
        return origin.repository().file(commit, "index.html", 100).map(bytes -> new String(bytes, US_ASCII));
    }

    private String remote() {
        return "file://" + scene.author().bare();
    }

    /// What git itself says.
    private boolean whole() throws Exception {
        String said = scene.author().git("--git-dir=" + folder.resolve("data/repository.git"), "fsck", "--full");
        return !said.contains("missing") && !said.contains("broken");
    }

    private int packs() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("data/repository.git/objects/pack"))) {
            return (int) files.filter(file -> file.toString().endsWith(".pack")).count();
        }
    }
}
