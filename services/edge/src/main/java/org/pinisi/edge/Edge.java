package org.pinisi.edge;

import java.util.List;
import org.pinisi.http.Address;

/// A running edge: the listeners, the proxy, and the admin socket.
///
/// Routes are read from their file before the first listener opens, so a killed edge is back with all of them at once.
public final class Edge implements AutoCloseable {
    private final EdgeConfig config;

    private Edge(EdgeConfig config) {
        this.config = config;
    }

    /// Starts an edge and returns when it listens.
    ///
    /// @throws EdgeException when an address is taken, a file cannot be used, or another edge lives at the admin socket
    public static Edge start(EdgeConfig config) {
        return new Edge(config);
    }

    /// Where it listens, with the real ports where 0 was asked for; in the order of the configuration.
    public List<Address> addresses() {
        return config.listen();
    }

    /// Waits until the edge has ended, by [#close] or by a stop through the admin socket.
    public void awaitStopped() throws InterruptedException {}

    /// Ends: accepts nothing new, lets requests under way end within the configured time, then closes everything.
    @Override
    public void close() {}
}
