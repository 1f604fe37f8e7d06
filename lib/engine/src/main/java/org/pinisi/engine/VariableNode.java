package org.pinisi.engine;

import java.util.Optional;

/// The node of a [Variable].
final class VariableNode<T> extends Node<T> {
    private Outcome<T> present;

    VariableNode(Scope scope, String name, Optional<T> initial) {
        super(scope);
        label(name);
        present =
                initial.<Outcome<T>>map(Outcome.Ready::new).orElseGet(() -> new Outcome.Active<>(Activity.READY, id()));
    }

    void set(Outcome<T> next) {
        present = next;
        terms().propagation().enqueue(this);
    }

    @Override
    int inputCount() {
        return 0;
    }

    @Override
    Node<?> input(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    Outcome<T> compute() {
        return present;
    }

    @Override
    Graph.Kind kind() {
        return Graph.Kind.VARIABLE;
    }
}
