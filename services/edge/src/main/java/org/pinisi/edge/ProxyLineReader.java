package org.pinisi.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.TransportProtocol;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits for the line by which a load balancer says whose connection this is (PROXY protocol, versions
/// 1 and 2), then leaves the connection to its entrance. A connection without such a line is closed:
/// whoever must send one and does not is misconfigured, and its clients would all seem to be one.
///
/// Counts as one of the edge's clients while it waits.
@SuppressWarnings("FutureReturnValueIgnored") // a channel that fails to close is gone
final class ProxyLineReader extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(ProxyLineReader.class);
    /// What version 2 may say besides the addresses, which is skipped.
    private static final int MOST_EXTRA_BYTES = 4096;

    private final Proxy proxy;
    private final Entrance entrance;
    private @Nullable Future<?> deadline;
    private boolean counted;

    private ProxyLineReader(Proxy proxy, Entrance entrance) {
        this.proxy = proxy;
        this.entrance = entrance;
    }

    static void install(Channel channel, Proxy proxy, Entrance entrance) {
        channel.pipeline()
                .addLast(new HAProxyMessageDecoder(MOST_EXTRA_BYTES, true), new ProxyLineReader(proxy, entrance));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        proxy.clientOpened();
        counted = true;
        deadline =
                context.executor().schedule(() -> context.close(), proxy.times().head(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        HAProxyMessage line = (HAProxyMessage) message;
        try {
            Channel channel = context.channel();
            boolean own = line.command() == HAProxyCommand.LOCAL
                    || line.proxiedProtocol().addressFamily() == AddressFamily.AF_UNSPEC
                    || line.proxiedProtocol().addressFamily() == AddressFamily.AF_UNIX;
            if (own) {
                enter(context, channel.remoteAddress(), channel.localAddress());
            } else if (line.proxiedProtocol().transportProtocol() == TransportProtocol.STREAM) {
                enter(
                        context,
                        address(line.sourceAddress(), line.sourcePort()),
                        address(line.destinationAddress(), line.destinationPort()));
            } else {
                refuse(context, "no stream of bytes");
            }
        } finally {
            line.release();
        }
    }

    private void enter(ChannelHandlerContext context, SocketAddress from, SocketAddress reached) {
        entrance.enter(context.channel(), from, reached);
        context.fireChannelActive();
        leave();
        context.pipeline().remove(this);
    }

    /// The decoder has checked the form.
    private static InetSocketAddress address(String text, int port) {
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(text);
        if (address == null) {
            throw new IllegalArgumentException("a PROXY line without address");
        }
        return new InetSocketAddress(address, port);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        refuse(context, cause.getClass().getSimpleName());
    }

    private static void refuse(ChannelHandlerContext context, String reason) {
        log.debug(
                "event=proxy-line-refused peer={} reason=\"{}\"",
                context.channel().remoteAddress(),
                reason);
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        leave();
    }

    private void leave() {
        Future<?> timer = deadline;
        if (timer != null) {
            timer.cancel(false);
        }
        if (counted) {
            counted = false;
            proxy.clientClosed();
        }
    }
}
