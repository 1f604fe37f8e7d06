package org.pinisi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `pinisi site` as a process of its own, from the jars of the dist folder, with the real git.
final class SiteCommandIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Pattern HTTP = Pattern.compile("http    http://127\\.0\\.0\\.1:(\\d+)/");

    @TempDir
    private Path folder = Path.of("");

    private final List<Process> started = new ArrayList<>();
    private final Queue<IOException> ends = new ConcurrentLinkedQueue<>();
    private final Map<String, String> environment = Map.of(
            "PATH", System.getenv("PATH"),
            "HOME", "/nonexistent",
            "GIT_CONFIG_GLOBAL", "/dev/null",
            "GIT_CONFIG_NOSYSTEM", "1",
            "GIT_AUTHOR_NAME", "Author",
            "GIT_AUTHOR_EMAIL", "author@example.org",
            "GIT_COMMITTER_NAME", "Author",
            "GIT_COMMITTER_EMAIL", "author@example.org");

    @BeforeEach
    void repository() throws Exception {
        git("init", "-q", "--bare", "-b", "main", "site.git");
        git("init", "-q", "-b", "main", "copy");
        publish("one");
    }

    @AfterEach
    void end() {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private void git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Shell.Result result = new Shell(folder, environment).run(command);
        assertThat(result.exitCode()).as(command + result.err()).isZero();
    }

    private void publish(String text) throws Exception {
        Files.writeString(folder.resolve("copy/index.html"), text);
        // Too large for one piece of the network, so that a fetch can be caught in the middle.
        byte[] noise = new byte[3 << 20];
        new Random(text.hashCode()).nextBytes(noise);
        Files.write(folder.resolve("copy/noise.bin"), noise);
        git("-C", "copy", "add", "-A");
        git("-C", "copy", "commit", "-q", "-m", text);
        git("-C", "copy", "push", "-q", folder.resolve("site.git").toString(), "HEAD:refs/heads/main");
    }

    private Shell.Started site(String... arguments) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = "@" + Path.of("target/dist/plane.args").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(java, classes, "org.pinisi.cli.Main", "--data", "data", "site"));
        command.addAll(List.of("--ipv4", "127.0.0.1", "--port", "0"));
        command.addAll(List.of(arguments));
        Shell.Started site = new Shell(folder, environment).start(command);
        started.add(site.process());
        return site;
    }

    private static int port(Shell.Started site) {
        return await().atMost(PATIENCE)
                .until(
                        () -> {
                            assertThat(site.process().isAlive())
                                    .as(Files.readString(site.err(), UTF_8))
                                    .isTrue();
                            Matcher line = HTTP.matcher(Files.readString(site.out(), UTF_8));
                            return line.find() ? Integer.parseInt(line.group(1)) : 0;
                        },
                        port -> port > 0);
    }

    private static String get(int port, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            String request = "GET " + path + " HTTP/1.1\r\nHost: site\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @Test
    void itServesABranchAndItsNextCommit() throws Exception {
        Shell.Started site = site("--remote", "./site.git");
        int port = port(site);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(get(port, "/")).endsWith("one"));
        publish("two");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(get(port, "/")).endsWith("two"));
        assertThat(get(port, "/hook")).endsWith("pulled, no changes\n");
        site.process().destroy();
        assertThat(site.result().err()).doesNotContain("ERROR", "Exception");
    }

    @Test
    void aMistakeInAFlagIsOneLineAndLeavesNothingRunning() throws Exception {
        Shell.Result result = site("--remote", "a#b#c").result();
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).hasLineCount(1).contains("more than one #");
        assertThat(site("--remote", "./site.git", "--tls").result().err()).contains("--certificate");
        assertThat(site("--remote", "./site.git", "--poll", "soon").result().err())
                .contains("expected a time");
        assertThat(site("--remote", "./site.git", "--hook", "//").result().err())
                .contains("hook");
    }

    @Test
    void killedInTheMiddleOfAFetchItServesAfterARestart() throws Exception {
        int daemon = daemon();
        CountDownLatch middle = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (ServerSocket relay = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().name("relay").start(() -> stall(relay, daemon, middle, over));
            String url = "git://127.0.0.1:" + relay.getLocalPort() + "/site.git";
            Shell.Started first = site("--remote", url);
            assertThat(middle.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            first.process().destroyForcibly();
            first.process().waitFor();
            assertThat(filesOfTheSite()).anyMatch(name -> name.startsWith("fetch-"));
            over.countDown();

            Shell.Started second = site("--remote", url);
            int port = port(second);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(get(port, "/")).endsWith("one"));
        }
        assertThat(filesOfTheSite())
                .noneMatch(name -> name.endsWith(".tmp") || name.startsWith("fetch-") || name.startsWith("incoming_"));
    }

    private List<String> filesOfTheSite() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("data/sites"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private int daemon() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        List<String> command = List.of(
                "git", "daemon", "--listen=127.0.0.1", "--port=" + port, "--base-path=" + folder, "--export-all");
        started.add(new Shell(folder, environment).start(command).process());
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                return socket.isConnected();
            }
        });
        return port;
    }

    /// Passes on everything, but stops in the middle of what is large until `over`.
    private void stall(ServerSocket relay, int daemon, CountDownLatch middle, CountDownLatch over) {
        try {
            while (true) {
                Socket client = relay.accept();
                Socket there = new Socket(InetAddress.ofLiteral("127.0.0.1"), daemon);
                Thread.ofVirtual().name("relay-up").start(() -> pass(client, there, new CountDownLatch(0), over));
                Thread.ofVirtual().name("relay-down").start(() -> pass(there, client, middle, over));
            }
        } catch (IOException closed) {
            over.countDown();
        }
    }

    private void pass(Socket from, Socket to, CountDownLatch middle, CountDownLatch over) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] piece = new byte[16 << 10];
            long passed = 0;
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                out.write(piece, 0, count);
                passed += count;
                if (passed > 1 << 20 && over.getCount() > 0) {
                    middle.countDown();
                    assertThat(over.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                            .isTrue();
                }
            }
        } catch (IOException gone) {
            // One side has ended, and so has the other now.
            ends.add(gone);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
