package org.pinisi.engine;

import java.util.Objects;

/// Two values side by side, as [Term#both] yields them.
public record Both<A, B>(A left, B right) {
    /// Checks that both are there.
    public Both {
        Objects.requireNonNull(left, "left");
        Objects.requireNonNull(right, "right");
    }
}
