package org.pinisi.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Stream;
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
import org.pinisi.http.Request;
import org.pinisi.http.Response;

/// Short runs of each program from which the JVM records what to load, link and compile ahead (JEP 483, JEP
/// 515). They do what the program is going to do most, in a temporary folder and on loopback, and end by
/// themselves.
final class Training {
    private static final int REQUESTS = 3000;
    private static final int STREAMS = 30;
    private static final int BODY_LIMIT = 1 << 20;

    private static final String APPS = """
            [{"name":"train","url":"http://train.localhost:1","state":"LIVE","pinned":false,"units":[],"live":{"app":"train",
            "number":1,"commit":"d935a78526266959b3449763c6078c25c6e3b4c0","branch":"main","subject":"one",
            "image":"sha256:9cbc8fba7c564fbd011850f612e9bef7d09451d27145b8a606021d99bef5b88e","start":[],"settings":{"env":{},
            "healthPath":"/","healthDeadlineMillis":30000,"healthIntervalMillis":200,"memoryBytes":null,"cpus":null,
            "graceMillis":10000,"drainMillis":30000,"restart":"ON_FAILURE","hosts":[]},"secretNames":[],
            "summary":"static site, 1 file","created":"2026-01-01T00:00:00Z","static":true}}]
            """;

    private Training() {}

    /// What nearly every command does: build the tree, parse, ask a control plane, print.
    static void commandLine() throws Exception {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Main.run(nowhere, nowhere, "--version");
        Main.run(nowhere, nowhere, "--help");
        Main.run(nowhere, nowhere, "no-such-command");
        Main.run(nowhere, nowhere, "--data", "/nonexistent", "status", "--json");
        Path folder = Files.createTempDirectory("pinisi-train");
        try {
            DataFolder data = DataFolder.of(folder);
            Listen there = Listen.parse("127.0.0.1:1");
            Whereabouts at = Whereabouts.of(data, there, there, Optional.of(there), there, "SHA256:none");
            try (Loops loops = Loops.create("train", 1);
                    HttpServer plane = HttpServer.builder(
                                    new Address.Unix(data.controlSocket()), request -> answer(request, at), loops)
                            .start()) {
                for (String command : List.of("status", "apps", "releases")) {
                    Main.run(nowhere, nowhere, "--data", folder.toString(), command, "train");
                    Main.run(nowhere, nowhere, "--data", folder.toString(), command);
                }
                Greeting.print(nowhere, Control.whereabouts(data).orElseThrow(), Duration.ofSeconds(1));
                plane.close(Duration.ZERO);
            }
        } finally {
            delete(folder);
        }
    }

    /// As a control plane with one app does.
    private static Response answer(Request request, Whereabouts at) {
        return Response.json(
                200,
                switch (request.rawPath()) {
                    case "/status" -> at.toJson();
                    case "/apps" -> APPS;
                    default -> "[]";
                });
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
                Folders folders = new Folders(folder.resolve("site-cache"));
                Edge edge = Edge.start(config, folders);
                EdgeClient admin = new EdgeClient(folder.resolve("edge.sock"));
                HttpClient client = HttpClient.create();
                HttpClient streams = HttpClient.builder().http2PriorKnowledge().build()) {
            Address address = edge.addresses().getFirst();
            admin.put(new EdgeRoute(
                    "app",
                    List.of("app.localhost"),
                    Target.Upstreams.of(new org.pinisi.edge.Upstream("app-1", upstream.address()))));
            admin.put(new EdgeRoute("site", List.of("site.localhost"), new Target.Folder(site)));
            for (int i = 0; i < REQUESTS; i++) {
                get(client, address, "/", i % 2 == 0 ? "app.localhost" : "site.localhost");
            }
            many(streams, address);
            admin.stats("app");
        } finally {
            delete(folder);
        }
    }

    /// Many requests at once on one connection of HTTP/2, as browsers send them. In clear: with TLS in the
    /// training run an edge that has no TLS took 9 MB more, and one that has it began no sooner.
    private static void many(HttpClient client, Address address) throws Exception {
        List<Future<?>> asking = new ArrayList<>();
        ThreadFactory named = Thread.ofVirtual().name("train-", 0).factory();
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(named)) {
            for (int i = 0; i < STREAMS; i++) {
                asking.add(threads.submit(() -> {
                    for (int done = 0; done < REQUESTS / STREAMS; done++) {
                        get(client, address, "/", "app.localhost");
                    }
                    return null;
                }));
            }
            for (Future<?> one : asking) {
                one.get();
            }
        }
    }

    static void get(HttpClient client, Address address, String path, String host) throws InterruptedException {
        ClientRequest request = new ClientRequest("GET", path, Fields.of("Host", host), java.util.Optional.empty());
        try (ClientResponse answer = client.send(address, request)) {
            answer.bodyAsBytes(BODY_LIMIT);
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
