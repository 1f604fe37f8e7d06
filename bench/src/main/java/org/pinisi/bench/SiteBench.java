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

/// Our site server beside nginx and Caddy, on the same tree: server on core 0, load on core 1, one server
/// after the other in each round.
final class SiteBench {
    private final SiteOptions options;
    private final Path work;
    private final SiteFiles files;
    private final SiteCheck check;
    private final SiteLoad load;
    private final List<Figures> all = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();

    private SiteBench(SiteOptions options, Path work) {
        this.options = options;
        this.work = work;
        this.files = SiteFiles.make(work, options.files());
        this.check = new SiteCheck(files);
        this.load = new SiteLoad(work, files);
    }

    static void run(Path work, List<String> arguments) {
        SiteBench bench = new SiteBench(SiteOptions.parse(arguments), work);
        System.out.println(Figures.header());
        bench.warm();
        bench.cold();
        bench.save();
        if (!bench.failed.isEmpty()) {
            throw new BenchException(
                    "not measured, as something was answered wrongly: " + String.join(", ", bench.failed));
        }
    }

    private void warm() {
        Map<SitePeer, PinnedServer> servers = new EnumMap<>(SitePeer.class);
        try {
            for (SitePeer peer : options.peers()) {
                servers.put(peer, peer.start(files, work));
            }
            for (SiteRow row : options.rows()) {
                attempt(row.name(), () -> show(warm(row, servers)));
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
            attempt("cold " + wire.word(), () -> show(cold(row)));
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

    /// A row that fails is told at once and at the end; the others are measured all the same.
    private void attempt(String name, Runnable measurement) {
        try {
            measurement.run();
        } catch (BenchException failure) {
            failed.add(name);
            System.out.println(name + " FAILED: " + failure.getMessage() + "\n");
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
