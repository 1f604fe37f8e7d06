package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Gathers what is written to one stream until it is flushed, so that head, body and end leave in one piece:
/// what QUIC is given by itself leaves in a datagram by itself.
///
/// The end is never given without bytes. The engine forgets an end that comes alone when all before it was
/// acknowledged and the request has ended: the client would wait for ever. A frame that means nothing
/// (RFC 9114, section 7.2.8) goes with it then.
@SuppressWarnings("FutureReturnValueIgnored") // the output hears of what becomes of it
final class Http3Packer extends ChannelOutboundHandlerAdapter {
    /// What is gathered at most before it leaves.
    private static final int MOST = 64 << 10;
    /// So little is copied together.
    private static final int SMALL = 4 << 10;

    private static final byte[] NOTHING = {0x21, 0};

    private final Http3Output output;
    private final List<ByteBuf> pieces = new ArrayList<>(4);
    /// What QUIC has been given and has not taken whole.
    private final ArrayDeque<ByteBuf> underWay = new ArrayDeque<>(4);
    private int bytes;
    private long taken;
    private boolean ends;

    Http3Packer(Http3Output output) {
        this.output = output;
    }

    /// The stream ends behind what was written, once that is flushed.
    void end() {
        ends = true;
    }

    /// Sends a frame that means nothing, whose failure tells that the client wants no more.
    void probe(ChannelHandlerContext context) {
        if (pieces.isEmpty()) {
            add(Unpooled.wrappedBuffer(NOTHING), context);
            send(context);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf piece)) {
            context.write(message, promise);
            return;
        }
        add(piece, context);
        promise.trySuccess();
        if (bytes >= MOST) {
            send(context);
        }
    }

    private void add(ByteBuf piece, ChannelHandlerContext context) {
        bytes += piece.readableBytes();
        pieces.add(piece.isDirect() ? piece : copy(List.of(piece), piece.readableBytes(), context));
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        send(context);
        context.flush();
    }

    private void send(ChannelHandlerContext context) {
        if (ends && pieces.isEmpty()) {
            add(Unpooled.wrappedBuffer(NOTHING), context);
        }
        if (pieces.isEmpty()) {
            return;
        }
        boolean last = ends;
        ends = false;
        ByteBuf all = gather(context);
        pieces.clear();
        bytes = 0;
        int length = all.readableBytes();
        int content = output.sending();
        underWay.add(all);
        context.write(last ? new DefaultQuicStreamFrame(all, true) : all).addListener(done -> {
            underWay.remove();
            taken += length;
            output.sent(content, last, done.isSuccess());
        });
    }

    /// Whether QUIC does not take everything at once.
    boolean isBehind() {
        return !underWay.isEmpty();
    }

    /// A number that grows as QUIC takes more.
    long progress() {
        ByteBuf first = underWay.peek();
        return first == null ? taken : taken + first.readerIndex();
    }

    private ByteBuf gather(ChannelHandlerContext context) {
        if (pieces.size() == 1) {
            return pieces.getFirst();
        }
        if (bytes <= SMALL) {
            return copy(pieces, bytes, context);
        }
        CompositeByteBuf all = context.alloc().compositeDirectBuffer(pieces.size());
        return all.addComponents(true, pieces);
    }

    private static ByteBuf copy(List<ByteBuf> from, int length, ChannelHandlerContext context) {
        ByteBuf all = context.alloc().directBuffer(Math.max(length, 1));
        for (ByteBuf piece : from) {
            all.writeBytes(piece);
            piece.release();
        }
        return all;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        pieces.forEach(ByteBuf::release);
        pieces.clear();
    }
}
