package org.pinisi.deployer;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

    static Drawing of(Graph graph) {
        return new Drawing(
                graph.nodes().stream()
                        .map(node -> new Node(
                                node.id(),
                                node.label(),
                                node.state().name().toLowerCase(Locale.ROOT),
                                node.group(),
                                node.jobId(),
                                node.message()))
                        .toList(),
                graph.edges().stream()
                        .map(edge -> new Edge(edge.from(), edge.to()))
                        .toList());
    }
}
