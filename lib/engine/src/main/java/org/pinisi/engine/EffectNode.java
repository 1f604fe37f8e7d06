package org.pinisi.engine;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The door to effects: holds the instance of an operation that its inputs name. While an input has no value
/// the last instance stays held, so that a failed query upstream cancels no run.
final class EffectNode<K, V, O> extends Node<O> {
    private final Cache cache;
    private final Operation<K, V, O> operation;
    private final Node<K> key;
    private final Optional<Node<V>> value;
    private @Nullable Instance instance;

    EffectNode(Scope scope, Cache cache, Operation<K, V, O> operation, Node<K> key, Optional<Node<V>> value) {
        super(scope);
        this.cache = cache;
        this.operation = operation;
        this.key = key;
        this.value = value;
        if (!operation.id().matches("[a-z0-9][a-z0-9-]{0,39}")) {
            throw new EngineException("operation id: '" + operation.id()
                    + "' (expected: lower-case letters, digits and dashes, at most 40)");
        }
    }

    @Nullable
    Instance instance() {
        return instance;
    }

    @Override
    int inputCount() {
        return value.isPresent() ? 2 : 1;
    }

    @Override
    Node<?> input(int index) {
        return index == 0 || value.isEmpty() ? key : value.get();
    }

    @Override
    Outcome<O> compute() {
        if (!(key.now() instanceof Outcome.Ready<K>(K target))) {
            return value.isEmpty()
                    ? pass(key.now())
                    : PureNodes.stronger(key.now(), value.get().now());
        }
        if (value.isPresent() && !(value.get().now() instanceof Outcome.Ready<V>)) {
            return pass(value.get().now());
        }
        hold(operation.request(target, wanted()));
        return instance == null ? failed("no instance") : instance.outcome(this);
    }

    /// A builder has no value to hold: its request ignores what it is given.
    @SuppressWarnings("unchecked")
    private V wanted() {
        return value.flatMap(node -> node.now().ready()).orElse((V) "");
    }

    private void hold(Operation.Request request) {
        Instance before = instance;
        Instance next = cache.instance(request);
        next.hold(this, request);
        instance = next;
        if (before != null && !before.equals(next)) {
            letGoLater(before);
        }
    }

    @Override
    void detached() {
        Instance held = instance;
        instance = null;
        if (held != null) {
            letGoLater(held);
        }
    }

    /// Not at once: what replaces this node may take the instance over, and so may this node itself.
    private void letGoLater(Instance held) {
        terms().propagation().defer(() -> {
            if (!held.equals(instance)) {
                held.letGo(this);
            }
        });
    }

    @Override
    Graph.Kind kind() {
        return operation.kind();
    }

    @Override
    String word() {
        return operation.id();
    }
}
