package org.pinisi.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stands where a protocol will stand until the handshake is done, so that nothing of it meets an
/// unencrypted channel, and tells the listener what happens.
@SuppressWarnings("FutureReturnValueIgnored") // a channel that fails to close is gone
final class TlsGate extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(TlsGate.class);

    private final Channel channel;
    private final TlsListener listener;
    private String serverName = "";
    private TlsHello.Choice.@Nullable Shown shown;
    private boolean inside;
    private boolean ended;

    TlsGate(Channel channel, TlsListener listener) {
        this.channel = channel;
        this.listener = listener;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        inside = listener.opened(channel);
        if (!inside) {
            ended = true;
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended = true;
        leave();
    }

    /// Says, once, that this connection is out of TLS's hands.
    void leave() {
        if (inside) {
            inside = false;
            listener.left(channel);
        }
    }

    /// The certificate is chosen.
    void chosen(String name, TlsHello.Choice.Shown choice) {
        serverName = name;
        shown = choice;
    }

    /// There will be no secure connection; whoever says so has answered and will close.
    void failed(TlsFailure failure) {
        if (!ended) {
            ended = true;
            listener.failed(channel, failure);
        }
    }

    void fail(TlsFailure failure) {
        failed(failure);
        channel.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent done) || ended) {
            return;
        }
        TlsHello.Choice.Shown choice = shown;
        if (!done.isSuccess() || choice == null) {
            refused(done.cause());
            return;
        }
        ended = true;
        SslHandler engine = context.pipeline().get(SslHandler.class);
        String protocol = engine.applicationProtocol();
        if (TlsServer.CHALLENGE.equals(protocol)) {
            context.close();
            return;
        }
        SSLSession session = engine.engine().getSession();
        ChannelHandler next = listener.secured(
                channel,
                new TlsFacts(
                        serverName,
                        protocol == null ? "" : protocol,
                        session.getProtocol(),
                        choice.certified(),
                        choice.clients(),
                        client(session, choice.clients())));
        context.pipeline().replace(this, "protocol", next);
        leave();
    }

    private static List<X509Certificate> client(SSLSession session, Optional<ClientAuthority> asked) {
        if (asked.isEmpty()) {
            return List.of();
        }
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : session.getPeerCertificates()) {
                chain.add((X509Certificate) certificate);
            }
            return chain;
        } catch (SSLPeerUnverifiedException _) {
            // It showed none, and need not.
            return List.of();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        refused(cause);
    }

    /// What a client has sent may be in the message of what went wrong with it, so only its kind is logged.
    private void refused(@Nullable Throwable cause) {
        if (!ended) {
            LOG.debug(
                    "event=handshake-failed peer={} reason=\"{}\"",
                    channel.remoteAddress(),
                    cause == null ? "" : cause.getClass().getSimpleName());
            fail(
                    cause instanceof SslHandshakeTimeoutException
                            ? TlsFailure.TIMEOUT
                            : shown == null ? TlsFailure.MALFORMED : TlsFailure.REFUSED);
        }
    }
}
