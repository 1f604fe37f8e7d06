package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The body of a streamed answer: gathers what is written and sends it in pieces, chunked if the answer is.
final class AnswerStream extends OutputStream {
    private static final int PIECE = 16 << 10;
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ByteBufAllocator allocator;
    private final Output output;
    private final boolean chunked;
    private final long length;
    private @Nullable ByteBuf pending;
    private long written;
    private boolean closed;

    /// `length` is -1 if it is not known.
    AnswerStream(ByteBufAllocator allocator, Output output, boolean chunked, long length) {
        this.allocator = allocator;
        this.output = output;
        this.chunked = chunked;
        this.length = length;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        if (closed) {
            throw new IOException("the answer is already complete");
        }
        written += count;
        if (length >= 0 && written > length) {
            throw new IOException("the answer is longer than the " + length + " bytes it announced");
        }
        int from = offset;
        int left = count;
        while (left > 0) {
            ByteBuf target = pending;
            if (target == null) {
                target = allocator.buffer(PIECE);
                pending = target;
            }
            int part = Math.min(left, PIECE - target.readableBytes());
            target.writeBytes(bytes, from, part);
            from += part;
            left -= part;
            if (target.readableBytes() == PIECE) {
                flush();
            }
        }
    }

    @Override
    public void flush() throws IOException {
        ByteBuf piece = pending;
        pending = null;
        if (piece != null) {
            output.write(chunked ? chunk(allocator, piece) : piece);
        }
    }

    /// Takes over the piece.
    static ByteBuf chunk(ByteBufAllocator allocator, ByteBuf piece) {
        byte[] head = BodyDecoder.chunkHead(piece.readableBytes());
        ByteBuf framed = allocator.buffer(head.length + piece.readableBytes() + LINE_END.length);
        framed.writeBytes(head).writeBytes(piece).writeBytes(LINE_END);
        piece.release();
        return framed;
    }

    /// The handler's end of it; the server ends the answer itself.
    @Override
    public void close() throws IOException {
        if (!closed) {
            flush();
            closed = true;
        }
    }

    /// The last bytes of the answer, for the server to send.
    ByteBuf end() throws IOException {
        close();
        if (length >= 0 && written != length) {
            throw new IOException("the answer has " + written + " bytes instead of the " + length + " it announced");
        }
        ByteBuf last = allocator.buffer(LAST_CHUNK.length);
        return chunked ? last.writeBytes(LAST_CHUNK) : last;
    }

    /// Drops what is not sent.
    void abandon() {
        closed = true;
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }
}
