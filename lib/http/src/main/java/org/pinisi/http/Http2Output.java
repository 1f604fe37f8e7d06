package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.function.Consumer;

/// Writes the frames of answers. On the event loop; nothing is flushed here.
///
/// HEADERS and a small body leave in one buffer. Larger bodies wait in the flow controller, which gives each
/// stream its turn. Without TLS they leave as slices. With TLS each frame fills one record, and is put together
/// in a buffer of its own: a frame that straddles two would be copied there all the same.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard there
final class Http2Output {
    private static final int HEAD = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int MOST_COPIED = 8 << 10;
    private static final int COPIED_SLICE = 512;
    private static final int LONGEST_FRAME = 64 << 10;
    /// The most that a record of TLS holds.
    private static final int RECORD = 16 << 10;

    private final ChannelHandlerContext context;
    private final Http2Connection connection;
    private final Http2RemoteFlowController flow;
    private final Http2ConnectionHandler server;
    private final Consumer<Http2Stream> afterEnd;
    private final Http2Guard guard;
    private final boolean secure;
    private int frameBytes = 16 << 10;
    private int dataBytes;
    private boolean tableToEmpty = true;

    Http2Output(
            ChannelHandlerContext context,
            Http2Connection connection,
            Http2ConnectionHandler server,
            Consumer<Http2Stream> afterEnd,
            Http2Guard guard,
            boolean secure) {
        this.context = context;
        this.connection = connection;
        this.flow = connection.remote().flowController();
        this.server = server;
        this.afterEnd = afterEnd;
        this.guard = guard;
        this.secure = secure;
        this.dataBytes = secure ? RECORD - HEAD : frameBytes;
    }

    /// The client allows frames of this size.
    void frameBytes(int most) {
        frameBytes = Math.min(most, LONGEST_FRAME);
        dataBytes = secure ? RECORD - HEAD : frameBytes;
    }

    /// The client has changed the size of its dynamic table.
    void tableChanged() {
        tableToEmpty = true;
    }

    /// Whether the client takes frames of this stream.
    static boolean isOpen(Http2Stream stream) {
        return switch (stream.state()) {
            case OPEN, HALF_CLOSED_REMOTE -> !stream.isResetSent();
            case IDLE, RESERVED_LOCAL, RESERVED_REMOTE, HALF_CLOSED_LOCAL, CLOSED -> false;
        };
    }

    /// The head of an answer. Takes over the block.
    void head(Http2Stream stream, ByteBuf block, boolean interim, boolean end) {
        ByteBuf out = context.alloc().directBuffer(HEAD + 1 + block.readableBytes());
        headers(out, stream.id(), block, end);
        context.write(out, context.voidPromise());
        stream.headersSent(interim);
        if (end) {
            server.closeStreamLocal(stream, context.newSucceededFuture());
        }
    }

    /// A whole answer. Takes over the block and, unless it returns false, the body, which then is sent with
    /// the head. False leaves all to the caller, who must send it in pieces.
    boolean small(Http2Stream stream, ByteBuf block, ByteBuf body) {
        int length = body.readableBytes();
        if (!fits(stream, length)) {
            return false;
        }
        ByteBuf out = context.alloc().directBuffer(2 * HEAD + 1 + block.readableBytes() + length);
        headers(out, stream.id(), block, false);
        finish(stream, out, body, length);
        body.release();
        return true;
    }

    /// The head of a prepared answer.
    void prepared(Http2Stream stream, PreparedAnswer answer, HttpDate date, boolean end) {
        ByteBuf out = context.alloc().directBuffer(HEAD + 1 + answer.block().length + HeaderBlock.DATE_LENGTH);
        headers(out, stream.id(), answer, date, end);
        context.write(out, context.voidPromise());
        stream.headersSent(false);
        if (end) {
            server.closeStreamLocal(stream, context.newSucceededFuture());
        }
    }

    /// A whole prepared answer, or false and nothing if it is too large for that or for the windows.
    boolean small(Http2Stream stream, PreparedAnswer answer, ByteBuf body, HttpDate date) {
        int length = body.readableBytes();
        if (!fits(stream, length)) {
            return false;
        }
        int most = 2 * HEAD + 1 + answer.block().length + HeaderBlock.DATE_LENGTH + length;
        ByteBuf out = context.alloc().directBuffer(most);
        headers(out, stream.id(), answer, date, false);
        finish(stream, out, body, length);
        return true;
    }

    private boolean fits(Http2Stream stream, int length) {
        return length <= MOST_COPIED && flow.windowSize(stream) >= length && connectionWindow() >= length;
    }

    private void finish(Http2Stream stream, ByteBuf out, ByteBuf body, int length) {
        frameHead(out, length, Http2FrameTypes.DATA, END_STREAM, stream.id());
        out.writeBytes(body, body.readerIndex(), length);
        context.write(out, context.voidPromise());
        guard.dataSent();
        take(stream, length);
        stream.headersSent(false);
        server.closeStreamLocal(stream, context.newSucceededFuture());
    }

    private int connectionWindow() {
        return flow.windowSize(connection.connectionStream());
    }

