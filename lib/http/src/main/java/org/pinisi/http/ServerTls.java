package org.pinisi.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/// A connection of an [HttpServer] during its handshake. Counts as one of the server's connections.
@SuppressWarnings("FutureReturnValueIgnored") // a channel that fails to close is gone
final class ServerTls implements TlsListener, ServedConnection {
    private final ServerCore core;
    private final Channel channel;

    ServerTls(ServerCore core, Channel channel) {
        this.core = core;
        this.channel = channel;
    }

    @Override
    public boolean opened(Channel ignored) {
        return core.admit(this);
    }

    @Override
    public ChannelHandler secured(Channel ignored, TlsFacts facts) {
        core.leave(this);
        return core.agreed(channel, facts.applicationProtocol());
    }

    @Override
    public void failed(Channel ignored, TlsFailure failure) {
        // the gate closes the connection
    }

    @Override
    public void left(Channel ignored) {
        core.leave(this);
    }

    @Override
    public void drain() {
        channel.close();
    }

    @Override
    public void abort() {
        channel.close();
    }
}
