package org.pinisi.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;

/// The nodes without effects and with inputs that never change.
final class PureNodes {
    private PureNodes() {}

    /// The stronger of two outcomes, at least one of them without a value: failure beats active, and of equals
    /// left wins.
    static <R> Outcome<R> stronger(Outcome<?> left, Outcome<?> right) {
        if (left instanceof Outcome.Failed<?>) {
            return Node.pass(left);
        }
        if (right instanceof Outcome.Failed<?>) {
            return Node.pass(right);
        }
        return Node.pass(left instanceof Outcome.Active<?> ? left : right);
    }

    static final class Fixed<T> extends Node<T> {
        private final Function<Fixed<T>, Outcome<T>> maker;

        Fixed(Scope scope, Function<Fixed<T>, Outcome<T>> maker) {
            super(scope);
            this.maker = maker;
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
            return maker.apply(this);
        }

        @Override
        Graph.Kind kind() {
            return Graph.Kind.CONSTANT;
        }
    }

    /// A node with one input.
    abstract static class Single<T, U> extends Node<U> {
        final Node<T> input;

        Single(Scope scope, Node<T> input) {
            super(scope);
            this.input = input;
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
        Graph.Kind kind() {
            return Graph.Kind.MAP;
        }
    }

    static final class Mapped<T, U> extends Single<T, U> {
        private final Function<? super T, ? extends U> function;

        Mapped(Scope scope, Node<T> input, Function<? super T, ? extends U> function) {
            super(scope, input);
            this.function = function;
        }

        @Override
        Outcome<U> compute() {
            return input.now() instanceof Outcome.Ready<T>(T value)
                    ? new Outcome.Ready<>(function.apply(value))
                    : pass(input.now());
        }
    }

    static final class State<T> extends Single<T, Outcome<T>> {
        State(Scope scope, Node<T> input) {
            super(scope, input);
        }

        @Override
        Outcome<Outcome<T>> compute() {
            return new Outcome.Ready<>(input.now());
        }

        @Override
        Graph.Kind kind() {
            return Graph.Kind.STATE;
        }
    }

    static final class Recovered<T> extends Single<T, T> {
        private final Function<? super Failure, ? extends T> function;

        Recovered(Scope scope, Node<T> input, Function<? super Failure, ? extends T> function) {
            super(scope, input);
            this.function = function;
        }

        @Override
        Outcome<T> compute() {
            return input.now() instanceof Outcome.Failed<T>(Failure failure)
                    ? new Outcome.Ready<>(function.apply(failure))
                    : input.now();
        }
    }

    static final class FailureMapped<T> extends Single<T, T> {
        private final Function<? super Failure, String> function;

        FailureMapped(Scope scope, Node<T> input, Function<? super Failure, String> function) {
            super(scope, input);
            this.function = function;
        }

        @Override
        Outcome<T> compute() {
            return input.now() instanceof Outcome.Failed<T>(Failure failure)
                    ? failed(function.apply(failure))
                    : input.now();
        }
    }

    static final class Cutoff<T> extends Single<T, T> {
        private final BiPredicate<? super T, ? super T> same;

        Cutoff(Scope scope, Node<T> input, BiPredicate<? super T, ? super T> same) {
            super(scope, input);
            this.same = same;
        }

        @Override
        Outcome<T> compute() {
            if (outcome instanceof Outcome.Ready<T>(T before)
                    && input.now() instanceof Outcome.Ready<T>(T next)
                    && same.test(before, next)) {
                return now();
            }
            return input.now();
        }
    }

    /// Passes its content through; drawings may show it folded.
    static final class Collapse<T> extends Single<T, T> {
        final Graph.Fold fold;
        final Node<?> boundary;

        Collapse(Scope scope, Node<T> content, Graph.Fold fold, Node<?> boundary) {
            super(scope, content);
            this.fold = fold;
            this.boundary = boundary;
        }

        @Override
        Outcome<T> compute() {
            return input.now();
        }

        @Override
        Graph.Kind kind() {
            return Graph.Kind.COLLAPSED;
        }
    }

    static final class Gate<T> extends Node<T> {
        final Node<T> data;
        final Node<?> control;

        Gate(Scope scope, Node<T> data, Node<?> control) {
            super(scope);
            this.data = data;
            this.control = control;
        }

        @Override
        int inputCount() {
            return 2;
        }

        @Override
        Node<?> input(int index) {
            return index == 0 ? data : control;
        }

        @Override
        Outcome<T> compute() {
            boolean open = data.now() instanceof Outcome.Ready<?> && control.now() instanceof Outcome.Ready<?>;
            return open ? data.now() : stronger(data.now(), control.now());
        }

        @Override
        Graph.Kind kind() {
            return Graph.Kind.GATE;
        }
    }

    static final class Combined<T, U, R> extends Node<R> {
        private final Node<T> left;
        private final Node<U> right;
        private final BiFunction<? super T, ? super U, ? extends R> function;

