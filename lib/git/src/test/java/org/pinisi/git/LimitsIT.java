package org.pinisi.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a push may not do: it is told so, moves nothing and leaves nothing.
class LimitsIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void anObjectOverTheLimitIsRefused(String transport) throws Exception {
        try (GitServer server = new GitServer(folder, GitLimits.DEFAULT.withSizes(1L << 30, 100_000))) {
            Git git = server.client("one");
            random(git, "big.bin", 3_000_000);

            String printed = git.fails("push", server.address(transport, "one"), "main");

            assertThat(printed).contains("remote: The push has a file of more than 100000 bytes.");
            assertUntouched(server);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void aPackOverTheLimitIsRefused(String transport) throws Exception {
        try (GitServer server = new GitServer(folder, GitLimits.DEFAULT.withSizes(1_000_000, 100_000_000))) {
            Git git = server.client("one");
            random(git, "big.bin", 3_000_000);

            String printed = git.fails("push", server.address(transport, "one"), "main");

            assertThat(printed).contains("remote: The push has more than 1000000 bytes.");
            assertUntouched(server);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void moreUpdatesThanTheLimitAreRefused(String transport) throws Exception {
        GitLimits limits = new GitLimits(
                1L << 30, 100L << 20, 2, Duration.ofMinutes(1), Duration.ofMinutes(1), 4, 4, 4, 50, false);
        try (GitServer server = new GitServer(folder, limits)) {
            Git git = server.client("one");

            String printed = git.fails("push", server.address(transport, "one"), "main:a", "main:b", "main:c");

            assertThat(printed).contains("remote: The push has 3 branches and tags; at most 2 are taken at once.");
            assertUntouched(server);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void aForcedPushIsRefusedWhereTheStoreSaysSo(String transport) throws Exception {
        try (GitServer server = new GitServer(folder, GitLimits.DEFAULT.withDenyNonFastForward(true))) {
            Git git = server.client("one");
            git.ok("push", server.address(transport, "one"), "main");
            CommitId old = git.head();
            git.ok("commit", "-q", "--amend", "-m", "Rewritten");

            String printed = git.fails("push", "--force", server.address(transport, "one"), "main");

            assertThat(printed).contains("remote: Forced pushes are switched off here");
            assertThat(server.repository("one").branch("main")).contains(old);
        }
    }

    @Test
    void aPushThatBreaksOffLeavesNothing() throws Exception {
        try (GitServer server = new GitServer(folder, GitLimits.DEFAULT)) {
            Git git = server.client("one");
            CommitId head = git.head();
            URI address = URI.create(server.address("http", "one"));
            String command = "%s %s refs/heads/main\0report-status side-band-64k".formatted("0".repeat(40), head);
            String body = "%04x%s0000PACK\0\0\0\2\0\0\0\3".formatted(command.length() + 4, command);

            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
                OutputStream out = socket.getOutputStream();
                out.write(("POST " + address.getPath() + "/git-receive-pack HTTP/1.1\r\nHost: localhost\r\n"
                                + "Content-Type: application/x-git-receive-pack-request\r\nContent-Length: 100000\r\n\r\n"
                                + body)
                        .getBytes(ISO_8859_1));
                out.flush();
                await().until(() -> !server.leftOvers().isEmpty());
            }

            await().untilAsserted(() -> assertThat(server.leftOvers()).isEmpty());
            await().untilAsserted(() -> assertUntouched(server));
            git.ok("push", server.address("http", "one"), "main");
            assertThat(server.repository("one").branch("main")).contains(head);
        }
    }

    @Test
    void aPushThatTakesTooLongIsEnded() throws Exception {
        GitLimits limits = new GitLimits(
                1L << 30, 100L << 20, 64, Duration.ofMillis(500), Duration.ofMinutes(1), 4, 4, 4, 50, false);
        try (GitServer server = new GitServer(folder, limits)) {
            Git git = server.client("one");
            Path printed = folder.resolve("printed");
            // A client that never sends its pack: ssh alone, whose input stays open.
            Process stuck = new ProcessBuilder(
                            "sh",
                            "-c",
                            "exec " + server.sshCommand("key") + " -p "
                                    + server.ssh().port() + " git@127.0.0.1 \"git-receive-pack 'one.git'\"")
                    .redirectErrorStream(true)
                    .redirectOutput(printed.toFile())
                    .start();
            String command = "%s %s refs/heads/main\0report-status side-band-64k".formatted("0".repeat(40), git.head());
            stuck.getOutputStream()
                    .write("%04x%s0000PACK\0\0\0\2\0\0\0\3"
                            .formatted(command.length() + 4, command)
                            .getBytes(ISO_8859_1));
            stuck.getOutputStream().flush();

            await().until(() -> Files.readString(printed, ISO_8859_1).contains("The push did not arrive within"));

            stuck.destroy();
            await().untilAsserted(() -> assertUntouched(server));
        }
    }

    @Test
    void aPusherBeyondThePlacesIsToldSo() throws Exception {
        GitLimits limits = new GitLimits(
                1L << 30, 100L << 20, 64, Duration.ofMinutes(1), Duration.ofMillis(200), 4, 4, 1, 50, false);
        try (GitServer server = new GitServer(folder, limits)) {
            CountDownLatch done = new CountDownLatch(1);
            server.listener.then = (_, _, _) -> done.await();
            Git git = server.client("one");
            Process first = git.start(folder.resolve("first"), "push", server.address("http", "one"), "main:a");
            await().until(() -> server.listener.accepted.size() == 1);

            String printed = git.fails("push", server.address("http", "one"), "main:b");

            assertThat(printed).contains("too many pushes are running");
            done.countDown();
            assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whoMayNotPushOverHttpIsToldSoAndMayStillFetch() throws Exception {
        try (GitServer server = new GitServer(folder, GitLimits.DEFAULT)) {
            Git git = server.client("one");
            git.ok("push", server.address("http", "one"), "main");
            server.mayPush = false;

            String printed = git.fails("push", server.address("http", "one"), "main:other");

            assertThat(printed).contains("You may not push over HTTP from 127.0.0.1");
            assertThat(git.ok("ls-remote", server.address("http", "one"))).contains("refs/heads/main");
        }
    }

    @Test
    void manyPacksBecomeFewAndNothingIsLost() throws Exception {
        GitLimits limits = new GitLimits(
                1L << 30, 100L << 20, 64, Duration.ofMinutes(1), Duration.ofMinutes(1), 4, 4, 4, 2, false);
        try (GitServer server = new GitServer(folder, limits)) {
            Git git = server.client("one");
            git.ok("push", server.address("http", "one"), "main");
            git.commit("second.txt", "second\n");
            git.ok("push", server.address("http", "one"), "main");
            CommitId kept = git.head();
            git.ok("commit", "-q", "--amend", "-m", "Rewritten");
            git.ok("push", "--force", server.address("http", "one"), "main");

            // One for the branches, one for what only keep refs reach.
            await().until(() -> packs(server).size() <= 2);

            assertThat(server.repository("one").contains(kept)).isTrue();
            git.ok(
                    "clone",
                    "-q",
                    server.address("http", "one"),
                    folder.resolve("copy").toString());
            assertThat(git.in(folder.resolve("copy")).head()).isEqualTo(git.head());
        }
    }

    private static List<Path> packs(GitServer server) throws Exception {
        try (Stream<Path> files = Files.list(server.folder.resolve("store/one.git/objects/pack"))) {
            return files.filter(file -> file.toString().endsWith(".pack")).toList();
        }
    }

    private void assertUntouched(GitServer server) throws Exception {
        assertThat(server.store.list()).isEmpty();
        assertThat(folder.resolve("store/one.git")).doesNotExist();
        assertThat(server.leftOvers()).isEmpty();
        assertThat(server.listener.accepted).isEmpty();
    }

    private static void random(Git git, String file, int bytes) throws Exception {
        byte[] noise = new byte[bytes];
        new Random(1).nextBytes(noise);
        Files.write(git.folder().resolve(file), noise);
        git.ok("add", file);
        git.ok("commit", "-q", "-m", "Add " + file);
    }
}
