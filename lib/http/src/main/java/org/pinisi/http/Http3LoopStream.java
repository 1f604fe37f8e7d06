package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3Exception;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// A client's request of HTTP/3 (RFC 9114): the last handler of its stream's channel.
///
/// A request is given out when it is known whether a body follows: with its first piece, with the stream's end,
/// or when all is read that came together with its head.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends the stream, which is told by itself
final class Http3LoopStream extends Http3RequestStreamInboundHandler implements LoopStream {
    private static final long INTERNAL_ERROR = 2;
    private static final int MOST_QUEUED = 128 << 10;
    private static final int FEW_QUEUED = 32 << 10;
    /// What may have come without being passed on before no more is read, beside what QUIC's window lets in.
    private static final int MOST_HELD = 64 << 10;

    private final Http3Connection connection;
    private final QuicStreamChannel channel;
    private final long opened = System.nanoTime();
    private @Nullable Listener listener;
    private @Nullable Http2Headers waiting;
    private @Nullable Http2Headers accepting;
    private @Nullable Head head;
    private @Nullable Http3Headers section;
    private Fields trailers = Fields.empty();
    private boolean begun;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean finished;
    private boolean awaited;
    private boolean slow;
    private volatile boolean closed;
    private long announced = -1;
    private long received;
    private long held;
    private long code;
    private int writes;
    private long queued;
    private long sent;
    private long sentBefore;
    private boolean pendingBefore;

    Http3LoopStream(Http3Connection connection, QuicStreamChannel channel) {
        this.connection = connection;
        this.channel = channel;
    }

    @Override
    public String toString() {
        return "stream " + channel.streamId();
    }

    QuicStreamChannel channel() {
        return channel;
    }

    @Override
    public void listen(Listener newListener) {
        listener = requireNonNull(newListener, "listener");
    }

    // ---- receiving

    @Override
    protected void channelRead(ChannelHandlerContext context, Http3HeadersFrame frame) {
        try {
            if (begun) {
                giveOut(false);
                trailers = Http2Requests.trailers(frame.headers());
                return;
            }
            begun = true;
            Http2Headers list = Http3RequestRules.list(frame.headers());
            announced = list.getLong(Http2RequestRules.CONTENT_LENGTH, -1);
            waiting = list;
        } catch (IllegalArgumentException malformed) {
            connection.refused(this, String.valueOf(malformed.getMessage()));
            reset(Http2Frame.PROTOCOL_ERROR);
        }
    }

    @Override
    protected void channelRead(ChannelHandlerContext context, Http3DataFrame frame) {
        try {
            ByteBuf data = frame.content();
            if (!data.isReadable()) {
                connection.movedNothing();
                return;
            }
            giveOut(false);
            receive(data);
        } finally {
            frame.release();
        }
    }

    private void receive(ByteBuf data) {
        int length = data.readableBytes();
        received += length;
        Listener known = listener;
        if (closed || outputEnded || known == null) {
            return;
        }
        if (announced >= 0 && received > announced) {
            connection.refused(this, "a body longer than its Content-Length");
            reset(Http2Frame.PROTOCOL_ERROR);
        } else if (received > connection.limits().bodyBytes()) {
            known.tooLarge();
        } else {
            held += length;
            regulate();
            known.received(data.retain());
        }
    }

    @Override
    protected void channelInputClosed(ChannelHandlerContext context) {
        if (inputEnded || closed) {
            return;
        }
        if (!begun) {
            reset(Http2Frame.CANCEL);
            return;
        }
        if (announced > 0 && received != announced) {
            connection.refused(this, "a body of another length than its Content-Length");
            reset(Http2Frame.PROTOCOL_ERROR);
            return;
        }
        inputEnded = true;
        giveOut(true);
        Listener known = listener;
        if (known != null) {
            known.ended(trailers);
        }
        connection.readAll();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (waiting != null) {
            // The stream's end comes in the same turn of the loop if it came in the same packets.
            channel.eventLoop().execute(() -> {
                giveOut(false);
                connection.readAll();
            });
        } else {
            connection.readAll();
        }
        context.fireChannelReadComplete();
    }

    private void giveOut(boolean end) {
        Http2Headers list = waiting;
        waiting = null;
        if (list == null || closed) {
            return;
        }
        accepting = list;
        try {
            connection.accept(this, list, end);
        } finally {
            accepting = null;
        }
    }

    /// Keeps the request's head as long as the stream is open.
    void own(Head parsed) {
        head = parsed;
    }

    @Override
    public void consumed(int bytes) {
        held -= bytes;
        regulate();
    }

    private void regulate() {
        boolean reads = held <= MOST_HELD;
        if (!closed && channel.config().isAutoRead() != reads) {
            channel.config().setAutoRead(reads);
        }
    }

    // ---- sending

    private boolean isOver() {
        return closed || outputEnded;
    }

    @Override
    public void head(ByteBuf text, boolean interim) {
        try {
            if (isOver()) {
                return;
            }
            Http3Headers made = Http3Fields.answer(text);
            if (interim) {
                channel.write(new DefaultHttp3HeadersFrame(made));
            } else {
                section = made;
            }
        } finally {
            text.release();
        }
    }

    @Override
    public boolean begin(int status) {
        if (isOver()) {
            return false;
        }
        section = Http3Fields.begin(status);
        return true;
    }

    @Override
    public void field(Head answer, int index) {
        Http3Headers made = section;
        if (made != null) {
            Http3Fields.add(made, answer, index);
        }
    }

    @Override
    public void fields(byte[] lines) {
        Http3Headers made = section;
        if (made != null) {
            Http3Fields.add(made, lines, 0, lines.length);
        }
    }

