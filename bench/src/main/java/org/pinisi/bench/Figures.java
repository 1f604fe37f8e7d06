package org.pinisi.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The figures of one row, round by round, so that ratios are made within a round: what else the machine did
/// then met both.
final class Figures {
    /// The name of the one that is compared with each of the others.
    static final String OURS = "pinisi";

    private final String row;
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

    Figures(String row) {
        this.row = row;
    }

    /// One run of one server.
    ///
    /// @param memory in bytes, at its end
    /// @param start seconds from its start to its taking connections; 0 when it ran before
    /// @param load the share of its core that the load had, 0 to 1: near 1, the load was the limit; not a number
    ///     where it was not looked at
    /// @param others further figures of this row alone, by name
    record Sample(Run run, long memory, double start, double load, Map<String, Double> others) {
        Sample {
            others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
        }

        static Sample of(Run run, long memory, double start) {
            return new Sample(run, memory, start, Double.NaN, Map.of());
        }
    }

    String row() {
        return row;
    }

    void add(String peer, Sample sample) {
        samples.computeIfAbsent(peer, _ -> new ArrayList<>()).add(sample);
    }

    Stats of(String peer, ToDoubleFunction<Sample> figure) {
        Stats stats = new Stats();
        samples.getOrDefault(peer, List.of()).forEach(sample -> stats.add(figure.applyAsDouble(sample)));
        return stats;
    }

    /// A figure of ours divided by the same of the other in the same round.
    Stats ratio(String other, ToDoubleFunction<Sample> figure) {
        List<Sample> ours = samples.getOrDefault(OURS, List.of());
        List<Sample> theirs = samples.getOrDefault(other, List.of());
        Stats stats = new Stats();
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            stats.add(figure.applyAsDouble(ours.get(i)) / figure.applyAsDouble(theirs.get(i)));
        }
        return stats;
    }

    static String header() {
        return String.format(
                Locale.ROOT,
                "%-12s %-7s %10s %10s %10s %10s %8s %6s   %-24s %-8s %s",
                "row",
                "server",
                "req/s",
                "cpu µs",
                "p50 µs",
                "p99 µs",
                "MB",
                "load %",
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

    private String line(String peer) {
        Stats start = of(peer, Sample::start);
        return String.format(
                        Locale.ROOT,
                        "%-12s %-7s %10.0f %10.1f %10.0f %10.0f %8.0f %6s   %s%s%s",
                        row,
                        peer,
                        of(peer, sample -> sample.run().rate()).median(),
                        of(peer, sample -> sample.run().processor()).median(),
                        of(peer, sample -> sample.run().p50()).median(),
                        of(peer, sample -> sample.run().p99()).median(),
                        of(peer, Sample::memory).median() / (1 << 20),
                        share(of(peer, Sample::load).median()),
                        peer.equals(OURS) ? "" : ratios(peer),
                        start.median() > 0 ? String.format(Locale.ROOT, "  up in %.2f s", start.median()) : "",
                        others(peer))
                .stripTrailing();
    }

    private static String share(double share) {
        return Double.isNaN(share) ? "" : String.format(Locale.ROOT, "%.0f", share * 100);
    }

    private String others(String peer) {
        StringBuilder text = new StringBuilder();
        otherNames(peer)
                .forEach(name -> text.append("  ")
                        .append(name)
                        .append(String.format(
                                Locale.ROOT, " %.1f", other(peer, name).median())));
        return text.toString();
    }

    private List<String> otherNames(String peer) {
        return samples.getOrDefault(peer, List.of()).stream()
                .flatMap(sample -> sample.others().keySet().stream())
                .distinct()
                .toList();
    }

    private Stats other(String peer, String name) {
        return of(peer, sample -> sample.others().getOrDefault(name, Double.NaN));
    }

    private String ratios(String peer) {
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
            ObjectNode figures = node.putObject(peer);
            put(figures, "requests_per_second", of(peer, sample -> sample.run().rate()));
            put(
                    figures,
                    "cpu_micros_per_request",
                    of(peer, sample -> sample.run().processor()));
            put(figures, "p50_micros", of(peer, sample -> sample.run().p50()));
            put(figures, "p99_micros", of(peer, sample -> sample.run().p99()));
            put(figures, "memory_bytes", of(peer, Sample::memory));
            put(figures, "start_seconds", of(peer, Sample::start));
            put(figures, "load_core_share", of(peer, Sample::load));
            otherNames(peer).forEach(name -> put(figures, name, other(peer, name)));
            if (!peer.equals(OURS) && samples.containsKey(OURS)) {
                ObjectNode ratios = figures.putObject("ours_divided_by_its");
                put(
                        ratios,
                        "requests_per_second",
                        ratio(peer, sample -> sample.run().rate()));
                put(
                        ratios,
                        "cpu_micros_per_request",
                        ratio(peer, sample -> sample.run().processor()));
                put(ratios, "p50_micros", ratio(peer, sample -> sample.run().p50()));
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
