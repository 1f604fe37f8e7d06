package org.pinisi.edge;

import io.netty.channel.Channel;
import java.net.SocketAddress;

/// What a connection meets behind a door: HTTP at once, or TLS first.
@FunctionalInterface
interface Entrance {
    /// Puts its handlers at the end of the pipeline. Called on the channel's event loop.
    ///
    /// @param from who connects
    /// @param reached to which of our addresses; both are the channel's own, or what a PROXY line said
    void enter(Channel channel, SocketAddress from, SocketAddress reached);
}
