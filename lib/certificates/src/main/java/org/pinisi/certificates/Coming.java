package org.pinisi.certificates;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// The names whose first certificate is being made, or is next to be, without a failure until now: handshakes
/// wait for these. Thread-safe; asking never blocks.
final class Coming {
    private volatile Set<String> names = Set.of();

    /// To be called whenever something about the names has changed, by one thread at a time.
    void look(Collection<NameState> states, Instant now) {
        Set<String> next = new HashSet<>();
        for (NameState state : states) {
            if (state.failures == 0 && (state.running || !now.isBefore(state.nextLook))) {
                state.subject.names().forEach(name -> next.add(name.text()));
            }
        }
        if (!next.equals(names)) {
            names = Set.copyOf(next);
        }
    }

    boolean has(String serverName) {
        Set<String> known = names;
        int dot = serverName.indexOf('.');
        return known.contains(serverName) || (dot > 0 && known.contains("*" + serverName.substring(dot)));
    }
}
