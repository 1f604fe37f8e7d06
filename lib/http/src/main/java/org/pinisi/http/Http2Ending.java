package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How an HTTP/2 connection ends: for an error, for idleness, or because the server stops. On the event loop.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard there
final class Http2Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Ending.class);
    private static final int LINGER_SECONDS = 2;
    private static final long DRAIN_PING = 0x70696e697369L;

    private final ServerCore core;
    private final Http2ServerConnection server;
    private final Channel channel;
    private boolean closing;
    private Draining draining = Draining.NO;

    private enum Draining {
        NO,
        /// The client knows; what it sends meanwhile is still taken.
        TOLD,
        /// The last stream is fixed; the connection closes when all are done.
        LAST
    }

    Http2Ending(ServerCore core, Http2ServerConnection server, Channel channel) {
        this.core = core;
        this.server = server;
        this.channel = channel;
    }

    /// Whether the end has begun: nothing is read any more.
    boolean isClosing() {
        return closing;
    }

    /// The channel is gone.
    void closed() {
        closing = true;
    }

    /// Says why, and closes; lingers, since closing at once could take the reason from the client.
    void fail(ChannelHandlerContext context, Http2Exception error) {
        if (closing) {
            return;
        }
        closing = true;
        LOG.debug(
                "event=connection-refused peer={} code={} reason=\"{}\"",
                channel.remoteAddress(),
                error.error(),
                error.getMessage());
        goAway(error.error(), lastStream(), String.valueOf(error.getMessage()));
        ChannelFuture written = context.writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (channel instanceof DuplexChannel duplex) {
            ChannelFuture ended = core.isSecure() ? Tls.closeOutput(channel) : written;
            ended.addListener(_ -> duplex.shutdownOutput());
            channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        } else {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    /// Closes without an error.
    void end(String reason) {
        if (!closing) {
            closing = true;
            goAway(Http2Error.NO_ERROR, lastStream(), reason);
            server.context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /// The client is told first, and only a round trip later, when it knows, the last stream is fixed (RFC
    /// 9113, section 6.8), so that no request is lost that was under way.
    void drain() {
        if (closing || draining != Draining.NO) {
            return;
        }
        draining = Draining.TOLD;
        ChannelHandlerContext context = server.context();
        goAway(Http2Error.NO_ERROR, Integer.MAX_VALUE, "the server stops");
        server.encoder().writePing(context, false, DRAIN_PING, context.newPromise());
        server.flush(context);
        channel.eventLoop().schedule(this::fixLast, core.http2.drainTime().toNanos(), TimeUnit.NANOSECONDS);
    }

    void pingAnswered(long data) {
        if (data == DRAIN_PING) {
            fixLast();
        }
    }

    private void fixLast() {
        if (draining != Draining.TOLD || closing) {
            return;
        }
        draining = Draining.LAST;
        if (server.isWaiting()) {
            end("done");
            return;
        }
        ChannelHandlerContext context = server.context();
        long code = Http2Error.NO_ERROR.code();
        // Through Netty, which from now on ignores later streams.
        server.goAway(context, lastStream(), code, Unpooled.EMPTY_BUFFER, context.newPromise());
        server.flush(context);
    }

    /// A stream is closed.
    void streamEnded() {
        if (draining == Draining.LAST && server.isWaiting()) {
            channel.eventLoop().execute(() -> end("done"));
        }
    }

    private int lastStream() {
        return server.connection().remote().lastStreamCreated();
    }

    private void goAway(Http2Error code, int lastStream, String reason) {
        ByteBuf text = ByteBufUtil.writeUtf8(channel.alloc(), reason);
        ChannelHandlerContext context = server.context();
        server.encoder().frameWriter().writeGoAway(context, lastStream, code.code(), text, context.newPromise());
    }
}
