package org.pinisi.deployer;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.pinisi.engine.Graph;

/// A pipeline as a picture to be laid out: what there is, how it fares, and what leads to what.
///
/// @param nodes in the order in which values flow
/// @param edges from node to node
public record Drawing(List<Node> nodes, List<Edge> edges) {
    /// Copies what can change.
    public Drawing {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
    }

    /// One box.
    ///
    /// @param id stable across restarts
    /// @param label for a person
    /// @param state `succeeded`, `failed`, `running`, `ready`, `waiting_for_confirmation` or `blocked`
    /// @param group the branch it belongs to, unless it belongs to the deployment
    /// @param job the job behind it
    /// @param message why it failed
    public record Node(
            String id,
            String label,
            String state,
            Optional<String> group,
            Optional<String> job,
            Optional<String> message) {}

    /// One arrow.
    public record Edge(String from, String to) {}

    /// The part of an app's pipeline that a run goes through: the deployment, or the one branch. Only
    /// operations are shown; what the engine needs between them is left out, and so is the retirement of
    /// what served before, which goes on after the run.
    static Drawing of(Graph graph, Optional<String> branch) {
        Map<String, String> branches = graph.groups().stream()
                .filter(group -> group.parent().isPresent())
                .collect(Collectors.toMap(Graph.Group::id, Graph.Group::label));
        List<Node> nodes = graph.nodes().stream()
                .filter(Drawing::isShown)
                .filter(node -> node.group()
                        .flatMap(group -> Optional.ofNullable(branches.get(group)))
                        .equals(branch))
                .map(node -> new Node(
                        node.id(),
                        node.label(),
                        node.state().name().toLowerCase(Locale.ROOT),
                        branch,
                        node.jobId(),
                        node.message()))
                .toList();
        Set<String> shown = nodes.stream().map(Node::id).collect(Collectors.toSet());
        Set<Edge> edges = new LinkedHashSet<>();
        for (Node node : nodes) {
            successors(graph, node.id(), shown, new HashSet<>()).forEach(next -> edges.add(new Edge(node.id(), next)));
        }
        return new Drawing(nodes, List.copyOf(edges));
    }

    private static boolean isShown(Graph.Node node) {
        return switch (node.kind()) {
            case BUILD, PUBLISH -> !node.label().equals("retire");
            case MAP, MONITOR, GATE, STATE, COLLAPSED -> true;
            case CONSTANT, VARIABLE, BIND, PLACEHOLDER -> false;
        };
    }

    /// The nearest shown nodes behind a node.
    private static Set<String> successors(Graph graph, String from, Set<String> shown, Set<String> seen) {
        Set<String> found = new LinkedHashSet<>();
        for (Graph.Edge edge : graph.edges()) {
            if (!edge.from().equals(from) || !seen.add(edge.to())) {
                continue;
            }
            if (shown.contains(edge.to())) {
                found.add(edge.to());
            } else {
                found.addAll(successors(graph, edge.to(), shown, seen));
            }
        }
        return found;
    }
}
