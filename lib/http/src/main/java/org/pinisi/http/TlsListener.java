package org.pinisi.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import org.jspecify.annotations.Nullable;

/// Follows one connection from its first byte to the end of the handshake; each connection may have a
/// listener of its own. All calls come on the connection's event loop, so none may block.
///
/// Order: [#opened], then at most one of [#diverted] with a handler, [#secured] and [#failed], then
/// [#left]. A connection that the client gives up brings [#left] alone.
public interface TlsListener {
    /// The connection is there. False closes it, and nothing more is said of it.
    boolean opened(Channel channel);

    /// The client has said which name it wants, and nothing was answered yet. A handler that is
    /// returned gets the connection as the client sent it, from the first byte: TLS is then between the
    /// client and someone else. Null to go on here.
    ///
    /// @param serverName in lower case without final dot; empty if the client named none, or hides it. With
    ///     Encrypted ClientHello it is the outer name
    default @Nullable ChannelHandler diverted(Channel channel, String serverName) {
        return null;
    }

    /// The handshake is done. The handler that is returned gets what comes next in clear. It is added
    /// to a channel that is active, so it hears `handlerAdded` and no `channelActive`.
    ChannelHandler secured(Channel channel, TlsFacts facts);

    /// There will be no secure connection; it closes.
    void failed(Channel channel, TlsFailure failure);

    /// The handshake is over, for whatever reason: this connection is no longer TLS's to account for.
    void left(Channel channel);
}
