package org.pinisi.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.pinisi.cli.Installation.Ending;
import org.pinisi.cli.Installation.Wishes;
import org.pinisi.edge.Edge;
import org.pinisi.edge.EdgeClient;
import org.pinisi.edge.EdgeConfig;
import org.pinisi.edge.EdgeRoute;
import org.pinisi.edge.Target;
import org.pinisi.http.Address;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.Fields;
import org.pinisi.http.Handler;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Response;

/// Short runs of each program from which the JVM records what to load, link and compile ahead (JEP 483, JEP
/// 515). They do what the program is going to do most, in a temporary folder and on loopback, and end by
/// themselves.
final class Training {
    private static final int REQUESTS = 3000;
    private static final int PAGES = 20;
    private static final int BODY_LIMIT = 1 << 20;

    private Training() {}

    /// What nearly every command does first: build the tree, parse, print help.
    static void commandLine() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Main.run(nowhere, nowhere, "--version");
        Main.run(nowhere, nowhere, "--help");
        Main.run(nowhere, nowhere, "no-such-command");
        Main.run(nowhere, nowhere, "--data", "/nonexistent", "status", "--json");
    }

    /// Starts everything, looks at the page, pushes a site with the machine's git where there is one, and ends
    /// everything.
    static void plane() throws Exception {
        Path folder = Files.createTempDirectory("pinisi-train");
        DataFolder data = DataFolder.of(folder.resolve("data"));
        try {
            Files.createDirectories(data.log());
            LogFile.use(data.log().resolve("pinisi.log"));
            Listen any = Listen.parse("127.0.0.1:0");
            try (Installation installation =
                    Installation.start(data, data.lock().orElseThrow(), new Wishes(any, any, any))) {
                Whereabouts at = installation.whereabouts();
                push(folder, at.git() + "train.git");
                try (HttpClient client = HttpClient.create()) {
                    Address web = Address.parse(at.web().substring("http://".length()));
                    for (int i = 0; i < PAGES; i++) {
                        get(client, web, "/", "localhost");
                        get(client, web, "/apps/train", "localhost");
                        get(client, web, "/runs/1", "localhost");
                    }
                    get(client, new Address.Unix(data.controlSocket()), "/apps", "localhost");
                }
                installation.ask(Ending.EVERYTHING);
                installation.awaitEnd(data);
            }
        } finally {
            Files.deleteIfExists(data.key());
            delete(folder);
        }
    }

    private static void push(Path folder, String url) throws IOException, InterruptedException {
        Path app = Files.createDirectories(folder.resolve("app"));
        Files.writeString(app.resolve("index.html"), "<!doctype html><title>training</title>");
        List<List<String>> commands = List.of(
                List.of("git", "init", "-q", "-b", "main"),
                List.of("git", "add", "."),
                List.of(
                        "git",
                        "-c",
                        "user.name=train",
                        "-c",
                        "user.email=train@localhost",
                        "commit",
                        "-q",
                        "-m",
                        "one"),
                List.of("git", "push", "-q", url, "main"));
        for (List<String> command : commands) {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(app.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().putAll(Map.of("GIT_CONFIG_GLOBAL", "/dev/null", "GIT_CONFIG_NOSYSTEM", "1"));
            Process process;
            try {
                process = builder.start();
            } catch (IOException noGit) {
                // The server side is then recorded without a push; everything else is.
                return;
            }
            if (!process.waitFor(Duration.ofSeconds(30).toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return;
            }
        }
    }

    /// Starts an edge and sends a few thousand requests through it.
    static void edge() throws Exception {
        Path folder = Files.createTempDirectory("pinisi-train");
        LogFile.use(folder.resolve("edge.log"));
        Path site = Files.createDirectories(folder.resolve("site"));
        Files.writeString(site.resolve("index.html"), "<!doctype html><title>training</title>");
        Handler app = _ -> Response.text(200, "answer");
        EdgeConfig config = EdgeConfig.of(
                folder,
                Map.of(
                        "listen",
                        "127.0.0.1:0",
                        "admin-socket",
                        folder.resolve("edge.sock").toString()));
        try (Loops loops = Loops.create("train", 1);
                HttpServer upstream = HttpServer.builder(Address.inet("127.0.0.1", 0), app, loops)
                        .start();
                Edge edge = Edge.start(config);
                EdgeClient admin = new EdgeClient(folder.resolve("edge.sock"));
                HttpClient client = HttpClient.create()) {
            Address address = edge.addresses().getFirst();
            admin.put(new EdgeRoute(
                    "app",
                    List.of("app.localhost"),
                    Target.Upstreams.of(new org.pinisi.edge.Upstream("app-1", upstream.address()))));
            admin.put(new EdgeRoute("site", List.of("site.localhost"), new Target.Folder(site)));
            for (int i = 0; i < REQUESTS; i++) {
                get(client, address, "/", i % 2 == 0 ? "app.localhost" : "site.localhost");
            }
            admin.stats("app");
        } finally {
            delete(folder);
        }
    }

    private static void get(HttpClient client, Address address, String path, String host) throws InterruptedException {
        ClientRequest request = new ClientRequest("GET", path, Fields.of("Host", host), java.util.Optional.empty());
        try (ClientResponse answer = client.send(address, request)) {
            answer.bodyAsBytes(BODY_LIMIT);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
