package org.pinisi.flow;

import java.util.Optional;

/// What is known while a connection is made. Each derivation runs at most once for one of these.
/// Thread-safe.
public interface Values {
    /// The value of this key, empty if none is known.
    ///
    /// @throws FlowException if the keys need each other in a circle
    <T> Optional<T> get(Key<T> key);

    /// The value of this key.
    ///
    /// @throws FlowException if none is known
    default <T> T require(Key<T> key) {
        return get(key).orElseThrow(() -> new FlowException("no value is known for " + key));
    }
}
