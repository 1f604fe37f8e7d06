package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefWatcherIT {
    private static final Duration NEVER = Duration.ofDays(1);
    private static final Duration OFTEN = Duration.ofMillis(20);

    @TempDir
    Path folder;

    private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    private GitServer server;
    private Git git;

    private record Seen(RepositoryName repository, Map<String, CommitId> branches) {}

    @BeforeEach
    void start() throws Exception {
        server = new GitServer(folder, GitLimits.DEFAULT);
        git = server.client("one");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void reportsWhatIsThereAndThenOurOwnPushesWithoutPolling() throws Exception {
        git.ok("push", server.address("http", "one"), "main");
        CommitId first = git.head();

        try (RefWatcher _ = watch(NEVER)) {
            assertThat(next()).isEqualTo(new Seen(new RepositoryName("one"), Map.of("main", first)));
            CommitId second = git.commit("more.txt", "more\n");
            git.ok("push", server.address("ssh", "one"), "main");
            assertThat(next()).isEqualTo(new Seen(new RepositoryName("one"), Map.of("main", second)));
            git.ok("push", server.address("http", "two"), "main");
            assertThat(next()).isEqualTo(new Seen(new RepositoryName("two"), Map.of("main", second)));
        }
    }

    @Test
    void noticesAPushByPathAndANewAndAVanishedRepository() throws Exception {
        try (RefWatcher _ = watch(OFTEN)) {
            server.store.create(new RepositoryName("one"));
            assertThat(next()).isEqualTo(new Seen(new RepositoryName("one"), Map.of()));
            git.ok("push", folder.resolve("store/one.git").toString(), "main");
            assertThat(next()).isEqualTo(new Seen(new RepositoryName("one"), Map.of("main", git.head())));
            new Git(folder.resolve("store/one.git"), server.home).ok("pack-refs", "--all");
            CommitId second = git.commit("more.txt", "more\n");
            git.ok("push", folder.resolve("store/one.git").toString(), "main");
            assertThat(next()).isEqualTo(new Seen(new RepositoryName("one"), Map.of("main", second)));
            Folders.delete(folder.resolve("store/one.git"));
            assertThat(next()).isEqualTo(new Seen(new RepositoryName("one"), Map.of()));
        }
    }

    @Test
    void reportsAgainWhatItsListenerFailedToTake() throws Exception {
        git.ok("push", server.address("http", "one"), "main");
        LinkedBlockingQueue<Integer> calls = new LinkedBlockingQueue<>();

        try (RefWatcher _ = RefWatcher.start(server.store, OFTEN, (_, _) -> {
            calls.add(1);
            if (calls.size() < 3) {
                throw new IllegalStateException("not yet");
            }
        })) {
            await().until(() -> calls.size() == 3);
        }
    }

    @Test
    void closingInterruptsItsListener() throws Exception {
        git.ok("push", server.address("http", "one"), "main");
        LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
        RefWatcher watcher = RefWatcher.start(server.store, OFTEN, (_, _) -> {
            events.add("called");
            try {
                TimeUnit.DAYS.sleep(1);
            } catch (InterruptedException interrupted) {
                events.add("interrupted");
                Thread.currentThread().interrupt();
            }
        });
        assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("called");

        watcher.close();

        assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }

    private RefWatcher watch(Duration interval) {
        return RefWatcher.start(
                server.store, interval, (repository, branches) -> seen.add(new Seen(repository, branches)));
    }

    private Seen next() throws Exception {
        Seen next = seen.poll(30, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }
}
