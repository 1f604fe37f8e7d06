package org.pinisi.engine;

/// A value set by the program. Safe for any number of threads; several settings between two rounds of the
/// engine cost one round, and only the last one is seen.
public final class Variable<T> {
    private final Term<T> term;

    Variable(Term<T> term) {
        this.term = term;
    }

    /// The term that follows the value.
    public Term<T> term() {
        return term;
    }

    /// Sets the value.
    public void set(T value) {
        throw new UnsupportedOperationException("skeleton " + value);
    }

    /// Makes the term fail until the next setting.
    public void fail(String message) {
        throw new UnsupportedOperationException("skeleton " + message);
    }
}
