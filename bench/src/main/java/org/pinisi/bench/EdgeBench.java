package org.pinisi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Our edge beside HAProxy, nginx and Caddy, before the same upstream: the proxy on core 0, upstream and
/// load on core 1, one proxy after the other in each round.
final class EdgeBench {
    private final EdgeOptions options;
    private final Path work;
    private final List<Figures> all = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();

    private EdgeBench(EdgeOptions options, Path work) {
        this.options = options;
        this.work = work;
    }

    static void run(Path work, List<String> arguments) {
        EdgeBench bench = new EdgeBench(EdgeOptions.parse(arguments), work);
        System.out.println(Figures.header());
        BenchCertificate certificate = BenchCertificate.make(work);
        try (PinnedServer origin = bench.origin()) {
            bench.compare(origin, certificate);
        }
        bench.save();
        if (!bench.failed.isEmpty()) {
            throw new BenchException(
                    "not measured, as something was answered wrongly: " + String.join(", ", bench.failed));
        }
    }

    private PinnedServer origin() {
        int port = PinnedServer.Ports.free().plain();
        List<String> command = List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-Xmx32m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                EdgeOrigin.class.getName(),
                Integer.toString(port));
        return PinnedServer.start("origin", 1, work, new PinnedServer.Ports(port, port), Map.of(), command);
    }

    private void compare(PinnedServer origin, BenchCertificate certificate) {
        EdgePeer.Setting setting = new EdgePeer.Setting(work, origin.ports().plain(), certificate);
        EdgeLoad load = new EdgeLoad(work, new CoreShare(origin));
        EdgeCheck check = new EdgeCheck(certificate.chain());
        Map<EdgePeer, PinnedServer> servers = new EnumMap<>(EdgePeer.class);
        try {
            for (EdgePeer peer : options.peers()) {
                servers.put(peer, peer.start(setting));
            }
            for (EdgeRow row : options.rows()) {
                attempt(row, () -> show(measure(row, servers, check, load)));
            }
        } finally {
            servers.values().forEach(PinnedServer::close);
        }
    }

    private Figures measure(EdgeRow row, Map<EdgePeer, PinnedServer> servers, EdgeCheck check, EdgeLoad load) {
        boolean idle = row.tool() == EdgeRow.Tool.IDLE;
        servers.forEach((peer, server) -> {
            check.check(row, server);
            // A compiler learns for seconds; what is compiled already has only its connections to make.
            load.run(row, server, peer == EdgePeer.PINISI ? options.warmUp() : Duration.ofSeconds(1));
        });
        EdgeIdle idling = new EdgeIdle(work, load, options);
        Figures figures = new Figures(row.word());
        int rounds = idle ? 1 : options.rounds();
        for (int round = 0; round < rounds; round++) {
            servers.forEach((peer, server) -> {
                if (idle) {
                    figures.add(peer.word(), idling.run(row, server));
                    return;
                }
                EdgeLoad.Loaded loaded = load.run(row, server, options.time());
                figures.add(peer.word(), new Figures.Sample(loaded.run(), server.memory(), 0, loaded.load(), Map.of()));
            });
        }
        return figures;
    }

    /// A row that fails is told at once and at the end; the others are measured all the same.
    private void attempt(EdgeRow row, Runnable measurement) {
        try {
            measurement.run();
        } catch (BenchException failure) {
            failed.add(row.word());
            System.out.println(row.word() + " FAILED: " + failure.getMessage() + "\n");
        }
    }

    private void show(Figures figures) {
        all.add(figures);
        System.out.println(figures.text());
    }

    private void save() {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        all.forEach(figures -> node.set(figures.row(), figures.json()));
        try {
            Files.createDirectories(options.json().toAbsolutePath().resolveSibling("."));
            Files.writeString(options.json(), node.toPrettyString() + "\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        System.out.println("all figures: " + options.json());
    }
}
