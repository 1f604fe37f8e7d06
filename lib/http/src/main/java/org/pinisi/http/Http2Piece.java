package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2RemoteFlowController.FlowControlled;

/// A piece of an answer's body that waits for the client's windows. Owns its buffer; on the event loop.
final class Http2Piece implements FlowControlled {
    private final Http2Output output;
    private final Http2ServerStream stream;
    private final ByteBuf bytes;
    private final boolean end;

    Http2Piece(Http2Output output, Http2ServerStream stream, ByteBuf bytes, boolean end) {
        this.output = output;
        this.stream = stream;
        this.bytes = bytes;
        this.end = end;
    }

    @Override
    public int size() {
        return bytes.readableBytes();
    }

    @Override
    public void write(ChannelHandlerContext context, int allowed) {
        int length = Math.min(allowed, bytes.readableBytes());
        if (length > 0 || !bytes.isReadable()) {
            output.writeData(stream.id(), bytes, length, end);
            stream.sent(length);
        }
    }

    @Override
    public void writeComplete() {
        bytes.release();
        if (end) {
            output.ended(stream);
        }
    }

    @Override
    public void error(ChannelHandlerContext context, Throwable cause) {
        stream.sent(bytes.readableBytes());
        bytes.release();
    }

    @Override
    public boolean merge(ChannelHandlerContext context, FlowControlled next) {
        return false;
    }
}
