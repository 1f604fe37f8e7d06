package org.pinisi.edge;

import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;

/// One rule that a request must pass before anybody answers it. Asked on event loops: must not block.
/// Thread-safe.
@FunctionalInterface
interface Gate {
    /// @return what answers instead; null to let the request pass
    @Nullable
    Reply check(Head request, Client client);
}
