package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
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
    private boolean loose;
    private boolean attaching;
    private boolean endWanted;

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
                newOther.take(held);
            }
        }
        newOther.send();
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
        to.take(bytes);
        if (!to.isWritable()) {
            reading(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Splice to = other;
        if (to != null) {
            to.send();
        }
    }

    private void take(ByteBuf bytes) {
        if (inputEnded) {
            ChannelOutboundBuffer written = context().channel().unsafe().outboundBuffer();
            loose |= written != null && written.isEmpty();
        }
        write(bytes);
    }

    /// Sends what was taken. When a peer has said all, and we have nothing more to tell it for a
    /// moment, Netty's epoll forgets the socket, but not that it once knew it; the next time that the
    /// socket is full it fails (4.2.18). So it is made known anew before each piece that follows such a
    /// moment.
    private void send() {
        if (!loose) {
            flush();
        } else if (!attaching) {
            attaching = true;
            reading(false);
            Channel channel = context().channel();
            channel.deregister().addListener(_ -> loop.loop().register(channel).addListener(_ -> attached()));
        }
    }

    private void attached() {
        attaching = false;
        loose = false;
        flush();
        if (endWanted) {
            endOutput();
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
        endWanted = true;
        if (attaching) {
            return;
        }
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
        if (broken || !inputEnded) {
            to.abort();
        } else {
            to.inputEnded = true;
            to.closeWhenDone();
        }
    }
}
