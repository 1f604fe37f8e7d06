package org.pinisi.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Our site server beside nginx and Caddy, on the same tree: server on core 0, load on core 1, one server
/// after the other in each round.
final class SiteBench {
    private final SiteOptions options;
    private final Path work;
    private final SiteFiles files;
    private final SiteCheck check;
    private final SiteLoad load;
    private final Comparison comparison;

    private SiteBench(SiteOptions options, Path work) {
        this.options = options;
        this.work = work;
        this.files = SiteFiles.make(work, options.files());
        this.check = new SiteCheck(files);
        this.load = new SiteLoad(work, files);
        this.comparison = Comparison.begin(options.json());
    }

    static void run(Path work, List<String> arguments) {
        SiteBench bench = new SiteBench(SiteOptions.parse(arguments), work);
        bench.warm();
        bench.cold();
        bench.comparison.end();
    }

    private void warm() {
        Map<SitePeer, PinnedServer> servers = new EnumMap<>(SitePeer.class);
        try {
            for (SitePeer peer : options.peers()) {
                servers.put(peer, peer.start(files, work));
            }
            for (SiteRow row : options.rows()) {
                comparison.row(row.name(), () -> warm(row, servers));
            }
        } finally {
            servers.values().forEach(PinnedServer::close);
        }
    }

    private Figures warm(SiteRow row, Map<SitePeer, PinnedServer> servers) {
        Map<SitePeer, List<String>> allFields = new EnumMap<>(SitePeer.class);
        servers.forEach((peer, server) -> {
            List<String> fields = check.check(row, server);
            allFields.put(peer, fields);
            if (row.content() == SiteRow.Content.MANY) {
                load.askForAll(row.wire(), server);
            }
            // A compiler learns for seconds; what is compiled already has only its caches to fill.
            Duration time = peer == SitePeer.PINISI ? options.warmUp() : Duration.ofSeconds(1);
            load.run(row, server, fields, time);
        });
        Figures figures = new Figures(row.name());
        for (int round = 0; round < options.rounds(); round++) {
            servers.forEach((peer, server) -> {
                List<String> fields = allFields.getOrDefault(peer, List.of());
                Run run = load.run(row, server, fields, options.time());
                figures.add(peer.word(), Figures.Sample.of(run, server.memory(), 0));
            });
        }
        return figures;
    }

    /// Each server started afresh and loaded at once; nothing is checked before, as that would warm it.
    private void cold() {
        for (SiteRow.Wire wire : SiteRow.Wire.values()) {
            SiteRow row = new SiteRow(wire, SiteRow.Content.SMALL);
            if (options.coldRounds() == 0 || !options.rows().contains(row)) {
                continue;
            }
            comparison.row("cold " + wire.word(), () -> cold(row));
        }
    }

    private Figures cold(SiteRow row) {
        Figures figures = new Figures("cold " + row.wire().word());
        for (int round = 0; round < options.coldRounds(); round++) {
            for (SitePeer peer : options.peers()) {
                try (PinnedServer server = peer.start(files, work)) {
                    Run run = load.once(row, server, options.coldTime());
                    figures.add(peer.word(), Figures.Sample.of(run, server.memory(), server.startSeconds()));
                }
            }
        }
        return figures;
    }
}
