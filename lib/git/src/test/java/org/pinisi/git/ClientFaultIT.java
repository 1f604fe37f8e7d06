package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.git.FakeDaemon.Pack;
import org.pinisi.git.GitException.Kind;

/// Remotes that break off, stall, lie or send too much: nothing of it is kept, and the next fetch is as
/// if nothing had been.
class ClientFaultIT {
    private static final String NOBODY = "1".repeat(40);

    @TempDir
    static Path shared;

    private static DaemonRemote daemon;
    private static Git work;
    private static CommitId old;
    private static CommitId fresh;

    @TempDir
    Path folder;

    private GitRepository repository;

    @BeforeAll
    static void start() throws Exception {
        Disk.measure(shared);
        daemon = new DaemonRemote(shared);
        work = Git.repository(shared.resolve("work"), Files.createDirectories(shared.resolve("home")));
        Path bare = daemon.root().resolve("one.git");
        work.ok("init", "-q", "--bare", "-b", "main", bare.toString());
        old = work.head();
        work.ok("push", "-q", bare.toString(), "HEAD:main", "HEAD:first");
        work.commit("noise.bin", Noise.text(200_000));
        fresh = work.commit("more.txt", "more\n".repeat(1000));
    }

    @AfterAll
    static void stop() {
        daemon.close();
    }

    /// A repository that has the first commit, while the remote has two more.
    @BeforeEach
    void prepare() throws Exception {
        work.ok("push", "-q", "-f", daemon.root().resolve("one.git").toString(), old + ":refs/heads/main");
        try (GitClient client = GitClient.create()) {
            repository = client.clone(daemon.url("one.git"), folder.resolve("c.git"), FetchOptions.DEFAULT);
        }
        work.ok("push", "-q", "-f", daemon.root().resolve("one.git").toString(), fresh + ":refs/heads/main");
    }

    @AfterEach
    void close() {
        repository.close();
    }

    static Stream<Long> positions() {
        return Stream.of(3L, 40L, 200L, 320L, 400L, 500L, 700L, 1000L, 5000L, 60_000L, 120_000L, 150_000L);
    }

    @ParameterizedTest(name = "cut off at byte {0}")
    @MethodSource("positions")
    void aConnectionThatBreaksChangesNothing(long at) throws Exception {
        try (Meddler meddler = new Meddler(daemon.url("one.git"), Meddler.Mischief.CUT, at)) {
            GitException failure = failure(meddler.url(daemon.url("one.git")), TransferLimits.DEFAULT);

            assertThat(failure.kind()).isIn(Kind.UNREACHABLE, Kind.PROTOCOL, Kind.NOT_FOUND);
        }
        nothingHasChangedAndTheNextFetchWorks();
    }

    @ParameterizedTest(name = "broken at byte {0}")
    @MethodSource("positions")
    void aPackWithAWrongByteChangesNothing(long at) throws Exception {
        TransferLimits hasty =
                TransferLimits.DEFAULT.withTimes(Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(20));
        try (Meddler meddler = new Meddler(daemon.url("one.git"), Meddler.Mischief.FLIP, at);
                GitClient client = GitClient.builder().limits(hasty).build()) {
            try {
                client.fetch(
                        repository,
                        meddler.url(daemon.url("one.git")),
                        List.of(RefMapping.BRANCHES),
                        FetchOptions.DEFAULT);
                // A byte of what is written for people does no harm.
                assertThat(repository.branch("main")).contains(fresh);
            } catch (GitException failure) {
                assertThat(failure.kind())
                        .isIn(Kind.UNREACHABLE, Kind.PROTOCOL, Kind.NOT_FOUND, Kind.TOO_LARGE, Kind.REJECTED);
                nothingHasChangedAndTheNextFetchWorks();
            }
        }
    }

    @Test
    void aRemoteThatFallsSilentIsGivenUp() throws Exception {
        TransferLimits hasty =
                TransferLimits.DEFAULT.withTimes(Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(30));
        try (Meddler meddler = new Meddler(daemon.url("one.git"), Meddler.Mischief.STALL, 60_000)) {
            GitException failure = failure(meddler.url(daemon.url("one.git")), hasty);

            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(failure).hasMessageContaining("no byte came or went in time");
        }
        nothingHasChangedAndTheNextFetchWorks();
    }

