package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/// One side of the proxy: a connection on one event loop, whose thread alone touches it.
///
/// **Buffers.** What is read belongs to the peer that read it until it is written to the other one;
/// [#write] takes ownership. [#in] holds what was read and not yet understood, and is released with the
/// connection.
@SuppressWarnings("FutureReturnValueIgnored") // what fails here closes the channel, and that is heard
abstract class Peer extends ChannelInboundHandlerAdapter implements Swept {
    private static final int SMALLEST = 1024;

    final LoopState loop;

    @Nullable
    ByteBuf in;

    long lastRead;
    private @Nullable ChannelHandlerContext context;
    private boolean dirty;
    private boolean begun;
    private boolean closed;
    private int slot = -1;

    Peer(LoopState loop) {
        this.loop = loop;
        this.lastRead = loop.now();
    }

    @Override
    public final void added(long now) {
        lastRead = now;
    }

    /// The connection is gone; called once.
    abstract void gone();

    /// Bytes may be written again.
    abstract void writable();

    /// The connection is open; called once.
    void begun() {}

    /// The channel may be open already, when TLS or a PROXY line came first.
    @Override
    public final void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        if (ctx.channel().isActive()) {
            channelActive(ctx);
        }
    }

    @Override
    public final void channelActive(ChannelHandlerContext ctx) {
        if (!begun) {
            begun = true;
            loop.add(this);
            begun();
        }
    }

    @Override
    public final void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            writable();
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext ctx) {
        if (closed) {
            return;
        }
        closed = true;
        loop.remove(this);
        gone();
        releaseInput();
    }

    /// Leaves the channel, with what was read and not understood, to another handler.
    final void replace(ChannelInboundHandler other) {
        closed = true;
        loop.remove(this);
        ByteBuf bytes = in;
        in = null;
        ChannelHandlerContext old = context();
        old.pipeline().addAfter(old.name(), null, other);
        if (bytes != null) {
            old.fireChannelRead(bytes);
        }
        old.pipeline().remove(this);
    }

    final ChannelHandlerContext context() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("used before it had a channel");
        }
        return known;
    }

    final boolean isOpen() {
        return !closed && context().channel().isActive();
    }

    final boolean isClosed() {
        return closed;
    }

    @Override
    public final int slot() {
        return slot;
    }

    @Override
    public final void slot(int newSlot) {
        slot = newSlot;
    }

    /// Takes ownership of the bytes; they leave with the next flush.
    final void write(ByteBuf bytes) {
        ChannelHandlerContext ctx = context();
        dirty = true;
        ctx.write(bytes, ctx.voidPromise());
    }

    /// Something was written past [#write].
    final void touch() {
        dirty = true;
    }

    public final void flush() {
        if (dirty) {
            dirty = false;
            context().flush();
        }
    }

    public final boolean isWritable() {
        return context().channel().isWritable();
    }

    public void reading(boolean on) {
        if (context().channel().config().isAutoRead() != on) {
            context().channel().config().setAutoRead(on);
        }
    }

    final void close() {
        if (!closed) {
            context().close();
        }
    }

    /// Adds bytes to [#in]; takes ownership of them.
    final void append(ByteBuf bytes) {
        ByteBuf held = in;
        if (held == null) {
            in = bytes;
            return;
        }
        int length = bytes.readableBytes();
        if (held.refCnt() > 1 || held.maxWritableBytes() < length || held.writableBytes() < length) {
            ByteBuf larger = context().alloc().directBuffer(Math.max(SMALLEST, (held.readableBytes() + length) * 2));
            larger.writeBytes(held);
            held.release();
            in = larger;
            held = larger;
        }
        held.writeBytes(bytes);
        bytes.release();
    }

    /// Takes the first `length` bytes of [#in], without copying them.
    final ByteBuf take(int length) {
        ByteBuf held = in;
        if (held == null) {
            throw new IllegalStateException("nothing was read");
        }
        if (length == held.readableBytes()) {
            in = null;
            return held;
        }
        return held.readRetainedSlice(length);
    }

    final boolean hasInput() {
        ByteBuf held = in;
        if (held == null) {
            return false;
        }
        if (held.isReadable()) {
            return true;
        }
        releaseInput();
        return false;
    }

    final void releaseInput() {
        ByteBuf held = in;
        if (held != null) {
            in = null;
            held.release();
        }
    }
}
