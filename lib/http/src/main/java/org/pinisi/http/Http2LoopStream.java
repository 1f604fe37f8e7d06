package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// A stream of HTTP/2 (RFC 9113).
final class Http2LoopStream implements LoopStream, Http2Sending {
    private static final int MOST_QUEUED = 128 << 10;
    private static final int FEW_QUEUED = 32 << 10;
    private static final int USUAL_BLOCK = 512;

    private final Http2Loop connection;
    private final Http2Stream stream;
    private final long mostReceived;
    private final @Nullable Http2ServerStream watched;
    private @Nullable Listener listener;
    private @Nullable FastRequestHeaders fast;
    private @Nullable ByteBuf block;
    private @Nullable ByteBuf held;
    private int queued;
    private long received;
    private boolean slow;
    private boolean outputEnded;
    private boolean inputEnded;
    private boolean closed;
    private long code;

    /// The request's header list and whether it ends there; known only while it is being accepted.
    private record FastRequestHeaders(Http2Headers headers) {}

    /// `watched` counts what leaves, to find clients that take too little.
    Http2LoopStream(Http2Loop connection, Http2Stream stream, long mostReceived, @Nullable Http2ServerStream watched) {
        this.connection = connection;
        this.stream = stream;
        this.watched = watched;
        this.mostReceived = mostReceived;
    }

    @Override
    public String toString() {
        return "stream " + stream.id();
    }

    @Override
    public Http2Stream stream() {
        return stream;
    }

    @Override
    public void listen(Listener newListener) {
        listener = requireNonNull(newListener, "listener");
    }

    void accepting(@Nullable Http2Headers headers) {
        fast = headers == null ? null : new FastRequestHeaders(headers);
    }

    // ---- sending

    @Override
    public void head(ByteBuf text, boolean interim) {
        if (isOver()) {
            text.release();
            return;
        }
        ByteBuf made = connection.context().alloc().buffer(text.readableBytes());
        HeaderText.answer(text, made);
        text.release();
        if (interim) {
            connection.output().head(stream, made, true, false);
        } else {
            block = made;
        }
    }

    @Override
    public boolean begin(int status) {
        if (isOver()) {
            return false;
        }
        ByteBuf made = connection.context().alloc().buffer(USUAL_BLOCK);
        HeaderBlock.status(made, status);
        block = made;
        return true;
    }

    @Override
    public void field(Head head, int index) {
        ByteBuf made = block;
        if (made != null) {
            HeaderBlock.field(made, head, index);
        }
    }

    @Override
    public void fields(byte[] lines) {
        ByteBuf made = block;
        if (made != null) {
            HeaderText.fields(lines, made);
        }
    }

    private boolean isOver() {
        return closed || outputEnded || !Http2Output.isOpen(stream);
    }

    @Override
    public boolean content(ByteBuf piece) {
        if (isOver()) {
            piece.release();
            return true;
        }
        if (held != null) {
            writeHeld();
        }
        held = piece;
        queued += piece.readableBytes();
        slow |= queued > MOST_QUEUED;
        return !slow;
    }

    private void writeHeld() {
        ByteBuf head = block;
        if (head != null) {
            block = null;
            connection.output().head(stream, head, false, false);
        }
        ByteBuf piece = held;
        if (piece != null) {
            held = null;
            connection.output().body(this, piece, Http2Piece.End.NONE);
        }
    }

    @Override
    public void end() {
        if (isOver()) {
            return;
        }
        outputEnded = true;
        Http2Output output = connection.output();
        ByteBuf head = block;
        ByteBuf piece = held;
        block = null;
        held = null;
        if (piece == null && head != null) {
            output.head(stream, head, false, true);
            connection.ended(stream);
        } else if (piece == null) {
            output.body(this, Unpooled.EMPTY_BUFFER, Http2Piece.End.STREAM);
        } else if (head == null) {
            output.body(this, piece, Http2Piece.End.STREAM);
        } else {
            int length = piece.readableBytes();
            if (output.small(stream, head, piece)) {
                queued -= length;
                connection.ended(stream);
            } else {
                output.head(stream, head, false, false);
                output.body(this, piece, Http2Piece.End.STREAM);
            }
        }
    }

    @Override
    public void trailers(Fields trailers) {
        if (isOver()) {
            return;
        }
        writeHeld();
        outputEnded = true;
        ByteBuf made = connection.context().alloc().buffer();
        HeaderBlock.fields(made, trailers);
        connection.output().body(this, made, Http2Piece.End.TRAILERS);
    }

    @Override
    public boolean isWritable() {
        return !slow && connection.context().channel().isWritable();
    }

    @Override
    public void flush() {
        if (!isOver()) {
            writeHeld();
        }
        connection.flushSoon();
    }

    @Override
    public void reset(long newCode) {
        if (!closed) {
            code = newCode;
            connection.reset(stream, newCode);
            connection.flushSoon();
        }
    }

    @Override
    public boolean offer(FastPath path) {
        FastRequestHeaders known = fast;
        Http2FastLane lane = connection.lane();
        return known != null && lane != null && lane.offer(path, stream, known.headers());
    }

    void answering(int status, long length) {
        Listener known = listener;
        if (known != null) {
            known.answering(status, length);
        }
    }

    @Override
    public void sent(int bytes) {
        queued -= bytes;
        if (watched != null) {
            watched.sentUnqueued(bytes);
        }
        if (slow && queued <= FEW_QUEUED) {
            slow = false;
            writable();
        }
    }

    void writable() {
        Listener known = listener;
        if (known != null && !slow) {
            known.writable();
        }
    }

    @Override
    public void answered() {
        outputEnded = true;
    }

    // ---- receiving

    @Override
    public void consumed(int bytes) {
        if (bytes > 0) {
            connection.consumed(stream, bytes);
        }
    }

    void receiveHead(ByteBuf text, boolean end) {
        Listener known = listener;
        if (known == null) {
            text.release();
        } else {
            known.head(text, end);
        }
    }

    /// Takes a piece of the body, which stays the caller's; returns how many of its bytes are done
    /// with.
    int receive(ByteBuf data) {
        int length = data.readableBytes();
        received += length;
        Listener known = listener;
        if (known == null || length == 0) {
            return length;
        }
        if (received > mostReceived) {
            known.tooLarge();
            return length;
        }
        known.received(data.retain());
        return 0;
    }

    void receiveEnd(Fields trailers) {
        Listener known = listener;
        if (known != null && !inputEnded) {
            inputEnded = true;
            known.ended(trailers);
        }
    }

    void wasReset(long newCode) {
        code = newCode;
    }

    /// `lost` is the code if nobody has said one.
    void close(long lost) {
        if (closed) {
            return;
        }
        closed = true;
        if (code == 0) {
            code = lost;
        }
        release(block);
        release(held);
        block = null;
        held = null;
        Listener known = listener;
        listener = null;
        if (known != null) {
            known.closed(code);
        }
    }

    private static void release(@Nullable ByteBuf bytes) {
        if (bytes != null) {
            bytes.release();
        }
    }
}
