package org.pinisi.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The written forms of a graph.
final class GraphText {
    private final Graph graph;
    private final Map<String, String> names = new HashMap<>();

    private GraphText(Graph graph) {
        this.graph = graph;
        for (Graph.Node node : graph.nodes()) {
            names.put(node.id(), "n" + names.size());
        }
    }

    static String text(Graph graph) {
        Map<String, List<Graph.Edge>> inputs = graph.edges().stream().collect(Collectors.groupingBy(Graph.Edge::to));
        StringBuilder text = new StringBuilder();
        for (Graph.Node node : graph.nodes()) {
            text.append(word(node.state())).append(node.updating() ? "+updating" : "");
            text.append("  ").append(node.id());
            if (!node.id().endsWith("." + node.label())) {
                text.append(" \"").append(node.label()).append('"');
            }
            List<Graph.Edge> edges = inputs.getOrDefault(node.id(), List.of());
            if (!edges.isEmpty()) {
                text.append("  <- ");
                text.append(edges.stream()
                        .map(edge -> (edge.flow() == Graph.Flow.CONTROL ? "~" : "") + edge.from())
                        .collect(Collectors.joining(", ")));
            }
            node.message().ifPresent(message -> text.append("  : ").append(message.replace("\n", "\\n")));
            text.append('\n');
        }
        return text.toString();
    }

    private static String word(Graph.State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String dot(Graph graph) {
        return new GraphText(graph).dot();
    }

    private String dot() {
        StringBuilder dot = new StringBuilder("digraph pipeline {\n  rankdir=LR;\n  node [shape=box, style=filled];\n");
        members(dot, Optional.empty(), "  ");
        for (Graph.Edge edge : graph.edges()) {
            dot.append("  %s -> %s%s;\n"
                    .formatted(
                            names.get(edge.from()),
                            names.get(edge.to()),
                            edge.flow() == Graph.Flow.CONTROL ? " [style=dashed]" : ""));
        }
        return dot.append("}\n").toString();
    }

    private void members(StringBuilder dot, Optional<String> frame, String indent) {
        for (Graph.Node node : graph.nodes()) {
            if (node.group().equals(frame)) {
                dot.append(indent).append(box(node)).append(";\n");
            }
        }
        int number = 0;
        for (Graph.Group group : graph.groups()) {
            number++;
            if (group.parent().equals(frame)) {
                dot.append(indent).append("subgraph cluster_").append(number).append(" {\n");
                dot.append(indent)
                        .append("  label=")
                        .append(quoted(group.label()))
                        .append(";\n");
                members(dot, Optional.of(group.id()), indent + "  ");
                dot.append(indent).append("}\n");
            }
        }
    }

    private String box(Graph.Node node) {
        String colour = node.updating() ? "#ffa500:" + colour(node.state()) : colour(node.state());
        StringBuilder box = new StringBuilder(names.get(node.id()) + " [label=");
        box.append(quoted(node.kind() == Graph.Kind.COLLAPSED ? "+ " + node.label() : node.label()));
        box.append(", fillcolor=").append(quoted(colour));
        if (node.kind() == Graph.Kind.GATE) {
            box.append(", shape=circle");
        }
        node.message().ifPresent(message -> box.append(", tooltip=").append(quoted(message)));
        return box.append(']').toString();
    }

    private static String colour(Graph.State state) {
        return switch (state) {
            case SUCCEEDED -> "#90ee90";
            case FAILED -> "#ff4500";
            case RUNNING -> "#ffa500";
            case READY -> "#ffff00";
            case WAITING_FOR_CONFIRMATION -> "#4975ff";
            case BLOCKED -> "#d3d3d3";
        };
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