        Combined(Scope scope, Node<T> left, Node<U> right, BiFunction<? super T, ? super U, ? extends R> function) {
            super(scope);
            this.left = left;
            this.right = right;
            this.function = function;
        }

        @Override
        int inputCount() {
            return 2;
        }

        @Override
        Node<?> input(int index) {
            return index == 0 ? left : right;
        }

        @Override
        Outcome<R> compute() {
            if (left.now() instanceof Outcome.Ready<T>(T one) && right.now() instanceof Outcome.Ready<U>(U two)) {
                return new Outcome.Ready<>(function.apply(one, two));
            }
            return stronger(left.now(), right.now());
        }

        @Override
        Graph.Kind kind() {
            return Graph.Kind.MAP;
        }
    }

    static final class All<T> extends Node<List<T>> {
        private final Node<? extends T>[] inputs;

        All(Scope scope, Node<? extends T>[] inputs) {
            super(scope);
            this.inputs = inputs;
        }

        @Override
        int inputCount() {
            return inputs.length;
        }

        @Override
        Node<?> input(int index) {
            return inputs[index];
        }

        @Override
        Outcome<List<T>> compute() {
            return gather(inputs);
        }

        @Override
        boolean changesWithInputs() {
            return true;
        }

        @Override
        Graph.Kind kind() {
            return Graph.Kind.MAP;
        }
    }

    /// Many lists put end to end: a long [All] is made of short ones, so that a change looks at one short list
    /// only.
    static final class Joined<T> extends Node<List<T>> {
        private final Node<? extends List<T>>[] parts;

        Joined(Scope scope, Node<? extends List<T>>[] parts) {
            super(scope);
            this.parts = parts;
        }

        @Override
        int inputCount() {
            return parts.length;
        }

        @Override
        Node<?> input(int index) {
            return parts[index];
        }

        @Override
        Outcome<List<T>> compute() {
            Outcome<List<List<T>>> lists = gather(parts);
            if (!(lists instanceof Outcome.Ready<List<List<T>>>(List<List<T>> values))) {
                return pass(lists);
            }
            List<T> joined =
                    new ArrayList<>(values.stream().mapToInt(List::size).sum());
            values.forEach(joined::addAll);
            return new Outcome.Ready<>(Collections.unmodifiableList(joined));
        }

        @Override
        boolean changesWithInputs() {
            return true;
        }

        @Override
        Graph.Kind kind() {
            return Graph.Kind.MAP;
        }
    }

    /// The values of all nodes in order, or the strongest outcome without a value.
    static <T> Outcome<List<T>> gather(Node<? extends T>[] inputs) {
        List<T> values = new ArrayList<>(inputs.length);
        Outcome<List<T>> waiting = null;
        for (Node<? extends T> input : inputs) {
            switch (input.now()) {
                case Outcome.Failed<?> failed -> {
                    return Node.pass(failed);
                }
                case Outcome.Active<?> active -> waiting = waiting == null ? Node.pass(active) : waiting;
                case Outcome.Ready<? extends T>(T value) -> values.add(value);
            }
        }
        return waiting == null ? new Outcome.Ready<>(Collections.unmodifiableList(values)) : waiting;
    }

    static final class AllLabelled<T> extends Node<Map<String, T>> {
        private final String[] names;
        private final Node<? extends T>[] inputs;

        AllLabelled(Scope scope, String[] names, Node<? extends T>[] inputs) {
            super(scope);
            this.names = names;
            this.inputs = inputs;
        }

        @Override
        int inputCount() {
            return inputs.length;
        }

        @Override
        Node<?> input(int index) {
            return inputs[index];
        }

        @Override
        Outcome<Map<String, T>> compute() {
            List<String> failedNames = new ArrayList<>();
            Set<String> messages = new LinkedHashSet<>();
            for (int index = 0; index < inputs.length; index++) {
                if (inputs[index].now() instanceof Outcome.Failed<?>(Failure failure)) {
                    failedNames.add(names[index]);
                    messages.add(failure.message());
                }
            }
            if (messages.size() == 1) {
                return failed(String.join(", ", failedNames) + ": " + String.join("", messages));
            }
            if (!messages.isEmpty()) {
                return failed(String.join(", ", failedNames) + " failed");
            }
            Outcome<List<T>> all = gather(inputs);
            return all instanceof Outcome.Ready<List<T>>(List<T> values)
                    ? new Outcome.Ready<>(named(values))
                    : pass(all);
        }

        private Map<String, T> named(List<T> values) {
            Map<String, T> named = new LinkedHashMap<>();
            for (int index = 0; index < names.length; index++) {
                named.put(names[index], values.get(index));
            }
            return Collections.unmodifiableMap(named);
        }

        @Override
        Graph.Kind kind() {
            return Graph.Kind.MAP;
        }
    }
}
