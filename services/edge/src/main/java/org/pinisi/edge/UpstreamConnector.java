package org.pinisi.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gets calls at upstreams for the requests of one event loop: on an idle connection of HTTP/1.1, on a
/// new one, or as a stream of an HTTP/2 connection that many requests share.
@SuppressWarnings("FutureReturnValueIgnored") // a channel that fails to close is gone already
final class UpstreamConnector {
    private static final Logger log = LoggerFactory.getLogger(UpstreamConnector.class);

    private final LoopState loop;

    /// Who waits for a call. On the loop; at most one of these is called, once.
    interface Waiting {
        void connected(UpstreamCall call);

        /// @param timedOut whether the upstream did not answer in time, and not just refused
        void failed(boolean timedOut);
    }

    /// A call that is being made ready.
    static final class Attempt {
        private @Nullable Waiting waiting;
        private @Nullable Channel channel;

        private final Client client;
        private final boolean upgrade;
        private final int connectMillis;

        /// @param client whose request it is
        /// @param upgrade whether the request asks for another protocol
        /// @param connectMillis how long connecting may take
        Attempt(Waiting waiting, Client client, boolean upgrade, int connectMillis) {
            this.waiting = waiting;
            this.client = client;
            this.upgrade = upgrade;
            this.connectMillis = connectMillis;
        }

        boolean isUpgrade() {
            return upgrade;
        }

        /// Nobody waits any more.
        void cancel() {
            waiting = null;
            Channel connecting = channel;
            if (connecting != null) {
                connecting.close();
            }
        }

        boolean isCancelled() {
            return waiting == null;
        }

        void connected(UpstreamCall call) {
            Waiting who = waiting;
            waiting = null;
            channel = null;
            if (who != null) {
                who.connected(call);
            }
        }

        void failed(boolean timedOut) {
            Waiting who = waiting;
            waiting = null;
            channel = null;
            if (who != null) {
                who.failed(timedOut);
            }
        }
    }

    UpstreamConnector(LoopState loop) {
        this.loop = loop;
    }

    /// A call that can be had at once, or null: on a connection of HTTP/1.1 that was idle for at most
    /// `longestIdle` nanoseconds, or one of HTTP/2 with room.
    ///
    /// @param client whose request it is
    /// @param upgrade whether the request asks for another protocol
    @Nullable
    UpstreamCall ready(UpstreamState upstream, long longestIdle, Client client, boolean upgrade) {
        Client owner = owner(upstream, client);
        UpstreamPool pool = upstream.pool(loop.index());
        boolean shared = switch (upstream.upstream().protocol()) {
            case HTTP1 -> false;
            case H2C -> true;
            case HTTPS -> !upgrade;
        };
        Http2UpstreamLink link = shared ? pool.link(owner) : null;
        if (link != null) {
            return new Http2UpstreamCall(loop, link);
        }
        return owner == null ? pool.take(loop.now(), longestIdle) : pool.take(loop.now(), longestIdle, owner);
    }

    /// Who alone may use a connection to that upstream; null if all clients share them.
    private static @Nullable Client owner(UpstreamState upstream, Client client) {
        return upstream.upstream().proxyProtocol() == ProxyProtocol.OFF ? null : client;
    }

    /// Makes a call ready; the attempt may end before this returns.
    void connect(UpstreamState upstream, Attempt attempt) {
        switch (upstream.upstream().protocol()) {
            case HTTP1 -> {
                UpstreamConnection connection = new UpstreamConnection(loop, upstream, owner(upstream, attempt.client));
                connect(upstream, attempt, connection, _ -> attempt.connected(connection));
            }
            case H2C -> {
                Http2UpstreamLink made = upstream.pool(loop.index()).linkBeingMade(owner(upstream, attempt.client));
                if (made == null) {
                    share(upstream, attempt);
                } else {
                    made.await(attempt);
                }
            }
            case HTTPS -> connect(upstream, attempt, new Placeholder(), channel -> secure(upstream, attempt, channel));
        }
    }

