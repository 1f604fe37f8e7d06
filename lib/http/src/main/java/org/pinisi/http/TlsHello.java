package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads the first message of a TLS connection, and puts the engine with the certificate of the name
/// that the client asks for in its own place, or whatever else the listener wants to have there. A
/// client that offers only protocols unknown here is sent away.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel
final class TlsHello extends AbstractSniHandler<TlsHello.Choice> {
    private static final int LONGEST_HELLO = 16 << 10;
    private static final List<String> CHALLENGE = List.of(TlsServer.CHALLENGE);
    /// Whole fatal alerts (RFC 8446, section 6), as a client reads them before any key.
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};
    /// A certificate that is being made is looked for this often.
    private static final long LOOK_MILLIS = 20;

    /// So much is encrypted at once, in records of 16 KiB that leave in one piece.
    private static final int WRAP_BYTES = 64 << 10;

    private final TlsServer server;
    private final List<String> protocols;
    private final TlsListener listener;
    private final @Nullable SocketAddress reached;
    private final long begun = System.nanoTime();
    private List<String> offered = List.of();

    /// What becomes of the connection.
    sealed interface Choice {
        /// Goes on here with this certificate.
        record Shown(Certified certified, List<String> protocols, Optional<ClientAuthority> clients)
                implements Choice {}

        /// Belongs to someone else.
        record Diverted(ChannelHandler handler) implements Choice {}

        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Refused(TlsFailure failure, byte[] alert) implements Choice {}
    }

    TlsHello(TlsServer server, List<String> protocols, TlsListener listener, @Nullable SocketAddress reached) {
        super(LONGEST_HELLO, server.handshakeTime().toMillis());
        this.server = server;
        this.protocols = protocols;
        this.listener = listener;
        this.reached = reached;
    }

    @Override
    protected Future<Choice> lookup(ChannelHandlerContext context, @Nullable ByteBuf hello) throws Exception {
        offered = hello == null ? List.of() : AlpnOffer.names(hello);
        return super.lookup(context, hello);
    }

    @Override
    protected Future<Choice> lookup(ChannelHandlerContext context, @Nullable String asked) {
        String name = asked == null ? "" : ServerName.asked(asked);
        Choice choice = choose(context, name);
        if (!isWorthWaiting(choice, name) || !server.beginHandshake()) {
            return context.executor().newSucceededFuture(choice);
        }
        Promise<Choice> chosen = context.executor().newPromise();
        context.executor().schedule(() -> lookAgain(context, name, chosen), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return chosen;
    }

    private boolean isWorthWaiting(Choice choice, String name) {
        long most = server.handshakeTime().toNanos() / 4 * 3;
        return choice instanceof Choice.Refused(TlsFailure failure, byte[] _)
                && failure == TlsFailure.UNKNOWN_NAME
                && !offered.equals(CHALLENGE)
                && System.nanoTime() - begun < most
                && server.isComing(name);
    }

    private void lookAgain(ChannelHandlerContext context, String name, Promise<Choice> chosen) {
        // Who is gone is told as well, since Netty keeps the hello until then.
        boolean here = context.channel().isActive();
        Choice choice = here ? choose(context, name) : new Choice.Refused(TlsFailure.UNKNOWN_NAME, UNRECOGNIZED_NAME);
        if (here && isWorthWaiting(choice, name)) {
            context.executor().schedule(() -> lookAgain(context, name, chosen), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            server.endHandshake();
            chosen.setSuccess(choice);
        }
    }

    private Choice choose(ChannelHandlerContext context, String name) {
        boolean challenge = offered.equals(CHALLENGE);
        if (challenge) {
            Optional<Certified> proof = server.challenge(name);
            if (proof.isPresent()) {
                return new Choice.Shown(proof.get(), CHALLENGE, Optional.empty());
            }
        }
        ChannelHandler other = listener.diverted(context.channel(), name);
        if (other != null) {
            return new Choice.Diverted(other);
        }
        SocketAddress address = reached == null ? context.channel().localAddress() : reached;
        Optional<Certified> found = challenge ? Optional.empty() : server.certified(name, address);
        if (found.isEmpty()) {
            return new Choice.Refused(TlsFailure.UNKNOWN_NAME, UNRECOGNIZED_NAME);
        }
        // Told here, since BoringSSL as Netty binds it would go on without a protocol (RFC 7301, section 3.2).
        if (!offered.isEmpty() && Collections.disjoint(offered, protocols)) {
            return new Choice.Refused(TlsFailure.NO_PROTOCOL, NO_APPLICATION_PROTOCOL);
        }
        return new Choice.Shown(found.get(), protocols, server.clients(name));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext context, @Nullable String asked, Future<Choice> future)
            throws Exception {
        if (context.isRemoved() || !context.channel().isActive()) {
            return;
        }
        TlsGate gate = context.pipeline().get(TlsGate.class);
        switch (future.getNow()) {
            case Choice.Refused(TlsFailure failure, byte[] alert) -> {
                context.writeAndFlush(Unpooled.wrappedBuffer(alert)).addListener(ChannelFutureListener.CLOSE);
                gate.failed(failure);
            }
            case Choice.Diverted(ChannelHandler handler) -> {
                context.pipeline().remove(gate);
                context.pipeline().replace(this, "diverted", handler);
                gate.leave();
            }
            case Choice.Shown shown -> {
                gate.chosen(asked == null ? "" : ServerName.asked(asked), shown);
                if (!server.beginHandshake()) {
                    gate.fail(TlsFailure.BUSY);
                    return;
                }
                begin(context, gate, shown);
            }
        }
    }

    private void begin(ChannelHandlerContext context, TlsGate gate, Choice.Shown shown) throws Exception {
        boolean started = false;
        try {
            start(context, shown);
            started = true;
        } finally {
            if (!started) {
                server.endHandshake();
                gate.fail(TlsFailure.CERTIFICATE);
            }
        }
    }

    private void start(ChannelHandlerContext context, Choice.Shown shown) throws Exception {
        SslContext engines = server.contexts()
                .retained(shown.certified(), shown.protocols(), shown.clients().orElse(null));
        SslHandler engine;
        try {
            engine = engines.newHandler(context.alloc());
        } finally {
            ReferenceCountUtil.release(engines);
        }
        Duration left = server.handshakeTime().minusNanos(System.nanoTime() - begun);
        engine.setHandshakeTimeoutMillis(Math.max(1, left.toMillis()));
        engine.setWrapDataSize(WRAP_BYTES);
        boolean placed = false;
        try {
            context.pipeline().replace(this, "tls", engine);
            placed = true;
        } finally {
            if (!placed) {
                ReferenceCountUtil.safeRelease(engine.engine());
            }
        }
        engine.handshakeFuture().addListener(_ -> server.endHandshake());
    }
}
