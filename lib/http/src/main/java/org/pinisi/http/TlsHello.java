package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the first message of a TLS connection, and puts the engine with the certificate of the name that the
/// client asks for in its own place. A client that offers only protocols unknown here is sent away.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel
final class TlsHello extends AbstractSniHandler<Certified> {
    private static final int LONGEST_HELLO = 16 << 10;
    /// Whole fatal alerts (RFC 8446, section 6), as a client reads them before any key.
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};
    /// So much is encrypted at once, in records of 16 KiB that leave in one piece.
    private static final int WRAP_BYTES = 64 << 10;

    private final TlsServer server;
    private final List<String> protocols;
    private final long begun = System.nanoTime();
    private boolean speaksOtherwise;

    TlsHello(TlsServer server, List<String> protocols) {
        super(LONGEST_HELLO, server.handshakeTime().toMillis());
        this.server = server;
        this.protocols = protocols;
    }

    /// Told here, since BoringSSL as Netty binds it would go on without a protocol (RFC 7301, section 3.2).
    @Override
    protected Future<Certified> lookup(ChannelHandlerContext context, @Nullable ByteBuf hello) throws Exception {
        List<String> offered = hello == null ? List.of() : AlpnOffer.names(hello);
        speaksOtherwise = !offered.isEmpty() && Collections.disjoint(offered, protocols);
        return super.lookup(context, hello);
    }

    @Override
    protected Future<Certified> lookup(ChannelHandlerContext context, @Nullable String name) {
        Optional<Certified> found = server.certified(name == null ? "" : name);
        return found.isPresent()
                ? context.executor().newSucceededFuture(found.get())
                : context.executor().newFailedFuture(new HttpException(421, "no certificate for that name"));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext context, @Nullable String name, Future<Certified> future)
            throws Exception {
        if (!future.isSuccess()) {
            refuse(context, UNRECOGNIZED_NAME);
            return;
        }
        if (speaksOtherwise) {
            refuse(context, NO_APPLICATION_PROTOCOL);
            return;
        }
        if (!server.beginHandshake()) {
            context.close();
            return;
        }
        boolean started = false;
        try {
            start(context, future.getNow());
            started = true;
        } finally {
            if (!started) {
                server.endHandshake();
                context.close();
            }
        }
    }

    private static void refuse(ChannelHandlerContext context, byte[] alert) {
        context.writeAndFlush(Unpooled.wrappedBuffer(alert)).addListener(ChannelFutureListener.CLOSE);
    }

    private void start(ChannelHandlerContext context, Certified certified) throws Exception {
        SslContext engines = server.contexts().retained(certified, protocols);
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
