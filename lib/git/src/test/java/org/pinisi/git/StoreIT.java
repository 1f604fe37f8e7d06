package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store, real git beside it, and a real `git daemon` with hooks as its remote.
class StoreIT {
    private static final StoreAuthor ANA = new StoreAuthor("Ana", "ana@example.org");
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));
    private static final String HOOK = """
            #!/bin/sh
            echo "closed for the night; try again tomorrow" >&2
            exit 1
            """;

    @TempDir
    Path folder;

    private final GitClient client = GitClient.create();
    private GitRepository repository;
    private GitStore store;
    private Git git;

    @BeforeEach
    void open() throws Exception {
        Disk.measure(folder);
        repository = GitRepository.init(folder.resolve("store.git"));
        store = GitStore.open(repository, "main", StoreLimits.DEFAULT, CLOCK);
        git = new Git(folder.resolve("store.git"), Files.createDirectory(folder.resolve("home")));
    }

    @AfterEach
    void close() {
        store.close();
        repository.close();
        client.close();
    }

    @Test
    void gitReadsWhatTheStoreWroteAndFindsNoFault() throws Exception {
        set("users/ana", "one");
        set("größe/日本", "two");
        store.batch(ANA, "Many", draft -> {
            for (int i = 0; i < 200; i++) {
                draft.set(new StoreKey("many/" + i), ("value " + i).getBytes(UTF_8));
            }
        });

        git.ok("fsck", "--full", "--strict");
        assertThat(said("show", "main:users/ana")).isEqualTo("one");
        assertThat(said("show", "main:größe/日本")).isEqualTo("two");
        assertThat(said("show", "main:many/199")).isEqualTo("value 199");
        assertThat(said("log", "--format=%an <%ae> %ct %s", "-1", "main"))
                .isEqualTo("Ana <ana@example.org> 1795262400 Many");
    }

    @Test
    void theStoreReadsWhatGitPushedAndLeavesLinksModesAndSubmodulesAsTheyAre() throws Exception {
        Git work = Git.repository(folder.resolve("work"), folder.resolve("home"));
        work.commit("run.sh", "one");
        work.ok("update-index", "--chmod=+x", "run.sh");
        Files.createSymbolicLink(folder.resolve("work/link"), Path.of("hello.txt"));
        work.ok("add", "link");
        work.ok("update-index", "--add", "--cacheinfo", "160000," + work.head() + ",sub");
        work.ok("commit", "-q", "-m", "Special");
        work.ok("push", "-q", folder.resolve("store.git").toString(), "main");

        assertThat(store.get(new StoreKey("hello.txt"))).contains("hello\n".getBytes(UTF_8));
        assertThat(store.get(new StoreKey("link"))).isEmpty();
        assertThat(store.list("")).extracting(StoreEntry::name).containsExactly("hello.txt", "run.sh");
        set("run.sh", "two");

        assertThat(said("ls-tree", "main").lines().map(line -> line.replaceAll(" .*\t", " ")))
                .containsExactly("100644 hello.txt", "120000 link", "100755 run.sh", "160000 sub");
        git.ok("fsck", "--full", "--strict", "--connectivity-only");
    }

    @Test
    void aRemoteThatRejectsOurPushNothingLostRetriedReported() throws Exception {
        try (DaemonRemote daemon = new DaemonRemote(folder)) {
            bare(daemon, "data.git");
            Path hook = hook(daemon, "pre-receive");
            StoreSync sync = sync(daemon);
            CommitId first = set("a", "one");

            SyncResult refused = sync.sync();

            assertThat(refused.problem().orElseThrow().kind()).isEqualTo(GitException.Kind.REJECTED);
            assertThat(refused.problem().orElseThrow().message())
                    .contains("pre-receive hook declined", "closed for the night; try again tomorrow");
            assertThat(store.commit()).contains(first);
            CommitId second = set("b", "two");
            sync.sync();
            assertThat(sync.status().waiting()).isEqualTo(2);
            assertThat(sync.status().failures()).isEqualTo(2);
            assertThat(sync.status()).asString().contains("2 commits wait", "closed for the night");

            Files.delete(hook);
            assertThat(sync.sync().done()).isTrue();
            Git there = new Git(daemon.root().resolve("data.git"), folder.resolve("home"));
            assertThat(there.ok("rev-parse", "main")).isEqualTo(second.hex());
            assertThat(there.ok("show", "main:a")).isEqualTo("one");
            assertThat(sync.status().waiting()).isZero();
        }
    }

    @Test
    void whatAnUpdateHookRefusesWaitsAndMergesWithWhatOthersPushMeanwhile() throws Exception {
        try (DaemonRemote daemon = new DaemonRemote(folder)) {
            bare(daemon, "data.git");
            StoreSync sync = sync(daemon);
            set("a", "one");
            assertThat(sync.sync().done()).isTrue();
            Path hook = hook(daemon, "update");
            set("ours", "1");
            assertThat(sync.sync().problem().orElseThrow().message()).contains("hook declined");
            Files.delete(hook);
            Git other = clone(daemon);
            other.commit("theirs", "2");
            other.ok("push", "-q", "origin", "main");

            assertThat(sync.sync().done()).isTrue();

            other.ok("pull", "-q", "--ff-only");
            assertThat(other.ok("show", "main:ours")).isEqualTo("1");
            assertThat(store.get(new StoreKey("theirs"))).contains("2".getBytes(UTF_8));
        }
    }

    @Test
    void aRemoteThatIsDownIsReportedAndServedWhenItIsBack() throws Exception {
        CommitId commit;
        StoreSync sync;
        try (DaemonRemote daemon = new DaemonRemote(folder)) {
            bare(daemon, "data.git");
            sync = sync(daemon);
        }
        commit = set("a", "one");

        SyncResult result = sync.sync();

        assertThat(result.problem().orElseThrow().kind()).isEqualTo(GitException.Kind.UNREACHABLE);
        assertThat(store.commit()).contains(commit);
        try (DaemonRemote back = new DaemonRemote(folder)) {
            assertThat(sync(back).sync().done()).isTrue();
            assertThat(new Git(back.root().resolve("data.git"), folder.resolve("home")).ok("rev-parse", "main"))
                    .isEqualTo(commit.hex());
        }
    }

    @Test
    void aForcePushByGitIsFollowedWithOurChangesOnTop() throws Exception {
        try (DaemonRemote daemon = new DaemonRemote(folder)) {
            bare(daemon, "data.git");
            StoreSync sync = sync(daemon);
            set("secret", "never mind");
            assertThat(sync.sync().done()).isTrue();
            CommitId ours = set("ours", "1");
            Git other = Git.repository(folder.resolve("other"), folder.resolve("home"));
            other.ok("push", "-q", "--force", daemon.url("data.git").toString(), "main");

            SyncResult result = sync.sync();

            assertThat(result.done()).isTrue();
            assertThat(result.rewritten()).isTrue();
            Git there = new Git(daemon.root().resolve("data.git"), folder.resolve("home"));
            assertThat(there.ok("ls-tree", "--name-only", "main").lines()).containsExactly("hello.txt", "ours");
            assertThat(there.ok("rev-list", "main")).doesNotContain(ours.hex());
            assertThat(said("show", ours.hex() + ":ours")).isEqualTo("1");
            git.ok("fsck", "--full", "--strict");
        }
    }

    @Test
    void gitsOwnGarbageCollectionBesideTheStoreLosesNothing() throws Exception {
        for (int i = 0; i < 10; i++) {
            set("k/" + i, "value " + i);
            git.ok("gc", "--quiet", "--prune=now");
        }

        for (int i = 0; i < 10; i++) {
            assertThat(store.get(new StoreKey("k/" + i))).contains(("value " + i).getBytes(UTF_8));
        }
    }

    /// What git prints about the store, without its warning of a setting that JGit goes by.
    private String said(String... arguments) throws Exception {
        return git.ok(arguments)
                .lines()
                .filter(line -> !line.startsWith("warning: core.fsyncObjectFiles"))
                .collect(joining("\n"));
    }

    private StoreSync sync(DaemonRemote daemon) {
        RemoteBranch branch = new RemoteBranch(daemon.url("data.git"), "main");
        SyncSettings settings =
                SyncSettings.by(ANA).withTimes(Duration.ofDays(1), Duration.ofMillis(20), Duration.ofMillis(20));
        return StoreSync.of(store, StoreRemote.of(client, branch), settings, new Random(20261121));
    }

    private Git clone(DaemonRemote daemon) throws Exception {
        git.ok(
                "clone",
                "-q",
                daemon.url("data.git").toString(),
                folder.resolve("clone").toString());
        return git.in(folder.resolve("clone"));
    }

    private void bare(DaemonRemote daemon, String name) throws Exception {
        git.ok("init", "-q", "--bare", "-b", "main", daemon.root().resolve(name).toString());
    }

    private Path hook(DaemonRemote daemon, String name) throws Exception {
        Path hook = daemon.root().resolve("data.git/hooks").resolve(name);
        Files.createDirectories(hook.getParent());
        Files.writeString(hook, HOOK);
        return Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private CommitId set(String path, String value) {
        return store.set(ANA, "Set " + path, new StoreKey(path), value.getBytes(UTF_8))
                .orElseThrow();
    }
}
