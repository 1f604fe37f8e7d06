package org.pinisi.engine;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A drawing of the pipeline at one moment: only what a person wants to see. Pairs are not drawn, maps only
/// where they failed, unnamed constants not at all, and an edge not where a longer way says the same.
/// Immutable.
///
/// @param nodes in the order in which values flow
/// @param edges between their ids
/// @param groups the frames around nodes, outer before inner
public record Graph(List<Node> nodes, List<Edge> edges, List<Group> groups) {
    /// Copies the lists.
    public Graph {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
        groups = List.copyOf(groups);
    }

    /// What a node stands for.
    public enum Kind {
        /// A named constant, or one that failed.
        CONSTANT,
        /// A value set by the program.
        VARIABLE,
        /// A watched outside thing.
        MONITOR,
        /// A [Build].
        BUILD,
        /// A [Publish].
        PUBLISH,
        /// A function that failed, or a named one.
        MAP,
        /// A sub-pipeline chosen by a value.
        BIND,
        /// Lets its data through once its controls have succeeded.
        GATE,
        /// Turns an outcome into a value.
        STATE,
        /// A folded part; [Node#expand] says how to open it.
        COLLAPSED,
        /// Stands for the items of a list that is empty or not known.
        PLACEHOLDER
    }

    /// How a node fares.
    public enum State {
        /// Has a value.
        SUCCEEDED,
        /// Failed itself.
        FAILED,
        /// At work.
        RUNNING,
        /// Queued.
        READY,
        /// Held for a person.
        WAITING_FOR_CONFIRMATION,
        /// Failed or waits only because something before it does.
        BLOCKED
    }

    /// What an edge carries.
    public enum Flow {
        /// A value.
        DATA,
        /// Only the permission to go on.
        CONTROL
    }

    /// One box.
    ///
    /// @param id stable across restarts of the same program
    /// @param label for a person
    /// @param updating whether a new value is being made while the old one still shows
    /// @param jobId the job behind it
    /// @param message the failure's text
    /// @param group the id of the frame around it
    /// @param expand for a folded part, the [Fold] that opens it
    public record Node(
            String id,
            String label,
            Kind kind,
            State state,
            boolean updating,
            Optional<String> jobId,
            Optional<String> message,
            Optional<String> group,
            Optional<Fold> expand) {
        /// Checks that all are there.
        public Node {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(label, "label");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(state, "state");
            Objects.requireNonNull(jobId, "jobId");
            Objects.requireNonNull(message, "message");
            Objects.requireNonNull(group, "group");
            Objects.requireNonNull(expand, "expand");
        }
    }

    /// One arrow.
    public record Edge(String from, String to, Flow flow) {
        /// Checks that all are there.
        public Edge {
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(to, "to");
            Objects.requireNonNull(flow, "flow");
        }
    }

    /// One frame.
    public record Group(String id, String label, Optional<String> parent) {
        /// Checks that all are there.
        public Group {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(label, "label");
            Objects.requireNonNull(parent, "parent");
        }
    }

    /// Names a part that can be folded: several may share a key, each is opened alone.
    public record Fold(String key, String value) {
        /// Checks that both are there.
        public Fold {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(value, "value");
        }
    }

    /// The graph in Graphviz's language, left to right.
    public String toDot() {
        return GraphText.dot(this);
    }

    /// The graph as plain lines, one a node: state, label, inputs, message. For logs and tests.
    public String toText() {
        return GraphText.text(this);
    }
}
