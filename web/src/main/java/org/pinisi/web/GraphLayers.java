package org.pinisi.web;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pinisi.deployer.Drawing;

/// A graph in layers (Sugiyama, Tagawa, Toda, 1981): each node one layer behind the last of those that lead to it, each
/// arrow over several layers broken up by bends, and each layer sorted so that few arrows cross. The same drawing
/// always
/// gives the same layers.
final class GraphLayers {
    private static final int SWEEPS = 6;

    /// A node, or a bend of a long arrow when there is no node.
    static final class Spot {
        final Drawing.@Nullable Node node;
        final int band;
        final int layer;
        final List<Spot> before = new ArrayList<>();
        final List<Spot> after = new ArrayList<>();
        /// The place within its band and layer, from 0.
        int place;

        Spot(Drawing.@Nullable Node node, int band, int layer) {
            this.node = node;
            this.band = band;
            this.layer = layer;
        }
    }

    /// An arrow: where it begins, bends and ends.
    record Route(List<Spot> spots) {}

    private final Map<Optional<String>, Integer> bands = new LinkedHashMap<>();
    private final List<List<Spot>> layers = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();

    GraphLayers(Drawing drawing) {
        Map<String, Spot> spots = place(drawing);
        drawing.edges().stream().distinct().forEach(edge -> {
            Spot from = spots.get(edge.from());
            Spot to = spots.get(edge.to());
            if (from != null && to != null && from.layer < to.layer) {
                routes.add(route(from, to));
            }
        });
        number();
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            sort(sweep % 2 == 0);
        }
    }

    /// Groups in order of appearance; what has no group comes first.
    List<Optional<String>> bands() {
        return List.copyOf(bands.keySet());
    }

    /// From left to right; each sorted by band, then by place.
    List<List<Spot>> layers() {
        return layers;
    }

    List<Route> routes() {
        return routes;
    }

    private Map<String, Spot> place(Drawing drawing) {
        bands.put(Optional.empty(), 0);
        Map<String, List<String>> inputs = new HashMap<>();
        drawing.edges()
                .forEach(edge -> inputs.computeIfAbsent(edge.to(), _ -> new ArrayList<>())
                        .add(edge.from()));
        Map<String, Drawing.Node> left = new LinkedHashMap<>();
        drawing.nodes().forEach(node -> left.putIfAbsent(node.id(), node));
        Map<String, Spot> placed = new LinkedHashMap<>();
        while (!left.isEmpty()) {
            Drawing.Node next = left.values().stream()
                    .filter(node ->
                            inputs.getOrDefault(node.id(), List.of()).stream().noneMatch(left::containsKey))
                    .findFirst()
                    .orElseGet(() -> left.values().iterator().next());
            left.remove(next.id());
            int layer = inputs.getOrDefault(next.id(), List.of()).stream()
                            .map(placed::get)
                            .filter(spot -> spot != null)
                            .mapToInt(spot -> spot.layer)
                            .max()
                            .orElse(-1)
                    + 1;
            int band = bands.computeIfAbsent(next.group(), _ -> bands.size());
            placed.put(next.id(), add(new Spot(next, band, layer)));
        }
        return placed;
    }

    private Spot add(Spot spot) {
        while (layers.size() <= spot.layer) {
            layers.add(new ArrayList<>());
        }
        layers.get(spot.layer).add(spot);
        return spot;
    }

    private Route route(Spot from, Spot to) {
        List<Spot> spots = new ArrayList<>();
        spots.add(from);
        for (int layer = from.layer + 1; layer < to.layer; layer++) {
            spots.add(add(new Spot(null, to.band, layer)));
        }
        spots.add(to);
        for (int i = 1; i < spots.size(); i++) {
            spots.get(i - 1).after.add(spots.get(i));
            spots.get(i).before.add(spots.get(i - 1));
        }
        return new Route(List.copyOf(spots));
    }

    private void number() {
        for (List<Spot> layer : layers) {
            layer.sort(Comparator.comparingInt(spot -> spot.band));
            int place = 0;
            int band = -1;
            for (Spot spot : layer) {
                place = spot.band == band ? place + 1 : 0;
                band = spot.band;
                spot.place = place;
            }
        }
    }

    private void sort(boolean forward) {
        List<List<Spot>> order = forward ? layers : layers.reversed();
        for (List<Spot> layer : order) {
            Map<Spot, Double> weight = new HashMap<>();
            for (Spot spot : layer) {
                weight.put(spot, middle(forward ? spot.before : spot.after, spot));
            }
            // Where it makes no difference, boxes stay above and arrows pass below.
            layer.sort(Comparator.<Spot>comparingInt(spot -> spot.band)
                    .thenComparingDouble(weight::get)
                    .thenComparing(spot -> spot.node == null));
            number();
        }
    }

    private static double middle(List<Spot> neighbours, Spot spot) {
        return neighbours.stream()
                .mapToDouble(other -> other.band * 1000.0 + other.place)
                .average()
                .orElse(spot.band * 1000.0 + spot.place);
    }
}
