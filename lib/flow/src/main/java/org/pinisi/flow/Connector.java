package org.pinisi.flow;

import java.io.IOException;

/// Makes a connection out of what is known.
@FunctionalInterface
public interface Connector {
    /// A connected flow that the caller closes. Bounded in time by [Flows#CONNECT_TIME]; leaves nothing
    /// open when it fails.
    ///
    /// @throws InterruptedException if the thread was interrupted; no other way is tried then
    Flow connect(Values known) throws IOException, InterruptedException;
}
