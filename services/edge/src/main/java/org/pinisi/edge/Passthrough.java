package org.pinisi.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Address;

/// One TLS connection that goes to an upstream unopened, chosen by the name in its first message. The
/// upstream gets every byte from the first one on, so the handshake is between it and the client. Only
/// the loop's thread calls.
///
/// If no upstream can be reached the connection is closed, since there is nobody who could say why in
/// TLS; the route's counters know it as 502.
@SuppressWarnings("FutureReturnValueIgnored") // a channel that fails to close is gone already
final class Passthrough {
    private final LoopState loop;
    private final RouteEntry route;
    private final boolean proxyProtocol;
    private final SocketAddress from;
    private final SocketAddress reached;
    private final Splice client;
    private final int first;
    private int tried;
    private @Nullable UpstreamState chosen;
    private @Nullable Channel connecting;
    private @Nullable Splice upstream;

    Passthrough(
            LoopState loop, RouteEntry route, Target.Passthrough target, SocketAddress from, SocketAddress reached) {
        this.loop = loop;
        this.route = route;
        this.proxyProtocol = target.proxyProtocol();
        this.from = from;
        this.reached = reached;
        this.client = new Splice(loop, this);
        this.first = route.nextTurn();
    }

    /// What takes the client's connection over.
    ChannelHandler handler() {
        return client;
    }

    /// A side's connection is there.
    void begun(Splice side) {
        if (side == client) {
            loop.proxy().clientOpened();
            route.counters().tally(loop.index()).count(0, RouteTally.REQUESTS);
            attempt();
        }
    }

    private void attempt() {
        int count = route.upstreamCount();
        if (tried >= count) {
            route.counters().tally(loop.index()).failed(0, 502);
            client.abort();
            return;
        }
        UpstreamState next = route.upstream((first + tried) % count);
        if (next.isUnresolved()) {
            again();
            return;
        }
        next.acquire();
        chosen = next;
        connect(next);
    }

    private void again() {
        release();
        tried++;
        attempt();
    }

    private void connect(UpstreamState next) {
        Splice side = new Splice(loop, this);
        Address address = next.upstream().address();
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.loop())
                .channel(loop.proxy().loops().clientChannel(address))
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        loop.proxy().times().connectMillis())
                .handler(side);
        if (address instanceof Address.Inet) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true);
        }
        ChannelFuture future = bootstrap.connect(next.socketAddress());
        connecting = future.channel();
        future.addListener((ChannelFutureListener) done -> connectEnded(side, done));
    }

    private void connectEnded(Splice side, ChannelFuture done) {
        if (!done.channel().equals(connecting)) {
            done.channel().close();
            return;
        }
        connecting = null;
        if (!done.isSuccess()) {
            route.counters().retried();
            again();
            return;
        }
        upstream = side;
        if (proxyProtocol) {
            ByteBuf line = done.channel().alloc().directBuffer(ProxyLine.LONGEST);
            ProxyLine.write(ProxyProtocol.V2, Client.inet(from, 0), Client.inet(reached, 443), line);
            side.write(line);
        }
        client.join(side);
        side.join(client);
    }

    /// A side's connection has ended; the sides tell one another.
    void gone(Splice side) {
        if (side == client) {
            Channel channel = connecting;
            connecting = null;
            if (channel != null) {
                channel.close();
            }
            if (upstream == null) {
                release();
            }
            loop.proxy().clientClosed();
        } else if (side == upstream) {
            release();
        }
    }

    private void release() {
        UpstreamState held = chosen;
        chosen = null;
        if (held != null) {
            held.release();
        }
    }
}