    @Test
    void anOperationThatTakesTooLongIsGivenUp() throws Exception {
        TransferLimits hasty =
                TransferLimits.DEFAULT.withTimes(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMillis(500));
        try (Meddler meddler = new Meddler(daemon.url("one.git"), Meddler.Mischief.STALL, 60_000)) {
            GitException failure = failure(meddler.url(daemon.url("one.git")), hasty);

            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(failure).hasMessageContaining("it takes longer than");
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
        nothingHasChangedAndTheNextFetchWorks();
    }

    @ParameterizedTest(name = "interrupted at byte {0}")
    @ValueSource(longs = {3, 400, 60_000})
    void aFetchEndsWhenItsThreadIsInterrupted(long at) throws Exception {
        AtomicReference<GitException> failure = new AtomicReference<>();
        List<Boolean> flags = new ArrayList<>();
        try (Meddler meddler = new Meddler(daemon.url("one.git"), Meddler.Mischief.STALL, at)) {
            RemoteUrl url = meddler.url(daemon.url("one.git"));
            Thread thread = Thread.ofVirtual().start(() -> {
                failure.set(failure(url, TransferLimits.DEFAULT));
                flags.add(Thread.currentThread().isInterrupted());
            });
            assertThat(meddler.reached().await(20, TimeUnit.SECONDS)).isTrue();
            thread.interrupt();
            assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
        }

        assertThat(failure.get()).hasFieldOrPropertyWithValue("kind", Kind.INTERRUPTED);
        assertThat(flags).containsExactly(true);
        nothingHasChangedAndTheNextFetchWorks();
    }

    @Test
    void aPackBeyondTheLimitIsRefused() throws Exception {
        GitException failure = failure(daemon.url("one.git"), TransferLimits.DEFAULT.withSizes(50_000, 1 << 20));

        assertThat(failure.kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(failure).hasMessageContaining("more than 50000 bytes");
        nothingHasChangedAndTheNextFetchWorks();
    }

    @Test
    void anObjectBeyondTheLimitIsRefused() throws Exception {
        GitException failure = failure(daemon.url("one.git"), TransferLimits.DEFAULT.withSizes(1 << 30, 100_000));

        assertThat(failure.kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(failure).hasMessageContaining("a file of more than 100000 bytes");
        nothingHasChangedAndTheNextFetchWorks();
    }

    @Test
    void tooManyObjectsAreRefused() throws Exception {
        GitException failure = failure(daemon.url("one.git"), TransferLimits.DEFAULT.withObjects(3));

        assertThat(failure.kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(failure).hasMessageContaining("objects; at most 3 are taken");
        nothingHasChangedAndTheNextFetchWorks();
    }

    @Test
    void aFileOfFiveGigabytesIsRefusedBeforeItIsSent() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (FakeDaemon fake = new FakeDaemon(Map.of("refs/heads/main", NOBODY), out -> {
            ByteArrayOutputStream start = new ByteArrayOutputStream();
            start.write(Pack.start(1));
            Pack.header(start, 3, 5L << 30);
            out.write(start.toByteArray());
            // The beginning of an endless stream that inflates to nothing but zeros.
            byte[] block = new byte[64 << 10];
            while (sent.addAndGet(block.length) < 5L << 30) {
                out.write(block);
            }
        })) {
            GitException failure = failure(fake.url(), TransferLimits.DEFAULT);

            assertThat(failure.kind()).isEqualTo(Kind.TOO_LARGE);
            assertThat(sent.get()).isLessThan(100L << 20);
        }
        nothingHasChangedAndTheNextFetchWorks();
    }

    @Test
    void aPackThatLacksWhatItRefersToIsRefused() throws Exception {
        Pack pack = new Pack();
        String commit = pack.commit(Pack.name("tree", Pack.entry("100644", "a", NOBODY)));

        GitException failure = served(commit, pack.whole());

        assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(failure).hasMessageContaining("did not send all that it should");
        nothingHasChangedAndTheNextFetchWorks();
    }

    @ParameterizedTest(name = "a tree with the name \"{0}\"")
    @ValueSource(strings = {".git", "..", ".", "a/b", ".GIT"})
    void aTreeWithAnUnsafeNameIsRefused(String name) throws Exception {
        Pack pack = new Pack();
        String blob = pack.add("blob", "x".getBytes());
        String commit = pack.commit(pack.add("tree", Pack.entry("100644", name, blob)));

        GitException failure = served(commit, pack.whole());

        assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(failure).hasMessageContaining("something broken");
        nothingHasChangedAndTheNextFetchWorks();
    }

    @Test
    void aBranchThatIsNoCommitIsRefused() throws Exception {
        Pack pack = new Pack();
        String blob = pack.add("blob", "x".getBytes());

        assertThat(served(blob, pack.whole()).kind()).isEqualTo(Kind.PROTOCOL);
        nothingHasChangedAndTheNextFetchWorks();
    }

    @Test
    void refsThatAreOursOrNoNamesAreNotTaken() throws Exception {
        Pack pack = new Pack();
        String commit = pack.commit(pack.add("tree", Pack.entry("100644", "a", pack.add("blob", new byte[1]))));
        byte[] whole = pack.whole();
        try (FakeDaemon fake = new FakeDaemon(
                        Map.of(
                                "refs/heads/good", commit,
                                "refs/pinisi/kept", commit,
                                "refs/heads/../../../escape", commit,
                                "refs/heads/a..b", commit,
                                "refs/heads/x.lock", commit),
                        out -> out.write(whole));
                GitClient client = GitClient.create();
                GitRepository mirror = client.mirror(fake.url(), folder.resolve("m.git"), FetchOptions.DEFAULT)) {
            assertThat(mirror.branches()).containsOnlyKeys("good");
            assertThat(mirror.ref("refs/pinisi/kept")).isEmpty();
        }
    }

    @Test
    void aCloneThatFailsLeavesNothing() throws Exception {
        try (Meddler meddler = new Meddler(daemon.url("one.git"), Meddler.Mischief.CUT, 60_000);
                GitClient client = GitClient.create()) {
            GitException failure = catchThrowableOfType(
                    GitException.class,
                    () -> client.clone(
                            meddler.url(daemon.url("one.git")), folder.resolve("new/d.git"), FetchOptions.DEFAULT));

            assertThat(failure.kind()).isIn(Kind.UNREACHABLE, Kind.PROTOCOL);
        }
        try (Stream<Path> left = Files.list(folder.resolve("new"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void anUnforcedMappingRefusesWhatIsNotForward() throws Exception {
        try (GitClient client = GitClient.create()) {
            work.ok("reset", "-q", "--hard", old.hex());
            CommitId other = work.commit("other.txt", "other");
            work.ok("reset", "-q", "--hard", fresh.hex());
            Path two = daemon.root().resolve("two.git");
            work.ok("init", "-q", "--bare", "-b", "main", two.toString());
            work.ok("push", "-q", two.toString(), other + ":refs/heads/side");
            RefMapping strict = new RefMapping("refs/heads/side", "refs/heads/main", false);
            client.fetch(repository, daemon.url("one.git"), List.of(RefMapping.branch("main")), FetchOptions.DEFAULT);

            GitException failure = catchThrowableOfType(
                    GitException.class,
                    () -> client.fetch(repository, daemon.url("two.git"), List.of(strict), FetchOptions.DEFAULT));

            assertThat(failure.kind()).isEqualTo(Kind.REJECTED);
            assertThat(repository.branch("main")).contains(fresh);
        }
    }

    private GitException served(String commit, byte[] pack) throws Exception {
        try (FakeDaemon fake = new FakeDaemon(Map.of("refs/heads/main", commit), out -> out.write(pack))) {
            return failure(fake.url(), TransferLimits.DEFAULT);
        }
    }

    private GitException failure(RemoteUrl from, TransferLimits limits) {
        try (GitClient client = GitClient.builder().limits(limits).build()) {
            return catchThrowableOfType(
                    GitException.class,
                    () -> client.fetch(repository, from, List.of(RefMapping.BRANCHES), FetchOptions.DEFAULT));
        }
    }

    private void nothingHasChangedAndTheNextFetchWorks() throws Exception {
        assertThat(repository.branches()).isEqualTo(Map.of("main", old, "first", old));
        assertThat(repository.contains(fresh)).isFalse();
        try (Stream<Path> left = Files.walk(repository.folder().resolve("incoming"))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
        try (GitClient client = GitClient.create()) {
            client.fetch(repository, daemon.url("one.git"), List.of(RefMapping.BRANCHES), FetchOptions.DEFAULT);
        }
        assertThat(repository.branch("main")).isEqualTo(Optional.of(fresh));
    }
}
