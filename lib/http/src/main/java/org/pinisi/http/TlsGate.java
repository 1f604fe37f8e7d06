package org.pinisi.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stands where HTTP will stand until the handshake is done, so that nothing of HTTP meets an unencrypted
/// channel. Counts as one of the server's connections.
@SuppressWarnings("FutureReturnValueIgnored") // a channel that fails to close is gone
final class TlsGate extends ChannelInboundHandlerAdapter implements ServedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(TlsGate.class);

    private final ServerCore core;
    private final Channel channel;
    private boolean admitted;

    TlsGate(ServerCore core, Channel channel) {
        this.core = core;
        this.channel = channel;
    }

    /// Puts TLS and this in front of HTTP.
    static void install(ServerCore core, TlsServer server, Channel channel) {
        channel.pipeline().addLast(new TlsHello(server, core.protocols().names()), new TlsGate(core, channel));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        admitted = core.admit(this);
        if (!admitted) {
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        core.leave(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent done)) {
            return;
        }
        if (!done.isSuccess()) {
            LOG.debug("event=handshake-failed peer={} reason=\"{}\"", channel.remoteAddress(), reason(done.cause()));
            context.close();
            return;
        }
        SslHandler engine = context.pipeline().get(SslHandler.class);
        core.leave(this);
        context.pipeline().replace(this, "http", core.agreed(channel, engine.applicationProtocol()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("event=handshake-failed peer={} reason=\"{}\"", channel.remoteAddress(), reason(cause));
        context.close();
    }

    /// What a client has sent may be in the message of what went wrong with it.
    private static String reason(@Nullable Throwable cause) {
        return cause == null ? "" : cause.getClass().getSimpleName();
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
