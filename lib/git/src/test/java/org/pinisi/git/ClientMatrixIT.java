package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pinisi.git.GitException.Kind;

/// Our client against `git daemon`, OpenSSH's `sshd`, and `git http-backend` behind nginx, plain and with
/// TLS: every transport with every operation.
class ClientMatrixIT {
    @TempDir
    static Path shared;

    private static Peers peers;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        peers = new Peers(shared);
    }

    @AfterAll
    static void stop() {
        peers.close();
    }

    @ParameterizedTest(name = "{0} × clone")
    @EnumSource
    void aCloneHasEveryBranchAndTagAndGitFindsItWhole(Peers.Way way) throws Exception {
        Peers.Hosted hosted = peers.host(way);
        hosted.commitThere("large.txt", "line\n".repeat(100_000));
        hosted.work().ok("tag", "-a", "-m", "First", "v1");
        hosted.work().ok("push", "-q", hosted.bare().toString(), "v1", "HEAD:refs/heads/other");

        try (GitRepository clone = peers.client().clone(hosted.url(), folder.resolve("c.git"), FetchOptions.DEFAULT)) {
            assertThat(clone.branches())
                    .containsOnlyKeys("main", "other")
                    .containsEntry("main", hosted.work().head());
        }

        Git git = hosted.work().in(folder.resolve("c.git"));
        assertThat(git.ok("fsck", "--full", "--strict")).doesNotContain("error", "missing", "broken");
        assertThat(git.ok("cat-file", "-s", "main:large.txt")).endsWith("500000");
        assertThat(git.ok("cat-file", "-t", "v1")).endsWith("tag");
        assertThat(git.ok("symbolic-ref", "HEAD")).endsWith("refs/heads/main");
    }

    @ParameterizedTest(name = "{0} × shallow clone")
    @EnumSource
    void aShallowCloneHasTheNewestCommitAlone(Peers.Way way) throws Exception {
        Peers.Hosted hosted = peers.host(way);
        for (int i = 0; i < 5; i++) {
            hosted.commitThere("file.txt", "version " + i);
        }

        try (GitRepository clone =
                peers.client().clone(hosted.url(), folder.resolve("c.git"), FetchOptions.DEFAULT.withDepth(1))) {
            Git git = hosted.work().in(folder.resolve("c.git"));
            assertThat(git.ok("rev-list", "--count", "main")).endsWith("1");

            CommitId next = hosted.commitThere("file.txt", "newest");
            peers.client()
                    .fetch(clone, hosted.url(), List.of(RefMapping.branch("main")), FetchOptions.DEFAULT.withDepth(1));

            assertThat(clone.branch("main")).contains(next);
            assertThat(git.ok("rev-list", "--count", "main")).endsWith("1");
            assertThat(git.ok("show", "main:file.txt")).endsWith("newest");
        }
    }

    @ParameterizedTest(name = "{0} × fetch")
    @EnumSource
    void aFetchBringsWhatIsNewFollowsWhatWasForcedAndPrunesWhatIsGone(Peers.Way way) throws Exception {
        Peers.Hosted hosted = peers.host(way);
        hosted.work().ok("push", "-q", hosted.bare().toString(), "HEAD:refs/heads/gone");
        GitClient client = peers.client();
        try (GitRepository clone = client.clone(hosted.url(), folder.resolve("c.git"), FetchOptions.DEFAULT)) {
            CommitId first = hosted.work().head();
            CommitId second = hosted.commitThere("a.txt", "two");
            assertThat(fetch(client, clone, hosted).changes())
                    .containsExactly(new FetchResult.Change(
                            "refs/heads/main", Optional.of(first), Optional.of(second), RefUpdate.Kind.FAST_FORWARD));
            assertThat(fetch(client, clone, hosted).changed()).isFalse();

            hosted.work().ok("reset", "-q", "--hard", first.hex());
            CommitId forced = hosted.commitThere("a.txt", "other");
            hosted.work().ok("push", "-q", hosted.bare().toString(), ":gone");
            FetchResult result = client.fetch(
                    clone, hosted.url(), List.of(RefMapping.BRANCHES), FetchOptions.DEFAULT.withPrune(true));

            assertThat(result.changes())
                    .extracting(FetchResult.Change::ref, FetchResult.Change::kind)
                    .containsExactlyInAnyOrder(
                            tuple("refs/heads/main", RefUpdate.Kind.FORCED),
                            tuple("refs/heads/gone", RefUpdate.Kind.DELETE));
            assertThat(clone.branches()).containsOnlyKeys("main").containsEntry("main", forced);
            assertThat(client.list(hosted.url())).containsEntry("HEAD", forced);
        }
    }

    @ParameterizedTest(name = "{0} × fetch of a branch that is not there")
    @EnumSource
    void aBranchThatIsNotThereIsNamedWithThoseThatAre(Peers.Way way) throws Exception {
        Peers.Hosted hosted = peers.host(way);
        try (GitRepository clone = GitRepository.init(folder.resolve("c.git"))) {
            GitException failure = catchThrowableOfType(
                    GitException.class,
                    () -> peers.client()
                            .fetch(clone, hosted.url(), List.of(RefMapping.branch("absent")), FetchOptions.DEFAULT));

            assertThat(failure.kind()).isEqualTo(Kind.NOT_FOUND);
            assertThat(failure).hasMessageContaining("no branch absent; it has: main");
        }
        assertThat(peers.client().find(new RemoteBranch(hosted.url(), "absent")))
                .isEmpty();
        assertThat(peers.client().find(new RemoteBranch(hosted.url(), "main")))
                .contains(hosted.work().head());
    }

    @ParameterizedTest(name = "{0} × push")
    @EnumSource
    void aPushCreatesMovesAndDeletesBranches(Peers.Way way) throws Exception {
        Peers.Hosted hosted = peers.host(way);
        GitClient client = peers.client();
        try (GitRepository clone = client.clone(hosted.url(), folder.resolve("c.git"), FetchOptions.DEFAULT)) {
            CommitId first = hosted.work().head();
            // More than is kept in memory before it is sent over HTTP.
            CommitId second = hosted.work().commit("noise.bin", Noise.text(3 << 20));
            hosted.work().ok("push", "-q", folder.resolve("c.git").toString(), "main");

            PushResult result = client.push(
                    clone,
                    hosted.url(),
                    List.of(
                            PushUpdate.onTop("main", Optional.of(first), second),
                            PushUpdate.onTop("other", Optional.empty(), first)));

            assertThat(result.orThrow().refs())
                    .extracting(PushResult.Ref::status)
                    .containsOnly(PushResult.Status.MOVED);
            assertThat(hosted.commit("main")).isEqualTo(second);
            assertThat(client.push(clone, hosted.url(), List.of(PushUpdate.forward("main", second)))
                            .refs())
                    .extracting(PushResult.Ref::status)
                    .containsExactly(PushResult.Status.UNCHANGED);
            client.push(clone, hosted.url(), List.of(PushUpdate.delete("other", first)))
                    .orThrow();
            assertThat(client.list(hosted.url())).containsOnlyKeys("HEAD", "refs/heads/main");
        }
    }

    @ParameterizedTest(name = "{0} × push rejected")
    @EnumSource
    void aRefusedPushSaysWhyForEachRefAndNothingMoves(Peers.Way way) throws Exception {
        Peers.Hosted hosted = peers.host(way);
        GitClient client = peers.client();
        CommitId first = hosted.work().head();
        try (GitRepository clone = client.clone(hosted.url(), folder.resolve("c.git"), FetchOptions.DEFAULT)) {
            CommitId theirs = hosted.commitThere("a.txt", "theirs");
            hosted.work().ok("reset", "-q", "--hard", first.hex());
            CommitId ours = hosted.work().commit("a.txt", "ours");
            hosted.work().ok("push", "-q", folder.resolve("c.git").toString(), "HEAD:refs/heads/ours");

            PushResult result = client.push(
                    clone,
                    hosted.url(),
                    List.of(
                            PushUpdate.forward("main", ours),
                            new PushUpdate(
                                    "refs/heads/fine", Optional.of(ours), new PushUpdate.Expected.Absent(), false)));
            assertThat(result.accepted()).isFalse();
            assertThat(result.refs())
                    .extracting(PushResult.Ref::name, PushResult.Ref::status)
                    .containsExactly(
                            tuple("refs/heads/fine", PushResult.Status.MOVED),
                            tuple("refs/heads/main", PushResult.Status.NOT_FORWARD));
            assertThat(client.push(clone, hosted.url(), List.of(PushUpdate.replace("main", Optional.of(first), ours)))
                            .refs()
                            .getFirst()
                            .status())
                    .isEqualTo(PushResult.Status.STALE);

            hook(hosted.bare(), "echo 'No pushes on Sundays.' >&2; exit 1");
            PushResult refused =
                    client.push(clone, hosted.url(), List.of(PushUpdate.replace("main", Optional.of(theirs), ours)));
            assertThat(refused.refs().getFirst().status()).isEqualTo(PushResult.Status.REFUSED);
            assertThat(refused.messages()).contains("No pushes on Sundays.");
            assertThatThrownBy(refused::orThrow)
                    .isInstanceOf(GitException.class)
                    .hasMessageContaining("hook declined")
                    .hasMessageContaining("No pushes on Sundays.");
            assertThat(hosted.commit("main")).isEqualTo(theirs);
        }
    }

    @ParameterizedTest(name = "{0} × host key changed")
    @EnumSource(names = {"SSH", "HTTPS"})
    void aServerWithAnotherKeyIsRefusedAndBothKeysAreNamed(Peers.Way way) throws Exception {
        Peers.Hosted hosted = peers.host(way);
        boolean ssh = way == Peers.Way.SSH;
        String wrong = "a".repeat(43);
        GitClient known = ssh
                ? GitClient.builder()
                        .hostKeys(HostKeys.known(peers.ssh().knownHosts("stranger")))
                        .identities(new SshIdentity.KeyFile(peers.ssh().file("client")))
                        .build()
                : GitClient.builder()
                        .trust(TlsTrust.parse("cert-fp:SHA256:" + wrong))
                        .build();

        GitException failure =
                catchThrowableOfType(GitException.class, () -> peers.keep(known).list(hosted.url()));

        assertThat(failure.kind()).isEqualTo(Kind.HOST_KEY_CHANGED);
        assertThat(failure).hasMessageContaining(ssh ? "_hosts:1 knows ssh-ed25519 SHA256:" : "expected");
        assertThat(failure).hasMessageContaining(ssh ? "the host shows ssh-ed25519 SHA256:" : "has the SHA-256");
    }

    @ParameterizedTest(name = "{0} × host key changed: this transport has none, and the address cannot claim one")
    @EnumSource(names = {"GIT", "HTTP"})
    void aTransportWithoutKeysNeedsNone(Peers.Way way) throws Exception {
        Peers.Hosted hosted = peers.host(way);
        GitClient strict = peers.keep(GitClient.builder()
                .hostKeys(HostKeys.pinned("SHA256:" + "a".repeat(43)))
                .trust(TlsTrust.parse("key-fp:SHA256:" + "a".repeat(43)))
                .build());

        assertThat(strict.list(hosted.url())).containsKey("refs/heads/main");
    }

    @ParameterizedTest(name = "{0} × host key unknown")
    @EnumSource(names = {"SSH", "HTTPS"})
    void aServerThatNobodyVouchesForIsRefused(Peers.Way way) throws Exception {
        Peers.Hosted hosted = peers.host(way);

        GitException failure = catchThrowableOfType(
                GitException.class, () -> peers.keep(GitClient.create()).list(hosted.url()));

        assertThat(failure.kind()).isEqualTo(Kind.HOST_KEY_UNKNOWN);
    }

    @ParameterizedTest(name = "{0} × auth refused")
    @EnumSource
    void whoIsNotLetInIsToldSoAndTheirSecretIsNot(Peers.Way way) throws Exception {
        Peers.Hosted hosted = peers.host(way);
        String name = hosted.bare().getFileName().toString();
        GitClient client = way == Peers.Way.SSH
                ? peers.keep(GitClient.builder()
                        .hostKeys(HostKeys.known(peers.ssh().knownHosts("host_ed25519")))
                        .identities(
                                new SshIdentity.KeyFile(peers.ssh().file("stranger")),
                                new SshIdentity.Password("hunter2"))
                        .build())
                : peers.client();
        RemoteUrl url = switch (way) {
            case HTTP, HTTPS -> peers.http(way).url("tester:hunter2@", "private", name);
            case SSH -> hosted.url();
            // Nobody is asked who they are; what the daemon does not want to show, it refuses.
            case GIT -> RemoteUrl.parse(hosted.url().toString().replace(name, "hidden.git"));
        };

        GitException failure = catchThrowableOfType(GitException.class, () -> client.list(url));

        assertThat(failure.kind()).isEqualTo(way == Peers.Way.GIT ? Kind.NOT_FOUND : Kind.AUTHENTICATION);
        assertThat(failure.toString()).doesNotContain("hunter2");
        assertThat(failure.getCause() == null ? "" : failure.getCause().toString())
                .doesNotContain("hunter2");
    }

    @ParameterizedTest(name = "{0} × no such repository")
    @EnumSource
    void aRepositoryThatIsNotThereIsNotFound(Peers.Way way) throws Exception {
        String present = peers.host(way).url().toString();

        GitException failure = catchThrowableOfType(
                GitException.class,
                () -> peers.client().list(RemoteUrl.parse(present.replaceFirst("repository-\\d+", "absent"))));

        assertThat(failure.kind()).isEqualTo(Kind.NOT_FOUND);
    }

    @ParameterizedTest(name = "{0} × empty repository")
    @EnumSource
    void anEmptyRepositoryIsClonedAndPushedTo(Peers.Way way) throws Exception {
        Peers.Hosted hosted = peers.host(way);
        hosted.work().in(hosted.bare()).ok("update-ref", "-d", "refs/heads/main");
        GitClient client = peers.client();

        try (GitRepository clone = client.clone(hosted.url(), folder.resolve("c.git"), FetchOptions.DEFAULT)) {
            assertThat(clone.branches()).isEmpty();
            CommitId commit = hosted.work().commit("a.txt", "first");
            hosted.work().ok("push", "-q", folder.resolve("c.git").toString(), "main");
            client.push(clone, hosted.url(), List.of(PushUpdate.onTop("main", Optional.empty(), commit)))
                    .orThrow();

            assertThat(hosted.commit("main")).isEqualTo(commit);
        }
    }

    @ParameterizedTest(name = "{0} × two who publish at once")
    @EnumSource
    void whoeverIsOvertakenPutsTheChangeOnTopAndNothingIsLost(Peers.Way way) throws Exception {
        Peers.Hosted hosted = peers.host(way);
        GitClient client = peers.client();
        RemoteBranch main = new RemoteBranch(hosted.url(), "main");
        try (GitRepository clone = GitRepository.init(folder.resolve("c.git"))) {
            int[] asked = {0};

            CommitId published = client.publish(clone, main, 5, tip -> {
                // Somebody else is faster, once.
                return commitOnTop(hosted, clone, tip.orElseThrow(), asked[0]++ == 0);
            });

            assertThat(asked[0]).isEqualTo(2);
            assertThat(hosted.commit("main")).isEqualTo(published);
            assertThat(hosted.work().in(hosted.bare()).ok("ls-tree", "--name-only", "main"))
                    .contains("theirs.txt", "ours.txt");
        }
    }

    private static CommitId commitOnTop(Peers.Hosted hosted, GitRepository clone, CommitId tip, boolean overtaken) {
        try {
            hosted.work().ok("reset", "-q", "--hard", tip.hex());
            CommitId ours = hosted.work().commit("ours.txt", "ours");
            hosted.work().ok("push", "-q", "-f", clone.folder().toString(), "HEAD:refs/heads/draft");
            if (overtaken) {
                hosted.work().ok("reset", "-q", "--hard", tip.hex());
                hosted.commitThere("theirs.txt", "theirs");
            }
            return ours;
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static FetchResult fetch(GitClient client, GitRepository clone, Peers.Hosted hosted) {
        return client.fetch(clone, hosted.url(), List.of(RefMapping.BRANCHES), FetchOptions.DEFAULT);
    }

    private static void hook(Path bare, String script) throws Exception {
        Path hook = Files.createDirectories(bare.resolve("hooks")).resolve("pre-receive");
        Files.writeString(hook, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
