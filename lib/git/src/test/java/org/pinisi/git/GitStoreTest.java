package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitStoreTest {
    private static final StoreAuthor ANA = new StoreAuthor("Ana", "ana@example.org");
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    Path folder;

    private GitRepository repository;
    private GitStore store;

    @BeforeEach
    void open() {
        Disk.measure(folder);
        repository = GitRepository.init(folder.resolve("store.git"));
        store = open(StoreLimits.DEFAULT);
    }

    @AfterEach
    void close() {
        store.close();
        repository.close();
    }

    @Test
    void anEmptyBranchIsAnEmptyStore() {
        assertThat(store.commit()).isEmpty();
        assertThat(store.get(key("a"))).isEmpty();
        assertThat(store.list("")).isEmpty();
        assertThat(store.history(key("a"), 10).commits()).isEmpty();
    }

    @Test
    void aValueThatWasSetIsReadAlsoByAnotherStoreOfTheSameBranch() {
        Optional<CommitId> commit = set("a/b/c", "one");

        assertThat(commit).isPresent().isEqualTo(store.commit());
        assertThat(text(store, "a/b/c")).isEqualTo("one");
        try (GitStore other = open(StoreLimits.DEFAULT)) {
            assertThat(text(other, "a/b/c")).isEqualTo("one");
        }
    }

    @Test
    void aChangeIsOneCommitWithItsAuthorMessageTimeAndParent() {
        CommitId first = set("a", "one").orElseThrow();
        CommitId second = store.batch(
                        ANA,
                        "Say more\n\nMuch more.",
                        draft -> draft.set(key("a"), bytes("two"))
                                .set(key("b/c"), bytes("three"))
                                .delete(key("none")))
                .orElseThrow();

        Commit commit = repository.commit(second);
        assertThat(commit.parents()).containsExactly(first);
        assertThat(commit.author()).isEqualTo("Ana");
        assertThat(commit.email()).isEqualTo("ana@example.org");
        assertThat(commit.time()).isEqualTo(NOW);
        assertThat(commit.subject()).isEqualTo("Say more");
        assertThat(commit.body()).isEqualTo("Much more.");
    }

    @Test
    void whatChangesNothingIsNoCommit() {
        set("a", "one");
        Optional<CommitId> before = store.commit();

        assertThat(set("a", "one")).isEmpty();
        assertThat(store.delete(ANA, "Delete", key("b"))).isEmpty();
        assertThat(store.delete(ANA, "Delete", key("a/b"))).isEmpty();
        assertThat(store.batch(ANA, "Nothing", _ -> {})).isEmpty();
        assertThat(store.commit()).isEqualTo(before);
    }

    @Test
    void aFolderVanishesWithItsLastKey() {
        set("a/b/c", "one");
        set("a/d", "two");

        store.delete(ANA, "Delete", key("a/b/c"));
        assertThat(store.list("a")).containsExactly(new StoreEntry("d", false));
        store.delete(ANA, "Delete", key("a/d"));

        assertThat(store.list("")).isEmpty();
        assertThat(store.commit()).isPresent();
    }

    @Test
    void listsAFolderAndWalksThroughAllKeysInGitsOrder() {
        store.batch(ANA, "Set", draft -> {
            for (String path : List.of("b", "a.x", "a/2", "a/1/x", "a0")) {
                draft.set(key(path), bytes(path));
            }
        });
        List<String> keys = new ArrayList<>();
        store.snapshot().forEach("", key -> keys.add(key.path()));
        List<String> below = new ArrayList<>();
        store.snapshot().forEach("a", key -> below.add(key.path()));

        assertThat(store.list("a")).containsExactly(new StoreEntry("1", true), new StoreEntry("2", false));
        assertThat(store.list("b")).isEmpty();
        assertThat(store.list("none")).isEmpty();
        assertThat(keys).containsExactly("a.x", "a/1/x", "a/2", "a0", "b");
        assertThat(below).containsExactly("a/1/x", "a/2");
    }

    @Test
    void aSnapshotStaysAsItIs() {
        set("a", "one");
        StoreSnapshot before = store.snapshot();

        set("a", "two");

        assertThat(before.get(key("a"))).contains(bytes("one"));
        assertThat(store.at(before.commit().orElseThrow()).get(key("a"))).contains(bytes("one"));
        assertThat(before.version(key("a"))).isNotEqualTo(store.snapshot().version(key("a")));
    }

    @Test
    void aCallersArrayIsItsOwn() {
        byte[] value = bytes("one");
        store.batch(ANA, "Set", draft -> {
            draft.set(key("a"), value);
            value[0] = 'X';
        });
        store.get(key("a")).orElseThrow()[0] = 'Y';

        assertThat(text(store, "a")).isEqualTo("one");
    }

    @Test
    void aBatchReadsItsOwnChangesAndWhatWasBefore() {
        set("a", "one");

        store.batch(ANA, "Swap", draft -> {
            draft.set(key("b"), draft.get(key("a")).orElseThrow()).delete(key("a"));
            assertThat(draft.get(key("a"))).isEmpty();
            assertThat(draft.get(key("b"))).contains(bytes("one"));
            assertThat(draft.before().get(key("a"))).contains(bytes("one"));
        });

        assertThat(store.get(key("a"))).isEmpty();
        assertThat(text(store, "b")).isEqualTo("one");
    }

    @Test
    void aBatchThatFailsChangesNothing() {
        set("a", "one");
        Optional<CommitId> before = store.commit();

        assertThatThrownBy(() -> store.batch(ANA, "Fail", draft -> {
                    draft.set(key("a"), bytes("two"));
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(store.commit()).isEqualTo(before);
        assertThat(set("a", "three")).isPresent();
    }

    @Test
    void aBatchWithinABatchIsRefused() {
        assertThatThrownBy(() -> store.batch(ANA, "Outer", _ -> set("a", "one")))
                .isInstanceOf(GitException.class)
                .hasMessageContaining("within another one");
    }

    @Test
    void aKeyIsEitherAValueOrAFolderOfOthers() {
        set("a", "one");
        set("b/c", "two");

        assertThatThrownBy(() -> set("a/x/y", "three"))
                .isInstanceOf(GitException.class)
                .hasMessage("\"a/x/y\" cannot be a value: \"a\" is one; delete that first");
        assertThatThrownBy(() -> set("b", "three"))
                .isInstanceOf(GitException.class)
                .hasMessage("\"b\" cannot be a value: there are keys below it; delete them first");
        assertThatThrownBy(() -> store.batch(
                        ANA, "Both", draft -> draft.set(key("n"), bytes("1")).set(key("n/m"), bytes("2"))))
                .isInstanceOf(GitException.class)
                .hasMessageContaining("cannot be a value");
        assertThat(text(store, "a")).isEqualTo("one");
    }

    @Test
    void aValueBecomesAFolderWhenItIsDeletedInTheSameBatch() {
        set("a", "one");

        store.batch(ANA, "Turn", draft -> draft.delete(key("a")).set(key("a/b"), bytes("two")));
        assertThat(text(store, "a/b")).isEqualTo("two");
        store.batch(ANA, "Turn back", draft -> draft.delete(key("a/b")).set(key("a"), bytes("three")));

        assertThat(text(store, "a")).isEqualTo("three");
    }

    @Test
    void whatIsTooLargeIsRefusedWhenWrittenAndWhenRead() {
        set("large", "0123456789");
        try (GitStore small = open(StoreLimits.DEFAULT.withSizes(9, 12))) {
            assertThatThrownBy(() -> small.get(key("large")))
                    .isInstanceOf(GitException.class)
                    .hasMessage("the value of large has 10 bytes; at most 9 are read");
            assertThatThrownBy(() -> small.set(ANA, "Set", key("a"), new byte[10]))
                    .isInstanceOf(GitException.class)
                    .hasMessageContaining("a value may have 9");
            assertThatThrownBy(() -> small.batch(
                            ANA,
                            "Set",
                            draft -> draft.set(key("a"), new byte[9]).set(key("b"), new byte[9])))
                    .isInstanceOf(GitException.class)
                    .hasMessageContaining("make several of this one");
            assertThat(small.batch(
                            ANA,
                            "Set",
                            draft -> draft.set(key("a"), new byte[9]).set(key("a"), new byte[8])))
                    .isPresent();
        }
    }

    @Test
    void anAuthorOrMessageThatWouldBreakTheCommitIsRefused() {
        assertThatThrownBy(() -> new StoreAuthor("Ana <x>", "a@b")).isInstanceOf(GitException.class);
        assertThatThrownBy(() -> new StoreAuthor("Ana\nparent 0", "a@b")).isInstanceOf(GitException.class);
        assertThatThrownBy(() -> new StoreAuthor(" ", "a@b")).isInstanceOf(GitException.class);
        assertThatThrownBy(() -> store.set(ANA, " ", key("a"), bytes("one"))).isInstanceOf(GitException.class);
        assertThatThrownBy(() -> store.set(ANA, "a\0b", key("a"), bytes("one"))).isInstanceOf(GitException.class);
    }

    @Test
    void writersOfManyThreadsAllSucceedEachWithItsCommit() throws Exception {
        int threads = 8;
        int changes = 5;
        try (ExecutorService executor = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("writer-", 0).factory())) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                all.add(executor.submit(() -> {
                    for (int j = 0; j < changes; j++) {
                        set("t" + number + "/k" + j, "v" + j);
                        increment(store);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        }

        List<StoreKey> keys = new ArrayList<>();
        store.snapshot().forEach("", keys::add);
        assertThat(keys).hasSize(threads * changes + 1);
        assertThat(text(store, "count")).isEqualTo(String.valueOf(threads * changes));
    }

    @Test
    void twoStoresOfOneBranchLoseNoChangeOfEachOther() throws Exception {
        try (GitStore other = open(StoreLimits.DEFAULT);
                ExecutorService executor = Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("writer-", 0).factory())) {
            List<Future<?>> all = new ArrayList<>();
            for (GitStore each : List.of(store, other)) {
                all.add(executor.submit(() -> {
                    for (int i = 0; i < 15; i++) {
                        increment(each);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
            assertThat(text(other, "count")).isEqualTo("30");
        }
    }

    @Test
    void aWriterThatIsInterruptedWhileItWaitsChangesNothing() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> set("a", "one"))
                .isInstanceOfSatisfying(
                        GitException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(GitException.Kind.INTERRUPTED));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(store.commit()).isEmpty();
    }

    @Test
    void aWriterThatIsInterruptedInItsBatchFinishesWhole() {
        store.batch(ANA, "Set", draft -> {
            draft.set(key("a"), bytes("one"));
            Thread.currentThread().interrupt();
        });

        assertThat(Thread.interrupted()).isTrue();
        assertThat(text(store, "a")).isEqualTo("one");
    }

    @Test
    void manyKeysInOneBatchBecomeOnePack() throws Exception {
        store.batch(ANA, "Many", draft -> {
            for (int i = 0; i < 5000; i++) {
                draft.set(key("k/%02x/%d".formatted(i % 256, i)), bytes("value " + i));
            }
        });

        assertThat(text(store, "k/01/4097")).isEqualTo("value 4097");
        assertThat(store.list("k")).hasSize(256);
        try (Stream<Path> packs = Files.list(folder.resolve("store.git/objects/pack"))) {
            assertThat(packs.filter(path -> path.toString().endsWith(".pack"))).hasSize(1);
        }
    }

    @Test
    void aChangeWritesOnlyTheFoldersOnItsWay() throws Exception {
        store.batch(ANA, "Many", draft -> {
            for (int i = 0; i < 500; i++) {
                draft.set(key("k/%d/%d".formatted(i % 50, i)), bytes("value " + i));
            }
        });
        long before = objects();

        set("k/7/7", "new");

        // The value, three folders and the commit.
        assertThat(objects() - before).isEqualTo(5);
    }

    @Test
    void theHistoryOfAKeyIsTheCommitsThatChangedItNewestFirst() {
        CommitId first = set("a/b", "one").orElseThrow();
        set("a/c", "other");
        CommitId second = set("a/b", "two").orElseThrow();
        CommitId third = store.delete(ANA, "Delete", key("a/b")).orElseThrow();
        set("a/c", "another");

        StoreHistory history = store.history(key("a/b"), 10);

        assertThat(history.commits()).extracting(Commit::id).containsExactly(third, second, first);
        assertThat(history.complete()).isTrue();
        assertThat(store.at(second).get(key("a/b"))).contains(bytes("two"));
    }

    @Test
    void aHistoryIsBounded() {
        for (int i = 0; i < 5; i++) {
            set("a", "value " + i);
        }

        StoreHistory history = store.history(key("a"), 2);

        assertThat(history.commits()).hasSize(2);
        assertThat(history.complete()).isFalse();
    }

    @Test
    void aStoreOnABranchThatCannotBeIsRefused() {
        assertThatThrownBy(() -> GitStore.open(repository, "a..b", StoreLimits.DEFAULT, InstantSource.fixed(NOW)))
                .isInstanceOf(GitException.class)
                .hasMessageContaining("not a name for a branch");
    }

    @Test
    void limitsMustBePositive() {
        assertThatThrownBy(() -> StoreLimits.DEFAULT.withSizes(0, 1)).hasMessageContaining("valueBytes");
        assertThatThrownBy(() -> StoreLimits.DEFAULT.withPollInterval(Duration.ZERO))
                .hasMessageContaining("pollInterval");
    }

    private void increment(GitStore target) {
        target.batch(ANA, "Count", draft -> {
            int count = draft.get(key("count"))
                    .map(value -> Integer.parseInt(new String(value, UTF_8)))
                    .orElse(0);
            draft.set(key("count"), bytes(String.valueOf(count + 1)));
        });
    }

    private long objects() throws Exception {
        try (Stream<Path> files = Files.walk(folder.resolve("store.git/objects"))) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    private GitStore open(StoreLimits limits) {
        return GitStore.open(repository, "main", limits, InstantSource.fixed(NOW));
    }

    private Optional<CommitId> set(String path, String value) {
        return store.set(ANA, "Set " + path, key(path), bytes(value));
    }

    private static String text(GitStore store, String path) {
        return new String(store.get(key(path)).orElseThrow(), UTF_8);
    }

    private static StoreKey key(String path) {
        return new StoreKey(path);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
