package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/// One side of a connection whose bytes pass unread to the other side. What the other side does not
/// take yet stays unread here; when this side has said all, the other one hears the end and may go on
/// sending.
@SuppressWarnings("FutureReturnValueIgnored") // what fails here closes the channel, and that is heard
final class Splice extends Peer {
    private final Passthrough owner;
    private @Nullable Splice other;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean broken;

    Splice(LoopState loop, Passthrough owner) {
        super(loop);
        this.owner = owner;
    }

    @Override
    void begun() {
        context().channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        owner.begun(this);
    }

    /// From now on bytes go there; those that came before go first.
    void join(Splice newOther) {
        other = newOther;
        if (hasInput()) {
            ByteBuf held = in;
            in = null;
            if (held != null) {
                newOther.write(held);
            }
        }
        newOther.flush();
        if (inputEnded) {
            newOther.endOutput();
        }
        reading(newOther.isWritable());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        lastRead = loop.now();
        Splice to = other;
        if (to == null) {
            append(bytes);
            reading(false);
            return;
        }
        to.write(bytes);
        if (!to.isWritable()) {
            reading(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Splice to = other;
        if (to != null) {
            to.flush();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !inputEnded) {
            inputEnded = true;
            Splice to = other;
            if (to != null) {
                to.endOutput();
            }
            closeWhenDone();
        }
    }

    /// Nothing more will be written here.
    private void endOutput() {
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) written -> {
            outputEnded = true;
            if (written.isSuccess() && written.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            }
            closeWhenDone();
        });
    }

    private void closeWhenDone() {
        if (inputEnded && outputEnded) {
            close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        broken = true;
        close();
    }

    /// Closes in a way that the peer cannot take for an orderly end.
    void abort() {
        if (!isClosed()) {
            context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
            close();
        }
    }

    @Override
    void writable() {
        Splice from = other;
        if (from != null) {
            from.reading(true);
        }
    }

    @Override
    public void sweep(long now) {
        Splice to = other;
        long last = to == null ? lastRead : Math.max(lastRead, to.lastRead);
        if (now - last > loop.proxy().times().tunnelIdle()) {
            close();
        }
    }

    @Override
    void gone() {
        Splice to = other;
        other = null;
        owner.gone(this);
        if (to == null || to.isClosed()) {
            return;
        }
        to.other = null;
        if (broken || (!outputEnded && !inputEnded)) {
            to.abort();
        } else {
            to.context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
