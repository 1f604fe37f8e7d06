package org.pinisi.engine;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;

/// Makes the terms of one engine; see [Term] for the rules.
public final class Terms {
    Terms() {}

    /// A value that never changes.
    public <T> Term<T> constant(T value) {
        throw new UnsupportedOperationException("skeleton " + value);
    }

    /// A term that always fails.
    public <T> Term<T> fail(String message) {
        throw new UnsupportedOperationException("skeleton " + message);
    }

    /// A term that never gets a value.
    public <T> Term<T> active(Activity activity) {
        throw new UnsupportedOperationException("skeleton " + activity);
    }

    /// All values, in order.
    public <T> Term<List<T>> all(List<? extends Term<? extends T>> terms) {
        throw new UnsupportedOperationException("skeleton " + terms);
    }

    /// All values by name. A failure's message lists the names that failed.
    public <T> Term<Map<String, T>> allLabelled(Map<String, ? extends Term<? extends T>> terms) {
        throw new UnsupportedOperationException("skeleton " + terms);
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
        throw new UnsupportedOperationException("skeleton " + keys);
    }

    /// Like the other one, for items that change while their key stays: the sub-pipeline sees the newest item
    /// of its key as a term. Of items with equal keys the last one counts.
    public <E, K, V> Term<List<V>> forEach(
            Term<? extends Collection<? extends E>> items,
            Function<? super E, ? extends K> key,
            Function<? super K, String> print,
            BiFunction<? super K, Term<E>, ? extends Term<V>> function) {
        throw new UnsupportedOperationException("skeleton " + items);
    }

    /// A value set by the program.
    public <T> Variable<T> variable(String name, T initial) {
        throw new UnsupportedOperationException("skeleton " + name);
    }

    /// A value set by the program, active until it is set.
    public <T> Variable<T> pending(String name) {
        throw new UnsupportedOperationException("skeleton " + name);
    }

    /// The present value of an outside thing. While it is read again the old value stays. Use one term for one
    /// thing: two monitors of one source read twice.
    public <T> Term<T> monitor(String name, MonitorSource<T> source, Refresh refresh) {
        throw new UnsupportedOperationException("skeleton " + name);
    }

    /// The result of `operation` for the key. While the key has no value, the run for the last key goes on
    /// unseen.
    public <K, O> Term<O> build(Build<K, O> operation, Term<K> key) {
        throw new UnsupportedOperationException("skeleton " + operation);
    }

    /// Keeps the target `key` equal to the value.
    public <K, V, O> Term<O> publish(Publish<K, V, O> operation, K key, Term<V> value) {
        return publish(operation, constant(key), value);
    }

    /// Keeps the target equal to the value, where the target itself may change.
    public <K, V, O> Term<O> publish(Publish<K, V, O> operation, Term<K> key, Term<V> value) {
        throw new UnsupportedOperationException("skeleton " + operation);
    }

    <T, U> Term<U> map(Term<T> input, Function<? super T, ? extends U> function) {
        throw new UnsupportedOperationException("skeleton " + input);
    }

    <T, U> Term<U> bind(Term<T> input, Function<? super T, ? extends Term<U>> function) {
        throw new UnsupportedOperationException("skeleton " + input);
    }

    <T, U, R> Term<R> combine(Term<T> left, Term<U> right, BiFunction<? super T, ? super U, ? extends R> function) {
        throw new UnsupportedOperationException("skeleton " + left);
    }

    <T> Term<T> gate(Term<T> input, Term<?> control) {
        throw new UnsupportedOperationException("skeleton " + input);
    }

    <T> Term<Outcome<T>> state(Term<T> input) {
        throw new UnsupportedOperationException("skeleton " + input);
    }

    <T> Term<T> recover(Term<T> input, Function<? super Failure, ? extends T> function) {
        throw new UnsupportedOperationException("skeleton " + input);
    }

    <T> Term<T> mapFailure(Term<T> input, Function<? super Failure, String> function) {
        throw new UnsupportedOperationException("skeleton " + input);
    }

    <T> Term<T> cutoff(Term<T> input, BiPredicate<? super T, ? super T> same) {
        throw new UnsupportedOperationException("skeleton " + input);
    }

    <T> Term<T> collapse(Term<T> content, Graph.Fold fold, Term<?> input) {
        throw new UnsupportedOperationException("skeleton " + content);
    }
}
