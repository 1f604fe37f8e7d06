package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// The body of a streamed answer: gathers what is written and sends it in pieces.
final class AnswerStream extends OutputStream {
    private static final int PIECE = 16 << 10;

    private final AnswerSink sink;
    private final long length;
    private @Nullable ByteBuf pending;
    private long written;
    private boolean closed;

    /// `length` is -1 if it is not known.
    AnswerStream(AnswerSink sink, long length) {
        this.sink = sink;
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
                target = sink.allocator().buffer(PIECE);
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
            sink.write(piece);
        }
    }

    /// The handler's end of it; the server ends the answer itself.
    @Override
    public void close() throws IOException {
        if (!closed) {
            flush();
            closed = true;
        }
    }

    /// Closes, and sees that the body is as long as it was to be.
    void finish() throws IOException {
        close();
        if (length >= 0 && written != length) {
            throw new IOException("the answer has " + written + " bytes instead of the " + length + " it announced");
        }
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