    private void connect(UpstreamState upstream, Attempt attempt, ChannelHandler first, Consumer<Channel> connected) {
        ChannelFuture future = open(upstream, attempt.connectMillis, first);
        attempt.channel = future.channel();
        future.addListener((ChannelFutureListener) done -> {
            if (attempt.isCancelled()) {
                done.channel().close();
            } else if (done.isSuccess()) {
                upstream.tally().connected();
                announce(done.channel(), upstream, attempt.client);
                connected.accept(done.channel());
            } else {
                upstream.tally().connectFailed();
                attempt.failed(done.cause() instanceof ConnectTimeoutException);
            }
        });
    }

    /// Says whose the connection is, where the upstream wants to know: before TLS and before anything else.
    private static void announce(Channel channel, UpstreamState upstream, Client client) {
        ProxyProtocol version = upstream.upstream().proxyProtocol();
        if (version != ProxyProtocol.OFF) {
            ByteBuf line = channel.alloc().directBuffer(ProxyLine.LONGEST);
            client.writeProxyLine(version, line);
            channel.write(line, channel.voidPromise());
        }
    }

    /// Makes a connection of HTTP/2; requests that come meanwhile wait for it too.
    private void share(UpstreamState upstream, Attempt attempt) {
        Http2UpstreamLink link = new Http2UpstreamLink(loop, upstream, false, owner(upstream, attempt.client));
        link.await(attempt);
        open(upstream, attempt.connectMillis, new Placeholder()).addListener((ChannelFutureListener) done -> {
            if (done.isSuccess()) {
                upstream.tally().connected();
                announce(done.channel(), upstream, attempt.client);
                link.start(done.channel());
                done.channel().pipeline().remove(Placeholder.class);
            } else {
                upstream.tally().connectFailed();
                link.failed(done.cause() instanceof ConnectTimeoutException);
            }
        });
    }

    private void secure(UpstreamState upstream, Attempt attempt, Channel channel) {
        UpstreamSecurity security = upstream.security();
        if (security == null) {
            channel.close();
            attempt.failed(false);
            return;
        }
        SslHandler tls = security.handler(channel.alloc(), attempt.isUpgrade(), attempt.connectMillis);
        channel.pipeline().addFirst(tls);
        tls.handshakeFuture().addListener(done -> {
            if (attempt.isCancelled()) {
                channel.close();
            } else if (!done.isSuccess()) {
                log.warn(
                        "event=upstream-tls-failed upstream={} reason=\"{}\"",
                        upstream.id(),
                        String.valueOf(done.cause().getMessage()));
                channel.close();
                attempt.failed(done.cause() instanceof SslHandshakeTimeoutException);
            } else if ("h2".equals(tls.applicationProtocol())) {
                Http2UpstreamLink link = new Http2UpstreamLink(loop, upstream, true, owner(upstream, attempt.client));
                attempt.channel = null;
                link.await(attempt);
                link.start(channel);
                channel.pipeline().remove(Placeholder.class);
            } else {
                UpstreamConnection connection = new UpstreamConnection(loop, upstream, owner(upstream, attempt.client));
                channel.pipeline().addLast(connection);
                channel.pipeline().remove(Placeholder.class);
                attempt.connected(connection);
            }
        });
    }

    /// Holds a pipeline open until it is known what is spoken.
    private static final class Placeholder extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            log.debug("event=upstream-lost reason=\"{}\"", cause.toString());
            context.close();
        }
    }

    private ChannelFuture open(UpstreamState upstream, int connectMillis, ChannelHandler handler) {
        Address address = upstream.upstream().address();
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.loop())
                .channel(loop.proxy().loops().clientChannel(address))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                .option(ChannelOption.ALLOCATOR, loop.proxy().loops().allocator())
                .handler(handler);
        if (address instanceof Address.Inet) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true);
        }
        return bootstrap.connect(upstream.socketAddress());
    }
}
