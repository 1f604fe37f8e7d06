package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3Exception;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3HeadersValidationException;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.http3.Http3UnknownFrame;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A client's request of HTTP/3 (RFC 9114): the last handler of its stream's channel.
///
/// A request is given out when it is known whether a body follows: with its first piece, with the stream's end,
/// or when all is read that came together with its head, and a moment later if it is one of those that hardly
/// have a body.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends the stream, which is told by itself
final class Http3LoopStream extends Http3RequestStreamInboundHandler implements LoopStream {
    private static final Set<String> BODILESS = Set.of("GET", "HEAD", "OPTIONS", "DELETE");
    private static final long PATIENCE_FOR_THE_END = 500;
    /// What may have come without being passed on before no more is read, beside what QUIC's window lets in.
    private static final int MOST_HELD = 64 << 10;

    private final Http3Connection connection;
    private final QuicStreamChannel channel;
    private final Http3Output output;
    private final long opened = System.nanoTime();
    private @Nullable Listener listener;
    private @Nullable Http2Headers waiting;
    private @Nullable Http2Headers accepting;
    private @Nullable Head head;
    private Fields trailers = Fields.empty();
    private boolean begun;
    /// Whether a frame has come since the last time all was read.
    private boolean brought;
    private boolean inputEnded;
    private boolean resuming;
    private boolean finished;
    private boolean awaited;
    private volatile boolean closed;
    private long announced = -1;
    private long received;
    private long held;
    private long code;
    private long progressBefore;
    private boolean pendingBefore;

    Http3LoopStream(Http3Connection connection, QuicStreamChannel channel) {
        this.connection = connection;
        this.channel = channel;
        this.output = new Http3Output(this, channel);
    }

    @Override
    public String toString() {
        return "stream " + channel.streamId();
    }

    /// What gathers the output: the handler next to the network.
    Http3Packer packer() {
        return output.packer();
    }

    @Override
    public void listen(Listener newListener) {
        listener = requireNonNull(newListener, "listener");
    }

    // ---- receiving

    @Override
    protected void channelRead(ChannelHandlerContext context, Http3HeadersFrame frame) {
        brought = true;
        if (closed) {
            return;
        }
        if (begun) {
            giveOut(false);
        }
        try {
            if (begun) {
                trailers = Http2Requests.trailers(frame.headers());
                return;
            }
            begun = true;
            Http2Headers list = Http3RequestRules.list(frame.headers());
            announced = list.getLong(Http2RequestRules.CONTENT_LENGTH, -1);
            waiting = list;
        } catch (IllegalArgumentException malformed) {
            malformed(String.valueOf(malformed.getMessage()));
        }
    }

    private void malformed(String reason) {
        if (!closed) {
            connection.refused(this, reason);
            reset(Http2Frame.PROTOCOL_ERROR);
        }
    }

    @Override
    protected void channelRead(ChannelHandlerContext context, Http3DataFrame frame) {
        brought = true;
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
        if (closed || output.isEnded() || known == null) {
            return;
        }
        if (announced >= 0 && received > announced) {
            malformed("a body longer than its Content-Length");
        } else if (received > connection.limits().bodyBytes()) {
            known.tooLarge();
        } else {
            held += length;
            regulate();
            known.received(data.retain());
        }
    }

