package org.pinisi.engine;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A bind is two nodes: the switch, which makes the sub-pipeline, lies below all of it, so that an outdated
/// sub-pipeline is dropped before any of it is computed again; the bind itself lies above.
final class BindNodes {
    private BindNodes() {}

    static final class Switch<T, U> extends Node<Node<U>> {
        private final Node<T> input;
        private final Function<? super T, ? extends Term<U>> function;
        private @Nullable Main<U> main;
        private @Nullable T made;
        private @Nullable Scope inside;

        Switch(Scope scope, Node<T> input, Function<? super T, ? extends Term<U>> function) {
            super(scope);
            this.input = input;
            this.function = function;
        }

        String name() {
            return main == null || main.label == null ? "bind" : main.label;
        }

        void main(Main<U> node) {
            main = node;
        }

        @Override
        int inputCount() {
            return 1;
        }

        @Override
        Node<?> input(int index) {
            return input;
        }

        @Override
        Iterable<Scope> ownedScopes() {
            return inside == null ? List.of() : List.of(inside);
        }

        @Override
        Outcome<Node<U>> compute() {
            Main<U> bind = main;
            if (bind == null || !(input.now() instanceof Outcome.Ready<T>(T value))) {
                return pass(input.now());
            }
            Node<U> before = bind.inner;
            if (before != null && value.equals(made)) {
                return new Outcome.Ready<>(before);
            }
            made = value;
            Scope fresh = new Scope(terms(), bind.id() + "/", this, null);
            inside = fresh;
            try {
                Node<U> inner = Terms.node(terms().inside(fresh, () -> function.apply(value)));
                bind.take(inner);
                return new Outcome.Ready<>(inner);
            } catch (RuntimeException | StackOverflowError failure) {
                bind.take(null);
                return failed(Messages.of(failure));
            }
        }

        @Override
        void forget() {
            made = null;
            inside = null;
        }

        @Override
        Graph.Kind kind() {
            return Graph.Kind.BIND;
        }

        @Override
        String originId() {
            return main == null ? id() : main.id();
        }

        @Override
        String word() {
            return "switch";
        }
    }

    static final class Main<U> extends Node<U> {
        final Switch<?, U> chooser;

        @Nullable
        Node<U> inner;

        Main(Scope scope, Switch<?, U> chooser) {
            super(scope);
            this.chooser = chooser;
        }

        /// Takes up the new sub-pipeline before it lets the old one go, so that what both share stays.
        void take(@Nullable Node<U> next) {
            Node<U> before = inner;
            Propagation propagation = terms().propagation();
            inner = null;
            try {
                if (next != null) {
                    propagation.link(this, next);
                    inner = next;
                }
            } finally {
                if (before != null) {
                    propagation.unlink(this, before);
                }
                propagation.enqueue(this);
            }
        }

        @Override
        int inputCount() {
            return inner == null ? 1 : 2;
        }

        @Override
        Node<?> input(int index) {
            return index == 0 || inner == null ? chooser : inner;
        }

        @Override
        Outcome<U> compute() {
            Node<U> present = inner;
            return present == null || !(chooser.now() instanceof Outcome.Ready<?>)
                    ? pass(chooser.now())
                    : present.now();
        }

        @Override
        void forget() {
            inner = null;
        }

        @Override
        Graph.Kind kind() {
            return Graph.Kind.BIND;
        }
    }
}