    @Override
    public boolean content(ByteBuf piece) {
        if (isOver()) {
            piece.release();
            return true;
        }
        if (piece.isReadable()) {
            write(piece);
        } else {
            piece.release();
        }
        return !slow;
    }

    private void write(ByteBuf piece) {
        writeHead();
        int length = piece.readableBytes();
        queued += length;
        slow |= queued > MOST_QUEUED;
        writes++;
        channel.write(new DefaultHttp3DataFrame(piece)).addListener(_ -> written(length));
    }

    private void writeHead() {
        Http3Headers made = section;
        if (made != null) {
            section = null;
            writes++;
            channel.write(new DefaultHttp3HeadersFrame(made)).addListener(_ -> written(0));
        }
    }

    private void written(int bytes) {
        writes--;
        queued -= bytes;
        sent += bytes;
        if (slow && queued <= FEW_QUEUED) {
            slow = false;
            Listener known = listener;
            if (known != null && !closed) {
                known.writable();
            }
        }
        finish();
    }

    @Override
    public void end() {
        if (!isOver()) {
            writeHead();
            outputEnded = true;
            finish();
        }
    }

    @Override
    public void trailers(Fields given) {
        if (isOver()) {
            return;
        }
        writeHead();
        Http3Headers made = new DefaultHttp3Headers(false);
        Http3Fields.trailers(made, given);
        writes++;
        outputEnded = true;
        channel.write(new DefaultHttp3HeadersFrame(made)).addListener(_ -> written(0));
    }

    /// Sends the end of the stream behind all that was written.
    private void finish() {
        if (outputEnded && writes == 0 && !finished && !closed) {
            finished = true;
            channel.shutdownOutput();
            if (!inputEnded) {
                // Nobody reads the rest of the request (RFC 9114, section 4.1).
                channel.shutdownInput(Http3Code.of(Http2Frame.NO_ERROR));
            }
        }
    }

    @Override
    public boolean isWritable() {
        return !slow;
    }

    @Override
    public void flush() {
        if (!isOver()) {
            writeHead();
        }
        channel.flush();
    }

    @Override
    public void reset(long newCode) {
        if (!closed) {
            code = newCode;
            connection.wasReset();
            channel.shutdown(Http3Code.of(newCode));
            close(newCode);
        }
    }

    // ---- fast paths

    @Override
    public boolean offer(FastPath path) {
        Http2Headers list = accepting;
        return list != null && connection.lane().offer(path, this, list);
    }

    /// A fast path owes the answer, or no longer.
    void await(boolean owed) {
        awaited = owed;
    }

    boolean isOpen() {
        return !closed;
    }

    /// Sends a prepared answer's head, and its body if that is in memory.
    ///
    /// @return whether a file's content must follow
    boolean begin(PreparedAnswer answer, boolean toHead) {
        Listener known = listener;
        if (known != null) {
            known.answering(answer.status(), toHead ? 0 : answer.length());
        }
        section = Http3Fields.prepared(answer, connection.date());
        if (!toHead && answer.length() > 0) {
            if (answer.body() instanceof PreparedAnswer.Body.File) {
                flush();
                return true;
            }
            if (answer.body() instanceof PreparedAnswer.Body.Memory(ByteBuf bytes)) {
                write(bytes.duplicate());
            }
        }
        end();
        flush();
        return false;
    }

    /// A piece of a file whose head was sent; `ahead` has its permit back when the piece has left.
    void piece(ByteBuf piece, Semaphore ahead) {
        if (isOver()) {
            piece.release();
            ahead.release();
            return;
        }
        int length = piece.readableBytes();
        queued += length;
        writes++;
        channel.writeAndFlush(new DefaultHttp3DataFrame(piece)).addListener(_ -> {
            ahead.release();
            written(length);
        });
    }

    // ---- ends

    @Override
    protected void handleQuicException(ChannelHandlerContext context, QuicException failure) {
        if (failure instanceof QuicStreamResetException reset) {
            connection.resetByClient();
            code = Http3Code.heard(reset.applicationProtocolCode());
        }
        abandon();
    }

    @Override
    protected void handleHttp3Exception(ChannelHandlerContext context, Http3Exception failure) {
        connection.refused(this, String.valueOf(failure.getMessage()));
        abandon();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof QuicException || cause instanceof Http3Exception) {
            super.exceptionCaught(context, cause);
            return;
        }
        connection.unexpected(this, cause);
        reset(INTERNAL_ERROR);
    }

    private void abandon() {
        if (!closed) {
            channel.shutdown(Http3Code.of(Http2Frame.CANCEL));
            close(Http2Frame.CANCEL);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        close(finished && (inputEnded || connection.isOpen()) ? Http2Frame.NO_ERROR : Http2Frame.CANCEL);
        connection.left(this);
        super.channelInactive(context);
    }

    /// The connection is being closed.
    void lost() {
        close(Http2Frame.CANCEL);
    }

    /// `lost` is the code if nobody has said one.
    private void close(long lost) {
        if (closed) {
            return;
        }
        closed = true;
        waiting = null;
        section = null;
        Listener known = listener;
        listener = null;
        if (known != null) {
            known.closed(code == 0 ? lost : code);
        }
        connection.retire(head);
        head = null;
    }

    /// Asked once in a period: whether an answer was ready all the time and the client took less than `least`
    /// bytes of it, or the fast path owed it, or the client has not even sent a request.
    boolean isStalled(long now, long least, long headNanos) {
        if (!begun) {
            return now - opened > headNanos;
        }
        boolean pending = writes > 0 || awaited;
        boolean stalled = pending && pendingBefore && sent - sentBefore < least;
        pendingBefore = pending;
        sentBefore = sent;
        return stalled;
    }
}