    @Override
    protected void channelRead(ChannelHandlerContext context, Http3UnknownFrame frame) {
        brought = true;
        frame.release();
        connection.movedNothing();
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
        if (announced >= 0 && received != announced) {
            malformed("a body of another length than its Content-Length");
            return;
        }
        inputEnded = true;
        giveOut(true);
        Listener known = listener;
        if (known != null) {
            known.ended(trailers);
        }
        connection.readAll();
        flush();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!brought) {
            // What came was part of a head, or of a frame that nobody knows.
            connection.movedNothing();
        }
        brought = false;
        if (waiting == null) {
            connection.readAll();
            // As a connection of HTTP/2 does: whoever answers at once need not.
            flush();
        } else if (!channel.isInputShutdown()) {
            giveOutLater(waiting);
        }
        context.fireChannelReadComplete();
    }

    /// The stream's end comes in the same turn of the loop if it came in the same packets. Some clients send it in
    /// the next one; then a request that hardly has a body is not taken for one of unknown length.
    private void giveOutLater(Http2Headers list) {
        Runnable step = () -> {
            giveOut(false);
            connection.readAll();
            flush();
        };
        if (announced < 0 && BODILESS.contains(String.valueOf(list.method()))) {
            channel.eventLoop().schedule(step, PATIENCE_FOR_THE_END, TimeUnit.MILLISECONDS);
        } else {
            channel.eventLoop().execute(step);
        }
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
        } catch (RuntimeException failure) {
            connection.unexpected(this, failure);
            reset(Http2Frame.INTERNAL_ERROR);
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

    /// Reading begins again in a turn of its own: what is waiting would come at once, before what the listener
    /// is just passing on.
    private void regulate() {
        boolean reads = held <= MOST_HELD;
        if (closed || channel.config().isAutoRead() == reads) {
            return;
        }
        if (!reads) {
            channel.config().setAutoRead(false);
        } else if (!resuming) {
            resuming = true;
            channel.eventLoop().execute(() -> {
                resuming = false;
                if (!closed && held <= MOST_HELD) {
                    channel.config().setAutoRead(true);
                }
            });
        }
    }

    // ---- sending

    private boolean isOver() {
        return closed || output.isEnded();
    }

    @Override
    public void head(ByteBuf text, boolean interim) {
        try {
            if (!isOver()) {
                output.head(Http3Fields.answer(text), interim);
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
        output.head(Http3Fields.begin(status), false);
        return true;
    }

    @Override
    public void field(Head answer, int index) {
        output.field(answer, index);
    }

    @Override
    public void fields(byte[] lines) {
        output.fields(lines);
    }

    @Override
    public boolean content(ByteBuf piece) {
        if (isOver()) {
            piece.release();
            return true;
        }
        output.content(piece);
        return !output.isSlow();
    }

    @Override
    public void end() {
        if (!isOver()) {
            output.end();
        }
    }

    @Override
    public void trailers(Fields given) {
        if (!isOver()) {
            output.trailers(given);
        }
    }

    /// The client keeps up again.
    void writable() {
        Listener known = listener;
        if (known != null && !closed) {
            known.writable();
        }
    }

    /// All that there was to send is QUIC's.
    void sentAll() {
        finished = true;
        if (!inputEnded && !closed) {
            // Nobody reads the rest of the request (RFC 9114, section 4.1).
            channel.shutdownInput(Http3Code.of(Http2Frame.NO_ERROR));
            close(Http2Frame.NO_ERROR);
            connection.left(this);
        }
    }

    @Override
    public boolean isWritable() {
        return !output.isSlow();
    }

    @Override
    public void flush() {
        if (!closed) {
            output.flush();
        }
    }

    @Override
    public void reset(long newCode) {
        if (!closed) {
            code = newCode;
            connection.wasReset();
            breakOff(Http3Code.of(newCode), newCode);
        }
    }

    /// The channel does not close by itself when its stream is shut down.
    private void breakOff(int told, long lost) {
        channel.shutdown(told);
        close(lost);
        channel.close();
        connection.brokenOff();
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

    /// Sends a prepared answer; of one whose body lies in a file the head only.
    void begin(PreparedAnswer answer, boolean toHead) {
        Listener known = listener;
        if (known != null) {
            known.answering(answer.status(), toHead ? 0 : answer.length());
        }
        output.head(Http3Fields.prepared(answer, connection.date()), false);
        if (!toHead && answer.length() > 0) {
            if (answer.body() instanceof PreparedAnswer.Body.File) {
                output.flush();
                return;
            }
            if (answer.body() instanceof PreparedAnswer.Body.Memory(ByteBuf bytes)) {
                output.content(bytes.duplicate());
            }
        }
        end();
        output.flush();
    }

    /// A piece of a file whose head was sent; `permits` has its own back when the piece has left.
    void piece(ByteBuf piece, Semaphore permits) {
        if (isOver()) {
            piece.release();
            permits.release();
            return;
        }
        output.piece(piece, permits);
    }

    // ---- ends

    @Override
    protected void handleQuicException(ChannelHandlerContext context, QuicException failure) {
        if (!closed && failure instanceof QuicStreamResetException reset) {
            code = Http3Code.heard(reset.applicationProtocolCode());
            connection.resetByClient();
        }
        abandon();
    }

    @Override
    protected void handleHttp3Exception(ChannelHandlerContext context, Http3Exception failure) {
        malformed(String.valueOf(failure.getMessage()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof QuicException || cause instanceof Http3Exception) {
            super.exceptionCaught(context, cause);
        } else if (cause instanceof Http3HeadersValidationException || cause instanceof IllegalArgumentException) {
            // The codec says so of a field section, or of a Content-Length that is no number.
            malformed(String.valueOf(cause.getMessage()));
        } else if (cause instanceof IOException) {
            // The connection is gone.
            abandon();
        } else {
            connection.unexpected(this, cause);
            reset(Http2Frame.INTERNAL_ERROR);
        }
    }

    /// Nobody wants the rest any more.
    void abandon() {
        if (!closed) {
            breakOff(Http3Code.of(Http2Frame.CANCEL), Http2Frame.CANCEL);
        } else if (channel.isOpen()) {
            channel.close();
            connection.brokenOff();
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
        Listener known = listener;
        listener = null;
        if (known != null) {
            known.closed(code == 0 ? lost : code);
        }
        connection.retire(head);
        head = null;
        output.close();
    }

    /// Asked once in a period: whether an answer was ready all the time and the client took less than `least`
    /// bytes of it, or the fast path owed it, or the client has not even sent a request.
    boolean isStalled(long now, long least, long headNanos) {
        if (!begun) {
            return now - opened > headNanos;
        }
        boolean pending = output.isBehind() || awaited;
        long progress = output.progress();
        boolean stalled = pending && pendingBefore && progress - progressBefore < least;
        if (!pending && progress == progressBefore && !isOver()) {
            output.probe();
        }
        pendingBefore = pending;
        progressBefore = progress;
        return stalled;
    }
}
