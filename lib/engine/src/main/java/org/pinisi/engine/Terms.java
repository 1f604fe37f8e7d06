package org.pinisi.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;

/// Makes the terms of one engine; see [Term] for the rules.
public final class Terms {
    private static final int LONGEST_PART = 256;

    private final Core core;
    private Scope scope = new Scope(this, "", null, null);

    Terms(Core core) {
        this.core = core;
    }

    /// A value that never changes.
    public <T> Term<T> constant(T value) {
        Outcome<T> outcome = new Outcome.Ready<>(value);
        return new PureNodes.Fixed<>(here(), _ -> outcome);
    }

    /// A term that always fails.
    public <T> Term<T> fail(String message) {
        Objects.requireNonNull(message, "message");
        return new PureNodes.Fixed<>(here(), node -> node.failed(message));
    }

    /// A term that never gets a value.
    public <T> Term<T> active(Activity activity) {
        Objects.requireNonNull(activity, "activity");
        return new PureNodes.Fixed<>(here(), node -> new Outcome.Active<>(activity, node.id()));
    }

    /// All values, in order.
    public <T> Term<List<T>> all(List<? extends Term<? extends T>> terms) {
        if (terms.size() <= 2 * LONGEST_PART) {
            return new PureNodes.All<>(here(), nodes(terms));
        }
        List<Term<List<T>>> parts = new ArrayList<>();
        for (int from = 0; from < terms.size(); from += LONGEST_PART) {
            List<? extends Term<? extends T>> part = terms.subList(from, Math.min(from + LONGEST_PART, terms.size()));
            parts.add(new PureNodes.All<>(here(), nodes(part)));
        }
        return new PureNodes.Joined<>(here(), nodes(parts));
    }

    /// All values by name. A failure's message lists the names that failed.
    public <T> Term<Map<String, T>> allLabelled(Map<String, ? extends Term<? extends T>> terms) {
        return new PureNodes.AllLabelled<>(here(), terms.keySet().toArray(String[]::new), nodes(terms.values()));
    }

    /// One sub-pipeline for each distinct key, made once when the key first appears and kept while it stays;
    /// the results in the order of the keys, duplicates kept.
    ///
    /// While `keys` is active or failed, so is the result, but the sub-pipelines are kept and their jobs go on:
    /// only a new list that lacks a key lets its sub-pipeline go. `function` is called with real keys only,
    /// never with a stand-in.
    ///
    /// @param print a short, unique text of a key, for ids and drawings
    public <K, V> Term<List<V>> forEach(
            Term<? extends Collection<? extends K>> keys,
            Function<? super K, String> print,
            Function<? super K, ? extends Term<V>> function) {
        return forEach(keys, Function.<K>identity(), print, (key, _) -> function.apply(key));
    }

    /// Like the other one, for items that change while their key stays: the sub-pipeline sees the newest item
    /// of its key as a term. Of items with equal keys the last one counts.
    public <E, K, V> Term<List<V>> forEach(
            Term<? extends Collection<? extends E>> items,
            Function<? super E, ? extends K> key,
            Function<? super K, String> print,
            BiFunction<? super K, Term<E>, ? extends Term<V>> function) {
        ListNodes.Switch<E, K, V> chooser = new ListNodes.Switch<>(here(), node(items), key, print, function);
        ListNodes.Main<V> list = new ListNodes.Main<>(here(), chooser);
        chooser.main(list);
        return list;
    }

    /// A value set by the program.
    public <T> Variable<T> variable(String name, T initial) {
        Objects.requireNonNull(initial, "initial");
        return new Variable<>(core, new VariableNode<>(here(), name, Optional.of(initial)));
    }

    /// A value set by the program, active until it is set.
    public <T> Variable<T> pending(String name) {
        return new Variable<>(core, new VariableNode<>(here(), name, Optional.empty()));
    }

    /// The present value of an outside thing. While it is read again the old value stays. Use one term for one
    /// thing: two monitors of one source read twice.
    public <T> Term<T> monitor(String name, MonitorSource<T> source, Refresh refresh) {
        return new MonitorNode<>(here(), core, name, source, refresh);
    }

    /// The result of `operation` for the key. While the key has no value, the run for the last key goes on
    /// unseen.
    public <K, O> Term<O> build(Build<K, O> operation, Term<K> key) {
        return new EffectNode<K, String, O>(here(), core.cache(), Operation.of(operation), node(key), Optional.empty());
    }

    /// Keeps the target `key` equal to the value.
    public <K, V, O> Term<O> publish(Publish<K, V, O> operation, K key, Term<V> value) {
        return publish(operation, constant(key), value);
    }

    /// Keeps the target equal to the value, where the target itself may change.
    public <K, V, O> Term<O> publish(Publish<K, V, O> operation, Term<K> key, Term<V> value) {
        return new EffectNode<>(here(), core.cache(), Operation.of(operation), node(key), Optional.of(node(value)));
    }

    <T, U> Term<U> map(Term<T> input, Function<? super T, ? extends U> function) {
        return new PureNodes.Mapped<>(here(), node(input), function);
    }

    <T, U> Term<U> bind(Term<T> input, Function<? super T, ? extends Term<U>> function) {
        BindNodes.Switch<T, U> chooser = new BindNodes.Switch<>(here(), node(input), function);
        BindNodes.Main<U> bind = new BindNodes.Main<>(here(), chooser);
        chooser.main(bind);
        return bind;
    }

    <T, U, R> Term<R> combine(Term<T> left, Term<U> right, BiFunction<? super T, ? super U, ? extends R> function) {
        return new PureNodes.Combined<>(here(), node(left), node(right), function);
    }

    <T> Term<T> gate(Term<T> input, Term<?> control) {
        return new PureNodes.Gate<>(here(), node(input), node(control));
    }

    <T> Term<Outcome<T>> state(Term<T> input) {
        return new PureNodes.State<>(here(), node(input));
    }

    <T> Term<T> recover(Term<T> input, Function<? super Failure, ? extends T> function) {
        return new PureNodes.Recovered<>(here(), node(input), function);
    }

    <T> Term<T> mapFailure(Term<T> input, Function<? super Failure, String> function) {
        return new PureNodes.FailureMapped<>(here(), node(input), function);
    }

    <T> Term<T> cutoff(Term<T> input, BiPredicate<? super T, ? super T> same) {
        return new PureNodes.Cutoff<>(here(), node(input), same);
    }

    <T> Term<T> collapse(Term<T> content, Graph.Fold fold, Term<?> input) {
        return new PureNodes.Collapse<>(here(), node(content), fold, node(input));
    }

    Propagation propagation() {
        return core.propagation();
    }

    /// Runs `maker` with `inner` as the place where terms are made.
    <R> R inside(Scope inner, Supplier<R> maker) {
        Scope outer = scope;
        scope = inner;
        try {
            return maker.get();
        } finally {
            scope = outer;
        }
    }

    static <T> Node<T> node(Term<T> term) {
        return switch (term) {
            case Node<T> node -> node;
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T> Node<? extends T>[] nodes(Collection<? extends Term<? extends T>> terms) {
        return terms.stream().map(term -> node(term)).toArray(Node[]::new);
    }

    private Scope here() {
        core.checkThread("terms are made");
        return scope;
    }
}
