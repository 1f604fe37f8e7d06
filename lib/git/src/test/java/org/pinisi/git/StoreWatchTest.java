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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreWatchTest {
    private static final StoreAuthor ANA = new StoreAuthor("Ana", "ana@example.org");
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir
    Path folder;

    private final BlockingQueue<StoreChange> seen = new LinkedBlockingQueue<>();
    private GitRepository repository;

    @BeforeEach
    void open() {
        Disk.measure(folder);
        repository = GitRepository.init(folder.resolve("store.git"));
    }

    @AfterEach
    void close() {
        repository.close();
    }

    @Test
    void aChangeIsToldAtOnceWithItsKeysAndCommits() throws Exception {
        try (GitStore store = store(NEVER)) {
            CommitId first = set(store, "a");
            try (StoreWatch _ = store.watch(seen::add)) {
                CommitId second = store.batch(
                                ANA,
                                "Both",
                                draft -> draft.set(key("b/c"), bytes("1")).delete(key("a")))
                        .orElseThrow();

                assertThat(next())
                        .isEqualTo(new StoreChange(
                                Optional.of(first), Optional.of(second), List.of(key("a"), key("b/c"))));
            }
        }
    }

    @Test
    void whatAnotherProgramDoesIsToldToo() throws Exception {
        try (GitStore store = store(OFTEN);
                GitStore other = store(NEVER);
                StoreWatch _ = store.watch(seen::add)) {
            CommitId commit = set(other, "a");

            assertThat(next()).isEqualTo(new StoreChange(Optional.empty(), Optional.of(commit), List.of(key("a"))));
        }
    }

    @Test
    void changesThatComeWhileTheListenerWorksAreToldAsOne() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (GitStore store = store(NEVER);
                StoreWatch _ = store.watch(change -> {
                    seen.add(change);
                    working.countDown();
                    go.await();
                })) {
            CommitId first = set(store, "a");
            assertThat(working.await(30, TimeUnit.SECONDS)).isTrue();
            set(store, "b");
            set(store, "c");
            CommitId last = set(store, "d");
            go.countDown();

            assertThat(next().to()).contains(first);
            assertThat(next())
                    .isEqualTo(new StoreChange(
                            Optional.of(first), Optional.of(last), List.of(key("b"), key("c"), key("d"))));
        }
    }

    @Test
    void aListenerThatFailsIsToldAgain() throws Exception {
        try (GitStore store = store(OFTEN);
                StoreWatch _ = store.watch(change -> {
                    seen.add(change);
                    if (seen.size() < 3) {
                        throw new IllegalStateException("not yet");
                    }
                })) {
            set(store, "a");

            await().until(() -> seen.size() == 3);
            assertThat(next()).isEqualTo(next()).isEqualTo(next());
        }
    }

    @Test
    void closingTheStoreInterruptsItsListeners() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        GitStore store = store(NEVER);
        store.watch(_ -> {
            events.add("called");
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException interrupted) {
                events.add("interrupted");
                throw interrupted;
            }
        });
        set(store, "a");
        assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("called");

        store.close();

        assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }

    private GitStore store(Duration interval) {
        return GitStore.open(
                repository,
                "main",
                StoreLimits.DEFAULT.withPollInterval(interval),
                InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z")));
    }

    private static CommitId set(GitStore store, String path) {
        return store.set(ANA, "Set " + path, key(path), bytes(path)).orElseThrow();
    }

    private StoreChange next() throws Exception {
        StoreChange next = seen.poll(30, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private static StoreKey key(String path) {
        return new StoreKey(path);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
