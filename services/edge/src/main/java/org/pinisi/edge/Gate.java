package org.pinisi.edge;

import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;

/// Looks at each request before an upstream is asked. Asked on the event loop, so it must not block,
/// and must allocate nothing when it lets a request pass.
@FunctionalInterface
interface Gate {
    /// What to answer, or null to let the request pass.
    ///
    /// @param now as [LoopState#now]
    @Nullable
    Verdict check(Head request, Client client, long now);
}
