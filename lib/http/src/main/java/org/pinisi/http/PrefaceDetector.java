package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tells by a connection's first bytes whether the client speaks HTTP/2 with prior knowledge (RFC 9113,
/// section 3.3), and leaves the connection to the version's own handler.
@SuppressWarnings("FutureReturnValueIgnored") // closing a channel is heard in channelInactive
final class PrefaceDetector extends ChannelInboundHandlerAdapter implements ServedConnection {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerCore core;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> deadline;
    private @Nullable ByteBuf first;

    PrefaceDetector(ServerCore core) {
        this.core = core;
    }

    @Override
    public void channelActive(ChannelHandlerContext newContext) {
        context = newContext;
        if (!core.admit(this)) {
            // HTTP/1.1 can say why.
            become(newContext, false);
            return;
        }
        deadline = newContext
                .executor()
                .schedule(() -> newContext.close(), core.limits.headTime().toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext newContext, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        ByteBuf old = first;
        if (old != null) {
            bytes = newContext.alloc().buffer(PREFACE.length).writeBytes(old).writeBytes(bytes);
            old.release();
            ((ByteBuf) message).release();
        }
        first = bytes;
        int common = common(bytes);
        if (common < Math.min(PREFACE.length, bytes.readableBytes())) {
            become(newContext, false);
        } else if (common == PREFACE.length) {
            become(newContext, true);
        }
    }

    /// How many of the first bytes are the preface's.
    static int common(ByteBuf bytes) {
        int common = 0;
        int most = Math.min(PREFACE.length, bytes.readableBytes());
        while (common < most && bytes.getByte(bytes.readerIndex() + common) == PREFACE[common]) {
            common++;
        }
        return common;
    }

    private void become(ChannelHandlerContext old, boolean http2) {
        stop();
        ByteBuf bytes = first;
        first = null;
        if (http2) {
            old.pipeline().addAfter(old.name(), null, Http2Servers.open(core, old.channel()));
        } else {
            ServerConnection connection = new ServerConnection(core, old.channel());
            old.pipeline().addAfter(old.name(), null, connection);
            old.fireChannelActive();
        }
        if (bytes != null) {
            old.fireChannelRead(bytes);
        }
        old.pipeline().remove(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ignored) {
        stop();
        ByteBuf bytes = first;
        first = null;
        if (bytes != null) {
            bytes.release();
        }
    }

    private void stop() {
        Future<?> timer = deadline;
        if (timer != null) {
            timer.cancel(false);
        }
        core.leave(this);
    }

    @Override
    public void drain() {
        abort();
    }

    @Override
    public void abort() {
        ChannelHandlerContext known = context;
        if (known != null) {
            known.close();
        }
    }
}