    private void take(Http2Stream stream, int length) {
        try {
            flow.incrementWindowSize(stream, -length);
            flow.incrementWindowSize(connection.connectionStream(), -length);
        } catch (Http2Exception e) {
            throw new IllegalStateException("a window overflowed while it became smaller", e);
        }
    }

    /// A piece of a body whose head is out, or the trailers behind it. Takes over the bytes.
    void body(Http2Sending stream, ByteBuf bytes, Http2Piece.End end) {
        flow.addFlowControlled(stream.stream(), new Http2Piece(this, stream, bytes, end));
    }

    /// The last byte of an answer is written.
    void ended(Http2Sending stream) {
        stream.answered();
        server.closeStreamLocal(stream.stream(), context.newSucceededFuture());
        afterEnd.accept(stream.stream());
    }

    /// The trailers, when everything before them has left. The block stays the caller's.
    void trailers(Http2Stream stream, ByteBuf block) {
        ByteBuf out = context.alloc().directBuffer(HEAD + 1 + block.readableBytes());
        headers(out, stream.id(), block.retain(), true);
        context.write(out, context.voidPromise());
        stream.headersSent(false);
    }

    /// The rest of a file, of an answer whose head is out. Takes over the file.
    void file(Http2ServerStream stream, FileChannel file, long at, long end, Http2FilePiece.Owner owner) {
        flow.addFlowControlled(stream.stream(), new Http2FilePiece(this, stream, file, at, end, owner));
    }

    /// DATA frames with the next `length` bytes; `end` if the stream ends with the last byte of them all.
    void writeData(int streamId, ByteBuf bytes, int length, boolean end) {
        int left = length;
        do {
            int part = Math.min(left, dataBytes);
            left -= part;
            boolean last = end && part == bytes.readableBytes();
            boolean copied = secure || part <= COPIED_SLICE;
            ByteBuf out = context.alloc().directBuffer(copied ? HEAD + part : HEAD);
            frameHead(out, part, Http2FrameTypes.DATA, last ? END_STREAM : 0, streamId);
            if (copied) {
                out.writeBytes(bytes, part);
            }
            context.write(out, context.voidPromise());
            if (!copied) {
                context.write(bytes.readRetainedSlice(part), context.voidPromise());
            }
            guard.dataSent();
        } while (left > 0);
    }

    /// DATA frames with so many bytes of a file; `end` if the stream ends with them.
    void writeFile(int streamId, FileChannel file, long from, int length, boolean end) throws IOException {
        for (int done = 0; done < length; ) {
            int part = Math.min(length - done, RECORD - HEAD);
            boolean last = end && done + part == length;
            ByteBuf out = context.alloc().directBuffer(HEAD + part);
            boolean filled = false;
            try {
                frameHead(out, part, Http2FrameTypes.DATA, last ? END_STREAM : 0, streamId);
                FilePieces.read(out, file, from + done, part);
                filled = true;
            } finally {
                if (!filled) {
                    out.release();
                }
            }
            context.write(out, context.voidPromise());
            guard.dataSent();
            done += part;
        }
    }

    private void headers(ByteBuf out, int streamId, PreparedAnswer answer, HttpDate date, boolean end) {
        byte[] block = answer.block();
        int length = block.length + HeaderBlock.DATE_LENGTH;
        if (length >= frameBytes) {
            ByteBuf whole = context.alloc().buffer(length).writeBytes(block);
            HeaderBlock.date(whole, date);
            headers(out, streamId, whole, end);
            return;
        }
        int flags = (end ? END_STREAM : 0) | END_HEADERS;
        frameHead(out, tableToEmpty ? length + 1 : length, Http2FrameTypes.HEADERS, flags, streamId);
        if (tableToEmpty) {
            tableToEmpty = false;
            out.writeByte(HeaderBlock.EMPTY_TABLE);
        }
        out.writeBytes(block);
        HeaderBlock.date(out, date);
    }

    /// Writes and releases the block, split if it does not fit a frame.
    private void headers(ByteBuf out, int streamId, ByteBuf block, boolean end) {
        int start = out.writerIndex();
        out.writeZero(HEAD);
        if (tableToEmpty) {
            tableToEmpty = false;
            out.writeByte(HeaderBlock.EMPTY_TABLE);
        }
        int room = frameBytes - (out.writerIndex() - start - HEAD);
        int first = Math.min(room, block.readableBytes());
        out.writeBytes(block, first);
        int length = out.writerIndex() - start - HEAD;
        int flags = (end ? END_STREAM : 0) | (block.isReadable() ? 0 : END_HEADERS);
        int after = out.writerIndex();
        out.writerIndex(start);
        frameHead(out, length, Http2FrameTypes.HEADERS, flags, streamId);
        out.writerIndex(after);
        while (block.isReadable()) {
            int part = Math.min(frameBytes, block.readableBytes());
            boolean last = part == block.readableBytes();
            frameHead(out, part, Http2FrameTypes.CONTINUATION, last ? END_HEADERS : 0, streamId);
            out.writeBytes(block, part);
        }
        block.release();
    }

    private static void frameHead(ByteBuf out, int length, byte type, int flags, int streamId) {
        out.writeMedium(length).writeByte(type).writeByte(flags).writeInt(streamId);
    }
}
