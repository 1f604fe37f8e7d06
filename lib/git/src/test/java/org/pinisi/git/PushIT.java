package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pushes of the real git client, over HTTP and SSH.
class PushIT {
    @TempDir
    Path folder;

    private GitServer server;

    @BeforeEach
    void start() throws Exception {
        server = new GitServer(folder, GitLimits.DEFAULT);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void theFirstPushMakesTheRepository(String transport) throws Exception {
        Git git = server.client("one");

        git.ok("push", server.address(transport, "one"), "main");

        assertThat(server.store.list()).containsExactly(new RepositoryName("one"));
        assertThat(server.repository("one").branches()).containsOnlyKeys("main").containsValue(git.head());
        assertThat(server.listener.accepted)
                .singleElement()
                .satisfies(push -> assertThat(push.updates())
                        .containsExactly(new RefUpdate(
                                "main", Optional.empty(), Optional.of(git.head()), RefUpdate.Kind.CREATE)));
        assertThat(server.leftOvers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void progressReachesThePusherWhileTheDeploymentStillRuns(String transport) throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        server.listener.then = (_, _, progress) -> {
            progress.line("building");
            assertThat(seen.await(30, TimeUnit.SECONDS)).isTrue();
            progress.line("live");
        };
        Git git = server.client("one");
        Path printed = folder.resolve("printed");

        Process push = git.start(printed, "push", server.address(transport, "one"), "main");
        await().until(() -> Files.readString(printed, UTF_8).contains("remote: building"));
        assertThat(push.isAlive()).isTrue();
        assertThat(Files.readString(printed, UTF_8)).doesNotContain("live");
        seen.countDown();

        assertThat(push.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(push.exitValue()).isZero();
        assertThat(Files.readString(printed, UTF_8)).contains("remote: live");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void theReviewSeesThePushedFilesAndItsRefusalChangesNothing(String transport) throws Exception {
        server.listener.review = (repository, push) -> {
            CommitId commit = push.updates().getFirst().to().orElseThrow();
            String text = new String(repository.file(commit, "hello.txt", 100).orElseThrow(), UTF_8);
            assertThat(repository.branches()).isEmpty();
            throw new PushRejected(List.of("pinisi.yaml is missing", "it said: " + text));
        };
        Git git = server.client("one");

        String printed = git.fails("push", server.address(transport, "one"), "main");

        assertThat(printed)
                .contains("remote: pinisi.yaml is missing")
                .contains("remote: it said: hello")
                .contains("main -> main (pinisi.yaml is missing)");
        assertThat(server.store.list()).isEmpty();
        assertThat(server.listener.accepted).isEmpty();
        assertThat(folder.resolve("store/one.git")).doesNotExist();
        assertThat(server.leftOvers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void aRefusedPushLeavesAnOldRepositoryAsItWas(String transport) throws Exception {
        Git git = server.client("one");
        git.ok("push", server.address(transport, "one"), "main");
        CommitId before = git.head();
        CommitId after = git.commit("more.txt", "more\n");
        server.listener.review = (_, _) -> {
            throw new PushRejected("no");
        };

        git.fails("push", server.address(transport, "one"), "main");

        assertThat(server.repository("one").branch("main")).contains(before);
        assertThat(server.repository("one").contains(after)).isFalse();
        assertThat(server.leftOvers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void aPushThatWouldLoseCommitsNeedsForceAndThenKeepsThem(String transport) throws Exception {
        Git git = server.client("one");
        git.ok("push", server.address(transport, "one"), "main");
        CommitId old = git.head();
        git.ok("commit", "-q", "--amend", "-m", "Rewritten");

        git.fails("push", server.address(transport, "one"), "main");
        assertThat(server.repository("one").branch("main")).contains(old);
        git.ok("push", "--force", server.address(transport, "one"), "main");

        assertThat(server.repository("one").branch("main")).contains(git.head());
        assertThat(server.listener.accepted.getLast().updates())
                .containsExactly(
                        new RefUpdate("main", Optional.of(old), Optional.of(git.head()), RefUpdate.Kind.FORCED));
        assertThat(refs("one")).contains("refs/pinisi/replaced/" + old);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void aDeletedBranchIsReportedAndItsCommitKept(String transport) throws Exception {
        Git git = server.client("one");
        git.ok("push", server.address(transport, "one"), "main", "main:other");

        git.ok("push", server.address(transport, "one"), ":other");

        assertThat(server.repository("one").branches()).containsOnlyKeys("main");
        assertThat(server.listener.accepted.getLast().updates())
                .containsExactly(
                        new RefUpdate("other", Optional.of(git.head()), Optional.empty(), RefUpdate.Kind.DELETE));
        assertThat(refs("one")).contains("refs/pinisi/replaced/" + git.head());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void ourOwnRefsAreNeitherShownNorTaken(String transport) throws Exception {
        Git git = server.client("one");
        git.ok("push", server.address(transport, "one"), "main");
        server.repository("one").keep("release/1", git.head());

        String printed = git.fails("push", server.address(transport, "one"), "main:refs/pinisi/release/2");

        assertThat(printed).contains("belongs to the server");
        assertThat(git.ok("ls-remote", server.address(transport, "one"))).doesNotContain("refs/pinisi");
        assertThat(git.ok("-c", "protocol.version=0", "ls-remote", server.address(transport, "one")))
                .doesNotContain("refs/pinisi");
        assertThat(refs("one")).contains("refs/pinisi/release/1").doesNotContain("refs/pinisi/release/2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void tagsAreStoredAndNotReported(String transport) throws Exception {
        Git git = server.client("one");
        git.ok("tag", "-a", "v1", "-m", "first");

        git.ok("push", server.address(transport, "one"), "main", "v1");
        git.ok("tag", "v2");
        git.ok("push", server.address(transport, "one"), "v2");

        assertThat(server.listener.accepted).hasSize(1);
        assertThat(git.ok("ls-remote", server.address(transport, "one"))).contains("refs/tags/v1", "refs/tags/v2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void pushOptionsReachTheListener(String transport) throws Exception {
        Git git = server.client("one");

        git.ok("push", "-o", "plan-only", "-o", "why=test", server.address(transport, "one"), "main");

        assertThat(server.listener.reviewed.getFirst().options()).containsExactly("plan-only", "why=test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void aSecondPushIsReceivedWhileTheFirstIsStillDeploying(String transport) throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        server.listener.then = (_, _, _) -> both.await(30, TimeUnit.SECONDS);
        Git git = server.client("one");
        Process first = git.start(folder.resolve("first"), "push", server.address(transport, "one"), "main:a");
        await().until(() -> server.listener.accepted.size() == 1);

        git.ok("push", server.address(transport, "one"), "main:b");

        assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(server.repository("one").branches()).containsOnlyKeys("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void twoPushesAtOnceIntoANewRepositoryBothArrive(String transport) throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        server.listener.review = (_, _) -> {
            try {
                both.await(30, TimeUnit.SECONDS);
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        };
        Git git = server.client("one");

        Process first = git.start(folder.resolve("first"), "push", server.address(transport, "one"), "main:a");
        Process second = git.start(folder.resolve("second"), "push", server.address(transport, "one"), "main:b");

        assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(server.repository("one").branches()).containsOnlyKeys("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void aPusherWhoLeavesDoesNotStopTheDeployment(String transport) throws Exception {
        CountDownLatch finished = new CountDownLatch(1);
        server.listener.then = (_, _, progress) -> {
            progress.line("building");
            await().until(() -> {
                progress.line("still building");
                return !progress.listening();
            });
            finished.countDown();
        };
        Git git = server.client("one");
        Path printed = folder.resolve("printed");
        Process push = git.start(printed, "push", server.address(transport, "one"), "main");
        await().until(() -> Files.readString(printed, UTF_8).contains("remote: building"));

        push.descendants().forEach(ProcessHandle::destroyForcibly);
        push.destroyForcibly();

        assertThat(finished.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(server.repository("one").branch("main")).contains(git.head());
        await().untilAsserted(() -> assertThat(server.leftOvers()).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void anEmptyPushChangesNothing(String transport) throws Exception {
        Git git = server.client("one");
        git.ok("push", server.address(transport, "one"), "main");

        git.ok("push", server.address(transport, "one"), "main");

        assertThat(server.listener.accepted).hasSize(1);
        assertThat(server.leftOvers()).isEmpty();
    }

    private String refs(String name) throws Exception {
        return new Git(folder.resolve("store/" + name + ".git"), server.home).ok("for-each-ref", "--format=%(refname)");
    }
}
