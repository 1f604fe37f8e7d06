package org.pinisi.web;

import java.util.List;
import java.util.Optional;
import org.pinisi.edge.EdgeClient;
import org.pinisi.edge.NameReport;
import org.pinisi.edge.NameStatus;

/// What the pages ask the edge about names. Safe for any number of threads; calls block for a moment, and throw
/// [EdgeException] when the edge does not answer.
public interface Names {
    /// All names, what wants a person's eye first.
    List<NameStatus> all();

    /// One name; empty if no route has it.
    Optional<NameReport> of(String host);

    /// Those of a running edge.
    static Names of(EdgeClient edge) {
        return new Names() {
            @Override
            public List<NameStatus> all() {
                return edge.names();
            }

            @Override
            public Optional<NameReport> of(String host) {
                return edge.name(host);
            }
        };
    }
}
