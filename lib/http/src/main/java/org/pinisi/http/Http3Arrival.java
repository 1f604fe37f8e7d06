package org.pinisi.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A client's connection of QUIC until its handshake is done. On its event loop.
@SuppressWarnings("FutureReturnValueIgnored") // a failed close is told by itself
final class Http3Arrival extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Http3Arrival.class);
    /// CONNECTION_REFUSED (RFC 9000, section 20.1).
    private static final int REFUSED = 0x2;

    private static final String VERSION = "TLSv1.3";

    private final ServerCore core;
    private final TlsServer tls;
    private final QuicCertificates certificates;
    private final Http3Gateway.Arrivals arrivals;
    private @Nullable Future<?> deadline;
    private String name = "";
    /// What the engine was told a moment before.
    private @Nullable Certified shown;

    private boolean counted;
    private boolean over;

    Http3Arrival(ServerCore core, TlsServer tls, QuicCertificates certificates, Http3Gateway.Arrivals arrivals) {
        this.core = core;
        this.tls = tls;
        this.certificates = certificates;
        this.arrivals = arrivals;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        QuicChannel channel = (QuicChannel) context.channel();
        if (core.isDraining() || arrivals.isFull()) {
            // Whoever is refused before the first packet was read cannot be told so, and asks again and again.
            over = true;
            context.executor().execute(() -> close(channel, null));
        } else if (!tls.beginHandshake()) {
            refuse(channel, TlsFailure.BUSY);
        } else {
            counted = true;
            deadline = context.executor()
                    .schedule(
                            () -> refuse(channel, TlsFailure.TIMEOUT),
                            tls.handshakeTime().toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof SniCompletionEvent asked) {
            name = asked.hostname() == null ? "" : ServerName.asked(asked.hostname());
            shown = certificates.find(name).orElse(null);
        }
        if (event instanceof SslHandshakeCompletionEvent done && !over) {
            QuicChannel channel = (QuicChannel) context.channel();
            if (done.isSuccess()) {
                secured(context, channel);
            } else {
                refuse(channel, TlsFailure.REFUSED);
            }
        }
        super.userEventTriggered(context, event);
    }

    private void secured(ChannelHandlerContext context, QuicChannel channel) {
        Certified certified = shown;
        if (certified == null) {
            refuse(channel, TlsFailure.CERTIFICATE);
            return;
        }
        end();
        TlsFacts facts = new TlsFacts(name, Http3Gateway.PROTOCOL, VERSION, certified, Optional.empty(), List.of());
        InetSocketAddress from = address(channel.remoteSocketAddress());
        StreamAcceptor acceptor = arrivals.secured(channel, facts, from, address(channel.localSocketAddress()));
        Http3Connection.open(core, channel, from, acceptor);
        context.pipeline().remove(this);
    }

    private static InetSocketAddress address(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new IllegalStateException("a connection of QUIC without address");
    }

    private void refuse(QuicChannel channel, @Nullable TlsFailure failure) {
        if (over) {
            return;
        }
        end();
        if (failure != null) {
            arrivals.failed(channel, failure);
        }
        close(channel, failure);
    }

    private static void close(QuicChannel channel, @Nullable TlsFailure failure) {
        LOG.debug("event=handshake-failed peer={} protocol=h3 reason={}", channel.remoteSocketAddress(), failure);
        channel.close(false, REFUSED, Unpooled.EMPTY_BUFFER);
    }

    private void end() {
        over = true;
        Future<?> known = deadline;
        if (known != null) {
            known.cancel(false);
        }
        if (counted) {
            counted = false;
            tls.endHandshake();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        if (!over) {
            end();
            arrivals.failed(context.channel(), TlsFailure.REFUSED);
        }
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("event=handshake-failed peer={} reason=\"{}\"", context.channel(), cause.toString());
        context.close();
    }
}
