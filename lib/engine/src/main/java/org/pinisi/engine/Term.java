package org.pinisi.engine;

import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;

/// A value that the engine keeps current: a node of the pipeline.
///
/// Terms are made by [Terms] and by the methods here, which only describe; nothing is computed before a term is
/// observed or is needed by one that is. They are made on one thread before [Engine#start], and after that on
/// the engine thread only: inside the functions given to [#bind] and [Terms#forEach], and inside
/// [Engine#addRoot].
///
/// Functions given here run on the engine thread: they must be quick and pure. An exception becomes the term's
/// failure. Work with effects, or that blocks, belongs into a [Build] or a [Publish]. When a function yields a
/// value equal to the last one, the change stops there.
public abstract sealed class Term<T> permits Node {
    Term() {}

    abstract Terms terms();

    /// A path-like name, the same after each restart of a program that builds the same pipeline.
    public abstract String id();

    /// The value changed by `function`.
    public final <U> Term<U> map(Function<? super T, ? extends U> function) {
        return terms().map(this, Objects.requireNonNull(function, "function"));
    }

    /// Like [#map], drawn under its own name.
    public final <U> Term<U> map(String label, Function<? super T, ? extends U> function) {
        Term<U> mapped = map(function);
        return mapped.label(label);
    }

    /// The sub-pipeline that `function` makes from the value; made anew when the value changes. While this term
    /// has no value, the last sub-pipeline is kept (its jobs go on) but does not show.
    public final <U> Term<U> bind(Function<? super T, ? extends Term<U>> function) {
        return terms().bind(this, Objects.requireNonNull(function, "function"));
    }

    /// Both values; each side is kept current whatever the other does.
    public final <U> Term<Both<T, U>> both(Term<U> other) {
        return combine(other, Both::new);
    }

    /// Both values joined by `function`.
    public final <U, R> Term<R> combine(Term<U> other, BiFunction<? super T, ? super U, ? extends R> function) {
        return terms().combine(this, other, Objects.requireNonNull(function, "function"));
    }

    /// This value, once `control` has succeeded. Delays only what comes after the gate, not the work of this
    /// term: to delay work, put the gate before it.
    public final Term<T> gate(Term<?> control) {
        return terms().gate(this, control);
    }

    /// The whole outcome as a value; always succeeds.
    public final Term<Outcome<T>> state() {
        return terms().state(this);
    }

    /// Turns a failure into a value; active stays active.
    public final Term<T> recover(Function<? super Failure, ? extends T> function) {
        return terms().recover(this, Objects.requireNonNull(function, "function"));
    }

    /// Changes the message of a failure, which then begins here.
    public final Term<T> mapFailure(Function<? super Failure, String> function) {
        return terms().mapFailure(this, Objects.requireNonNull(function, "function"));
    }

    /// Names this very term in drawings and returns it.
    ///
    /// @throws EngineException when it already has another name
    public abstract Term<T> label(String label);

    /// Stops a change when `same` says that the new value is as good as the old one.
    public final Term<T> cutoff(BiPredicate<? super T, ? super T> same) {
        return terms().cutoff(this, Objects.requireNonNull(same, "same"));
    }

    /// Folds, in drawings only, what lies between `input` and this term into one box that says `value`. Many
    /// folds may share a `key`; each can be opened alone.
    public final Term<T> collapse(String key, String value, Term<?> input) {
        return terms().collapse(this, new Graph.Fold(key, value), input);
    }
}
