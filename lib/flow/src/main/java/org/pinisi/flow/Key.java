package org.pinisi.flow;

import static java.util.Objects.requireNonNull;

/// A typed name for a value in a [Context]. Two keys are the same only if they are one object, whatever
/// their names; so nobody meets another's key by accident. Made once, kept in a constant.
public final class Key<T> {
    private final String name;
    private final Class<T> type;

    private Key(String name, Class<T> type) {
        this.name = requireNonNull(name, "name");
        this.type = requireNonNull(type, "type");
    }

    /// A new key, different from every other.
    ///
    /// @param name for messages
    public static <T> Key<T> of(String name, Class<T> type) {
        return new Key<>(name, type);
    }

    public String name() {
        return name;
    }

    T cast(Object value) {
        return type.cast(value);
    }

    @Override
    public String toString() {
        return name;
    }
}
