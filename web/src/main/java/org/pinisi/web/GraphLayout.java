package org.pinisi.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pinisi.deployer.Drawing;

/// Draws a pipeline from left to right, each group in a frame of its own.
final class GraphLayout {
    /// With more nodes than this a picture helps nobody.
    static final int MOST_NODES = 200;

    private static final int BOX_HEIGHT = 46;
    private static final int ROW = 62;
    private static final int GAP = 44;
    private static final int MARGIN = 14;
    private static final int BAND_HEAD = 26;
    private static final int BAND_GAP = 14;
    private static final int CHARACTER = 8;
    private static final int LONGEST_LABEL = 26;
    private static final int NARROWEST = 92;

    private final GraphLayers layers;
    private final List<Integer> lefts = new ArrayList<>();
    private final List<Integer> widths = new ArrayList<>();
    private final List<Integer> tops = new ArrayList<>();
    private final List<Integer> rows = new ArrayList<>();
    private int right = MARGIN;
    private int bottom = MARGIN;

    private GraphLayout(GraphLayers layers) {
        this.layers = layers;
        columns();
        bands();
    }

    /// Empty if there is nothing to draw, or too much.
    static Optional<GraphPicture> of(Drawing drawing) {
        if (drawing.nodes().isEmpty() || drawing.nodes().size() > MOST_NODES) {
            return Optional.empty();
        }
        return Optional.of(new GraphLayout(new GraphLayers(drawing)).picture());
    }

    private void columns() {
        for (List<GraphLayers.Spot> layer : layers.layers()) {
            int width = NARROWEST;
            for (GraphLayers.Spot spot : layer) {
                Drawing.@Nullable Node node = spot.node;
                if (node != null) {
                    int characters = Math.max(
                            label(node).length(),
                            Badge.ofNode(node.state()).text().length() + 2);
                    width = Math.max(width, characters * CHARACTER + 24);
                }
            }
            lefts.add(right);
            widths.add(width);
            right += width + GAP;
        }
        right += MARGIN - GAP;
    }

    private void bands() {
        for (int band = 0; band < layers.bands().size(); band++) {
            int most = 0;
            for (List<GraphLayers.Spot> layer : layers.layers()) {
                most = Math.max(most, count(layer, band));
            }
            rows.add(most);
            int head = band == 0 ? 0 : BAND_HEAD + BAND_GAP;
            tops.add(bottom + (most == 0 ? 0 : head));
            bottom += most == 0 ? 0 : head + most * ROW - (ROW - BOX_HEIGHT) + (band == 0 ? 0 : MARGIN);
        }
        bottom += MARGIN;
    }

    private static int count(List<GraphLayers.Spot> layer, int band) {
        return (int) layer.stream().filter(spot -> spot.band == band).count();
    }

    private GraphPicture picture() {
        List<GraphPicture.Box> boxes = new ArrayList<>();
        for (List<GraphLayers.Spot> layer : layers.layers()) {
            for (GraphLayers.Spot spot : layer) {
                Drawing.@Nullable Node node = spot.node;
                if (node != null) {
                    boxes.add(box(spot, node));
                }
            }
        }
        List<GraphPicture.Line> lines = layers.routes().stream().map(this::line).toList();
        return new GraphPicture(right, bottom, frames(), lines, boxes);
    }

    private GraphPicture.Box box(GraphLayers.Spot spot, Drawing.Node node) {
        String full =
                node.label() + node.message().map(message -> ": " + message).orElse("");
        return new GraphPicture.Box(
                node.id(),
                lefts.get(spot.layer),
                middle(spot) - BOX_HEIGHT / 2,
                widths.get(spot.layer),
                BOX_HEIGHT,
                label(node),
                full,
                Badge.ofNode(node.state()),
                node.job());
    }

    private List<GraphPicture.Band> frames() {
        List<GraphPicture.Band> frames = new ArrayList<>();
        for (int band = 1; band < layers.bands().size(); band++) {
            int height = BAND_HEAD + rows.get(band) * ROW - (ROW - BOX_HEIGHT) + MARGIN - 4;
            frames.add(new GraphPicture.Band(
                    tops.get(band) - BAND_HEAD,
                    right,
                    height,
                    layers.bands().get(band).orElse("")));
        }
        return frames;
    }

    private GraphPicture.Line line(GraphLayers.Route route) {
        List<GraphLayers.Spot> spots = route.spots();
        GraphLayers.Spot from = spots.getFirst();
        int x = lefts.get(from.layer) + widths.get(from.layer);
        int y = middle(from);
        StringBuilder path = new StringBuilder("M" + x + " " + y);
        for (GraphLayers.Spot spot : spots.subList(1, spots.size())) {
            int nextX = lefts.get(spot.layer);
            int nextY = middle(spot);
            int bend = x + (nextX - x) / 2;
            path.append(" C%d %d %d %d %d %d".formatted(bend, y, bend, nextY, nextX, nextY));
            x = nextX;
            y = nextY;
            if (spot.node == null) {
                x += widths.get(spot.layer);
                path.append(" H").append(x);
            }
        }
        Drawing.@Nullable Node source = from.node;
        return new GraphPicture.Line(
                path.toString(), source != null && source.state().equals("succeeded"));
    }

    private int middle(GraphLayers.Spot spot) {
        return tops.get(spot.band) + spot.place * ROW + BOX_HEIGHT / 2;
    }

    private static String label(Drawing.Node node) {
        String label = node.label();
        return label.length() <= LONGEST_LABEL ? label : label.substring(0, LONGEST_LABEL - 1) + "…";
    }
}
