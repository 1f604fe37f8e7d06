package org.pinisi.flow;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/// A way to connect.
///
/// @param name for messages
/// @param priority lower ones are tried first
/// @param needs the keys without which it cannot be tried
public record Protocol(String name, int priority, Set<Key<?>> needs, Connector connector) {
    public Protocol {
        requireNonNull(name, "name");
        needs = Set.copyOf(needs);
        requireNonNull(connector, "connector");
    }
}
