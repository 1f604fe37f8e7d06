package org.pinisi.bench;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The figures of one row, round by round, so that ratios are made within a round: what else the machine did
/// then met both.
final class SiteFigures {
    private final String row;
    private final Map<SitePeer, java.util.List<Sample>> samples = new EnumMap<>(SitePeer.class);

    SiteFigures(String row) {
        this.row = row;
    }

    /// One run of one server.
    ///
    /// @param memory in bytes, at its end
    /// @param start seconds from its start to its taking connections; 0 when it ran before
    record Sample(SiteLoad.Run run, long memory, double start) {}

    String row() {
        return row;
    }

    void add(SitePeer peer, Sample sample) {
        samples.computeIfAbsent(peer, _ -> new java.util.ArrayList<>()).add(sample);
    }

    Stats of(SitePeer peer, ToDoubleFunction<Sample> figure) {
        Stats stats = new Stats();
        samples.getOrDefault(peer, java.util.List.of()).forEach(sample -> stats.add(figure.applyAsDouble(sample)));
        return stats;
    }

    /// A figure of ours divided by the same of the other in the same round.
    Stats ratio(SitePeer other, ToDoubleFunction<Sample> figure) {
        java.util.List<Sample> ours = samples.getOrDefault(SitePeer.PINISI, java.util.List.of());
        java.util.List<Sample> theirs = samples.getOrDefault(other, java.util.List.of());
        Stats stats = new Stats();
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            stats.add(figure.applyAsDouble(ours.get(i)) / figure.applyAsDouble(theirs.get(i)));
        }
        return stats;
    }

    static String header() {
        return String.format(
                Locale.ROOT,
                "%-12s %-7s %10s %10s %10s %10s %8s   %-24s %-8s %s",
                "row",
                "server",
                "req/s",
                "cpu µs",
                "p50 µs",
                "p99 µs",
                "MB",
                "ours ÷ its: req/s",
                "cpu",
                "p99");
    }

    /// A line for each server.
    String text() {
        StringBuilder text = new StringBuilder();
        samples.keySet().forEach(peer -> text.append(line(peer)).append('\n'));
        return text.toString();
    }

    private String line(SitePeer peer) {
        Stats start = of(peer, Sample::start);
        return String.format(
                        Locale.ROOT,
                        "%-12s %-7s %10.0f %10.1f %10.0f %10.0f %8.0f   %s%s",
                        row,
                        peer.word(),
                        of(peer, sample -> sample.run().rate()).median(),
                        of(peer, sample -> sample.run().processor()).median(),
                        of(peer, sample -> sample.run().p50()).median(),
                        of(peer, sample -> sample.run().p99()).median(),
                        of(peer, Sample::memory).median() / (1 << 20),
                        peer == SitePeer.PINISI ? "" : ratios(peer),
                        start.median() > 0 ? String.format(Locale.ROOT, "  up in %.2f s", start.median()) : "")
                .stripTrailing();
    }

    private String ratios(SitePeer peer) {
        Stats rate = ratio(peer, sample -> sample.run().rate());
        if (rate.count() == 0) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "%-24s %-8s %s",
                String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", rate.median(), rate.quantile(0), rate.quantile(1)),
                String.format(
                        Locale.ROOT,
                        "%.2f",
                        ratio(peer, sample -> sample.run().processor()).median()),
                String.format(
                        Locale.ROOT,
                        "%.2f",
                        ratio(peer, sample -> sample.run().p99()).median()));
    }

    ObjectNode json() {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        samples.forEach((peer, list) -> {
            ObjectNode figures = node.putObject(peer.word());
            put(figures, "requests_per_second", of(peer, sample -> sample.run().rate()));
            put(
                    figures,
                    "cpu_micros_per_request",
                    of(peer, sample -> sample.run().processor()));
            put(figures, "p50_micros", of(peer, sample -> sample.run().p50()));
            put(figures, "p99_micros", of(peer, sample -> sample.run().p99()));
            put(figures, "memory_bytes", of(peer, Sample::memory));
            put(figures, "start_seconds", of(peer, Sample::start));
            if (peer != SitePeer.PINISI && samples.containsKey(SitePeer.PINISI)) {
                ObjectNode ratios = figures.putObject("ours_divided_by_its");
                put(
                        ratios,
                        "requests_per_second",
                        ratio(peer, sample -> sample.run().rate()));
                put(
                        ratios,
                        "cpu_micros_per_request",
                        ratio(peer, sample -> sample.run().processor()));
                put(ratios, "p99_micros", ratio(peer, sample -> sample.run().p99()));
                put(ratios, "memory_bytes", ratio(peer, Sample::memory));
            }
        });
        return node;
    }

    private static void put(ObjectNode node, String name, Stats stats) {
        node.putObject(name)
                .put("median", stats.median())
                .put("smallest", stats.quantile(0))
                .put("largest", stats.quantile(1))
                .put("count", stats.count());
    }
}
