package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2RemoteFlowController.FlowControlled;

/// A piece of an answer's body that waits for the client's windows. Owns its buffer; on the event loop.
final class Http2Piece implements FlowControlled {
    private final Http2Output output;
    private final Http2Sending stream;
    private final ByteBuf bytes;
    private final End end;

    /// What follows the piece.
    enum End {
        /// More pieces.
        NONE,
        /// Nothing: its last frame ends the stream.
        STREAM,
        /// Nothing; and the bytes are no body, but the block of the trailers.
        TRAILERS
    }

    Http2Piece(Http2Output output, Http2Sending stream, ByteBuf bytes, End end) {
        this.output = output;
        this.stream = stream;
        this.bytes = bytes;
        this.end = end;
    }

    @Override
    public int size() {
        return end == End.TRAILERS ? 0 : bytes.readableBytes();
    }

    @Override
    public void write(ChannelHandlerContext context, int allowed) {
        if (end == End.TRAILERS) {
            output.trailers(stream.stream(), bytes);
            return;
        }
        int length = Math.min(allowed, bytes.readableBytes());
        if (length > 0 || !bytes.isReadable()) {
            output.writeData(stream.id(), bytes, length, end == End.STREAM);
            stream.sent(length);
        }
    }

    @Override
    public void writeComplete() {
        bytes.release();
        if (end != End.NONE) {
            output.ended(stream);
        }
    }

    @Override
    public void error(ChannelHandlerContext context, Throwable cause) {
        stream.sent(size());
        bytes.release();
    }

    @Override
    public boolean merge(ChannelHandlerContext context, FlowControlled next) {
        return false;
    }
}
