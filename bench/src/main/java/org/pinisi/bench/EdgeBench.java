package org.pinisi.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Our edge beside HAProxy, nginx and Caddy, before the same upstream: the proxy on core 0, upstream and
/// load on core 1, one proxy after the other in each round.
final class EdgeBench {
    private final EdgeOptions options;
    private final Path work;
    private final Comparison comparison;

    private EdgeBench(EdgeOptions options, Path work) {
        this.options = options;
        this.work = work;
        this.comparison = Comparison.begin(options.json());
    }

    static void run(Path work, List<String> arguments) {
        EdgeBench bench = new EdgeBench(EdgeOptions.parse(arguments), work);
        BenchCertificate certificate = BenchCertificate.make(work);
        try (PinnedServer origin = bench.origin()) {
            bench.compare(origin, certificate);
        }
        bench.comparison.end();
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
                comparison.row(row.word(), () -> measure(row, taking(row, servers), check, load));
            }
        } finally {
            servers.values().forEach(PinnedServer::close);
        }
    }

    private static Map<EdgePeer, PinnedServer> taking(EdgeRow row, Map<EdgePeer, PinnedServer> servers) {
        Map<EdgePeer, PinnedServer> taking = new EnumMap<>(servers);
        taking.keySet().removeIf(peer -> !peer.runs(row));
        return taking;
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
                    idle(idling, peer, row, server).ifPresent(sample -> figures.add(peer.word(), sample));
                    return;
                }
                EdgeLoad.Loaded loaded = load.run(row, server, options.time());
                figures.add(peer.word(), new Figures.Sample(loaded.run(), server.memory(), 0, loaded.load(), Map.of()));
            });
        }
        return figures;
    }

    /// A peer that fails among so many connections is left out, which is said; ours must not.
    private static Optional<Figures.Sample> idle(EdgeIdle idling, EdgePeer peer, EdgeRow row, PinnedServer server) {
        try {
            return Optional.of(idling.run(row, server));
        } catch (BenchException failure) {
            if (peer == EdgePeer.PINISI) {
                throw failure;
            }
            System.out.println(row.word() + " without " + peer.word() + ": " + failure.getMessage());
            return Optional.empty();
        }
    }
}
