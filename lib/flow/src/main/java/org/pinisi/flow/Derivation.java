package org.pinisi.flow;

import java.util.Optional;

/// Computes a value from others, quickly and without outside effects.
@FunctionalInterface
public interface Derivation<T> {
    /// Empty if nothing follows from what is known; an older derivation is asked then. What it needs is
    /// known; it may look at other keys as well.
    Optional<T> derive(Values known);
}
