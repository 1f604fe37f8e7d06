package org.pinisi.engine;

/// The written forms of a graph.
final class GraphText {
    private GraphText() {}

    static String dot(Graph graph) {
        throw new UnsupportedOperationException("skeleton " + graph);
    }

    static String text(Graph graph) {
        throw new UnsupportedOperationException("skeleton " + graph);
    }
}
