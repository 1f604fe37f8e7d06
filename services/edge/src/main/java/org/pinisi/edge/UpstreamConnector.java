package org.pinisi.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Address;

/// Gets calls at upstreams for the requests of one event loop: on an idle connection of HTTP/1.1, on a
/// new one, or as a stream of an HTTP/2 connection that many requests share.
@SuppressWarnings("FutureReturnValueIgnored") // a channel that fails to close is gone already
final class UpstreamConnector {
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

        private final int connectMillis;

        /// @param connectMillis how long connecting may take
        Attempt(Waiting waiting, int connectMillis) {
            this.waiting = waiting;
            this.connectMillis = connectMillis;
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

    /// A call that can be had at once, on a connection that was idle for at most `longestIdle`
    /// nanoseconds, or null.
    @Nullable
    UpstreamCall ready(UpstreamState upstream, long longestIdle) {
        return upstream.pool(loop.index()).take(loop.now(), longestIdle);
    }

    /// Makes a call ready; the attempt may end before this returns.
    void connect(UpstreamState upstream, Attempt attempt) {
        UpstreamConnection connection = new UpstreamConnection(loop, upstream);
        ChannelFuture future = open(upstream, attempt.connectMillis, connection);
        attempt.channel = future.channel();
        future.addListener((ChannelFutureListener) done -> {
            if (attempt.isCancelled()) {
                done.channel().close();
            } else if (done.isSuccess()) {
                upstream.tally().connected();
                attempt.connected(connection);
            } else {
                upstream.tally().connectFailed();
                attempt.failed(done.cause() instanceof ConnectTimeoutException);
            }
        });
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
