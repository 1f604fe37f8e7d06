package org.pinisi.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where terms are made: the root, a named root, or the inside of a bind or of one element of a list. Gives
/// them their ids.
final class Scope {
    final Terms terms;
    final String path;
    /// What makes this scope's terms come and go; it must be computed before any of them.
    final @Nullable Node<?> owner;
    /// The key as text, in a scope of a list.
    final @Nullable String element;

    final List<Node<?>> members = new ArrayList<>(0);
    private int next = 1;

    Scope(Terms terms, String path, @Nullable Node<?> owner, @Nullable String element) {
        this.terms = terms;
        this.path = path;
        this.owner = owner;
        this.element = element;
    }

    int nextOrdinal() {
        return next++;
    }

    int floor() {
        return owner == null ? -1 : owner.height;
    }
}
