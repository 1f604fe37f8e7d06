package org.pinisi.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The engine's side of a term: its place in the graph and its present outcome. All fields belong to the engine
/// thread; they are few because there may be hundreds of thousands of nodes.
abstract non-sealed class Node<T> extends Term<T> {
    private static final Node<?>[] NONE = {};

    final Scope scope;
    private final int ordinal;

    @Nullable
    String label;

    @Nullable
    Outcome<T> outcome;

    private Node<?>[] dependants = NONE;
    private int dependantCount;
    int observers;
    /// Larger than that of every input and of the scope's owner, so that one pass in the order of heights
    /// computes each node at most once and never from an old input.
    int height;

    boolean attached;
    boolean attaching;
    boolean queued;
    private boolean member;

    @Nullable
    Node<?> nextInQueue;

    Node(Scope scope) {
        this.scope = scope;
        this.ordinal = scope.nextOrdinal();
    }

    /// How many inputs there are now.
    abstract int inputCount();

    /// The input of this number.
    abstract Node<?> input(int index);

    /// The outcome that follows from the inputs' present ones; an exception becomes a failure of this node.
    abstract Outcome<T> compute();

    /// What the node is, in one word.
    abstract Graph.Kind kind();

    /// Whether a changed input always makes a changed outcome, so that comparing the two is in vain.
    boolean changesWithInputs() {
        return false;
    }

    /// Called when the node begins to be needed.
    void attached() {}

    /// Called when nothing needs the node any more.
    void detached() {}

    /// Dynamic nodes let go of their changing inputs here, after these were unlinked.
    void forget() {}

    /// Scopes whose terms must stay above this node.
    Iterable<Scope> ownedScopes() {
        return List.of();
    }

    @Override
    final Terms terms() {
        return scope.terms;
    }

    @Override
    public final String id() {
        return scope.path + ordinal + "." + (label == null ? word() : label);
    }

    /// The id that failures which begin here carry.
    String originId() {
        return id();
    }

    String word() {
        return kind().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public final Term<T> label(String name) {
        Objects.requireNonNull(name, "label");
        if (name.isBlank()) {
            throw new EngineException("label: blank (expected: a name)");
        }
        if (label != null && !label.equals(name)) {
            throw new EngineException("the term " + id() + " cannot be named " + name + ": it already has a name");
        }
        label = name;
        return this;
    }

    /// The present outcome of an attached node; heights see to it that it is there when a dependant asks.
    final Outcome<T> now() {
        return outcome == null ? new Outcome.Active<>(Activity.READY, id()) : outcome;
    }

    final int dependantCount() {
        return dependantCount;
    }

    final Node<?> dependant(int index) {
        return dependants[index];
    }

    final void addDependant(Node<?> node) {
        if (dependantCount == dependants.length) {
            dependants = Arrays.copyOf(dependants, Math.max(1, dependantCount * 2));
        }
        dependants[dependantCount++] = node;
    }

    final void removeDependant(Node<?> node) {
        for (int index = dependantCount - 1; index >= 0; index--) {
            if (dependants[index].equals(node)) {
                dependantCount--;
                dependants[index] = dependants[dependantCount];
                dependants[dependantCount] = this;
                if (dependantCount == 0) {
                    dependants = NONE;
                }
                return;
            }
        }
    }

    final void joinScope() {
        if (scope.owner != null && !member) {
            member = true;
            scope.members.add(this);
        }
    }

    /// An outcome without a value, whose type therefore does not matter.
    @SuppressWarnings("unchecked")
    static <U> Outcome<U> pass(Outcome<?> outcome) {
        return (Outcome<U>) outcome;
    }

    final Outcome<T> failed(String message) {
        return new Outcome.Failed<>(new Failure(message, originId()));
    }
}
