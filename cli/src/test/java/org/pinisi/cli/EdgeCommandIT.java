package org.pinisi.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `pinisi edge --config` as a process of its own, from the jars of the dist folder, with the real git
/// and openssl.
@Timeout(240)
final class EdgeCommandIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern HTTP = Pattern.compile("http     127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern HTTPS = Pattern.compile("https    127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern SERIAL = Pattern.compile("serial=([0-9A-F]+)");

    @TempDir
    private Path folder = Path.of("");

    private final List<Process> started = new ArrayList<>();
    private final ServerSocket upstream;
    private Map<String, String> environment = Map.of();

    EdgeCommandIT() throws IOException {
        upstream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @BeforeEach
    void repository() throws Exception {
        environment = Map.of(
                "PATH", System.getenv("PATH"),
                "XDG_CONFIG_HOME", folder.resolve("keys").toString(),
                "BOOK_PASS", "a long pass phrase of a test",
                "GIT_CONFIG_GLOBAL", "/dev/null",
                "GIT_CONFIG_NOSYSTEM", "1",
                "GIT_AUTHOR_NAME", "Author",
                "GIT_AUTHOR_EMAIL", "author@example.org",
                "GIT_COMMITTER_NAME", "Author",
                "GIT_COMMITTER_EMAIL", "author@example.org");
        Thread.ofVirtual().start(this::answer);
        git("init", "-q", "--bare", "-b", "main", "edge.git");
        git("init", "-q", "-b", "main", "copy");
        Files.createDirectories(folder.resolve("copy/routes"));
        Files.writeString(folder.resolve("copy/edge.yaml"), "listen: 127.0.0.1:0\naccess-log: off\nloops: 1\n");
        publish("shop", "shop.test");
    }

    @AfterEach
    void end() throws IOException {
        for (Process process : started) {
            process.destroyForcibly();
        }
        upstream.close();
    }

    /// Any request gets the same small answer.
    private void answer() {
        while (true) {
            try {
                Socket socket = upstream.accept();
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        int length = socket.getInputStream().read(new byte[8192]);
                        if (length > 0) {
                            socket.getOutputStream()
                                    .write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
                                            .getBytes(ISO_8859_1));
                        }
                    } catch (IOException gone) {
                        // The client's side is what the test looks at.
                    }
                });
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Shell.Result result = new Shell(folder, environment).run(command);
        assertThat(result.exitCode()).as(command + result.err()).isZero();
    }

    private void publish(String name, String host) throws Exception {
        push("routes/" + name + ".yaml", "hosts: " + host + "\ntarget: 127.0.0.1:" + upstream.getLocalPort() + "\n");
    }

    private void push(String file, String text) throws Exception {
        Files.writeString(folder.resolve("copy").resolve(file), text);
        git("-C", "copy", "add", "-A");
        git("-C", "copy", "commit", "-q", "-m", file);
        git("-C", "copy", "push", "-q", folder.resolve("edge.git").toString(), "HEAD:refs/heads/main");
    }

    private static List<String> pinisi(String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = "@" + Path.of("target/dist/plane.args").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(java, classes, "org.pinisi.cli.Main", "--data", "data"));
        command.addAll(List.of(arguments));
        return command;
    }

    private Shell.Started edge(String... arguments) throws IOException {
        List<String> command = pinisi("edge");
        command.addAll(List.of(arguments));
        Shell.Started edge = new Shell(folder, environment).start(command);
        started.add(edge.process());
        return edge;
    }

    private Shell.Result run(String... arguments) throws Exception {
        return new Shell(folder, environment).run(pinisi(arguments));
    }

    private static int port(Shell.Started edge, Pattern line) throws IOException {
        await().atMost(PATIENCE).until(() -> {
            assertThat(edge.process().isAlive())
                    .as(Files.readString(edge.err()) + Files.readString(edge.out()))
                    .isTrue();
            return Files.readString(edge.out()).contains("serves ");
        });
        Matcher found = line.matcher(Files.readString(edge.out()));
        assertThat(found.find()).as(Files.readString(edge.out())).isTrue();
        return Integer.parseInt(found.group(1));
    }

    private static int status(int port, String host) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));
            try (InputStream in = socket.getInputStream()) {
                String answer = new String(in.readAllBytes(), ISO_8859_1);
                return answer.isEmpty() ? 0 : Integer.parseInt(answer.substring(9, 12));
            }
        } catch (IOException away) {
            return 0;
        }
    }

    @Test
    void aPushIsLiveAndABrokenOneChangesNothing() throws Exception {
        Shell.Started edge = edge("--config", "edge.git", "--poll", "1s");
        int port = port(edge, HTTP);
        assertThat(status(port, "shop.test")).isEqualTo(200);
        publish("blog", "blog.test");
        await().atMost(PATIENCE).until(() -> status(port, "blog.test") == 200);
        push("routes/shop.yaml", "hosts: [shop.test\n");
        await().atMost(PATIENCE).until(() -> Files.readString(edge.err()).contains("routes/shop.yaml:1:8"));
        assertThat(status(port, "shop.test")).isEqualTo(200);
        Shell.Result status = run("edge", "--status");
        assertThat(status.exitCode()).as(status.err()).isEqualTo(1);
        assertThat(status.out()).contains("refused  ").contains("routes/shop.yaml:1:8");
        publish("shop", "store.test");
        await().atMost(PATIENCE).until(() -> status(port, "store.test") == 200);
        assertThat(run("edge", "--status").exitCode()).isZero();
    }

    @Test
    void comesBackAfterAKillWhileTheRemoteIsAway() throws Exception {
        Shell.Started edge = edge("--config", "edge.git#main");
        port(edge, HTTP);
        edge.process().destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        Files.move(folder.resolve("edge.git"), folder.resolve("away.git"));
        Shell.Started again = edge("--config", folder.resolve("edge.git") + "#main");
        int port = port(again, HTTP);
        assertThat(status(port, "shop.test")).isEqualTo(200);
        assertThat(Files.readString(again.out())).contains("refused  ");
        Files.move(folder.resolve("away.git"), folder.resolve("edge.git"));
        Shell.Result reload = run("edge", "--reload");
        assertThat(reload.exitCode()).as(reload.out() + reload.err()).isZero();
    }

    /// As `up` starts it.
    @Test
    void theEdgeOfAnInstallationTakesASignalToo() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String target = "127.0.0.1:" + port;
        edge("--listen", target);
        await().atMost(PATIENCE).until(() -> status(port, "blog.test") == 404);
        String backend = "127.0.0.1:" + upstream.getLocalPort();
        Shell.Result added = run("cert", "add", "--hostname", "blog.test", "--ip", backend, "--target", target);
        assertThat(added.exitCode()).as(added.out() + added.err()).isZero();
        assertThat(added.out()).contains("the book of certificates is up to date, with 1 names");
        assertThat(status(port, "blog.test")).isEqualTo(200);
    }

    @Test
    void checksAConfigurationWithoutRunningIt() throws Exception {
        assertThat(run("edge", "--config", "copy", "--check").exitCode()).isZero();
        Files.writeString(folder.resolve("copy/edge.yaml"), "listen: 127.0.0.1:0\ncolour: red\n");
        Files.writeString(folder.resolve("copy/routes/b.yaml"), "hosts: shop.test\ntarget: x\n");
        Shell.Result check = run("edge", "--config", "copy", "--check");
        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.out()).contains("edge.yaml:2:1: colour: ").contains("routes/b.yaml:2:9: ");
        assertThat(run("edge", "--config", "nowhere", "--check").exitCode()).isEqualTo(1);
        assertThat(run("edge", "--status").exitCode()).isEqualTo(3);
        assertThat(run("edge").exitCode()).isEqualTo(2);
    }

    @Test
    void losingEverythingButTheGitRepositoriesBringsTheSameCertificatesAndTargetsBack() throws Exception {
        git("init", "-q", "--bare", "-b", "main", "book.git");
        push(
                "edge.yaml",
                "listen: 127.0.0.1:0\nlisten-tls: 127.0.0.1:0\naccess-log: off\nloops: 1\n" + "certificates: {book: "
                        + folder.resolve("book.git") + ", pass: env:BOOK_PASS}\n");
        Shell.Result added = run(
                "cert",
                "add",
                "-r",
                folder.resolve("book.git").toString(),
                "--hostname",
                "blog.test",
                "--ip",
                "127.0.0.1:" + upstream.getLocalPort(),
                "--pass",
                "env:BOOK_PASS");
        assertThat(added.exitCode()).as(added.out() + added.err()).isZero();
        Shell.Started edge = edge("--config", "edge.git");
        int plain = port(edge, HTTP);
        int secure = port(edge, HTTPS);
        String shop = serial(secure, "shop.test");
        String blog = serial(secure, "blog.test");
        await().atMost(PATIENCE).until(() -> entriesInRemote() >= 2);
        edge.process().destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        assertThat(plain).isPositive();
        delete(folder.resolve("data"));

        Shell.Started fresh = edge("--config", "edge.git");
        int again = port(fresh, HTTPS);
        assertThat(serial(again, "shop.test")).isEqualTo(shop);
        assertThat(serial(again, "blog.test")).isEqualTo(blog);
    }

    /// Certificates that have reached the book's remote.
    private long entriesInRemote() throws Exception {
        Shell.Result files = new Shell(folder, environment)
                .run(List.of("git", "-C", "book.git", "ls-tree", "-r", "--name-only", "main"));
        return files.out()
                .lines()
                .filter(line -> line.matches("names/.*\\.pem"))
                .count();
    }

    private String serial(int port, String name) {
        List<String> found = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            Shell.Result shown = new Shell(folder, environment)
                    .run(List.of(
                            "sh",
                            "-c",
                            "openssl s_client -connect 127.0.0.1:" + port + " -servername " + name
                                    + " </dev/null 2>/dev/null | openssl x509 -noout -serial"));
            Matcher serial = SERIAL.matcher(shown.out());
            return serial.find() && found.add(serial.group(1));
        });
        return found.getLast();
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
