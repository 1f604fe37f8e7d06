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
    private static final long INTERNAL_ERROR = 2;
    private static final Set<String> BODILESS = Set.of("GET", "HEAD", "OPTIONS", "DELETE");
    private static final long PATIENCE_FOR_THE_END = 500;
    private static final int MOST_QUEUED = 128 << 10;
    private static final int FEW_QUEUED = 32 << 10;
    /// What may have come without being passed on before no more is read, beside what QUIC's window lets in.
    private static final int MOST_HELD = 64 << 10;

    private final Http3Connection connection;
    private final QuicStreamChannel channel;
    private final Http3Packer packer = new Http3Packer(this);
    private final long opened = System.nanoTime();
    private @Nullable Listener listener;
    private @Nullable Http2Headers waiting;
    private @Nullable Http2Headers accepting;
    private @Nullable Head head;
    private @Nullable Http3Headers section;
    private Fields trailers = Fields.empty();
    private boolean begun;
    /// Whether a frame has come since the last time all was read.
    private boolean brought;
    private boolean inputEnded;
    private boolean resuming;
    private boolean outputEnded;
    private boolean finished;
    private boolean awaited;
    private boolean slow;
    private volatile boolean closed;
    private long announced = -1;
    private long received;
    private long held;
    private long code;
    /// Bytes of the body that were written and not yet taken by QUIC.
    private long queued;
    /// Those of them that are still being gathered.
    private int gathered;
    private long progressBefore;
    /// For pieces of a file.
    private @Nullable Semaphore ahead;
    private boolean pendingBefore;

    Http3LoopStream(Http3Connection connection, QuicStreamChannel channel) {
        this.connection = connection;
        this.channel = channel;
    }

    @Override
    public String toString() {
        return "stream " + channel.streamId();
    }

    /// What gathers the output: the handler next to the network.
    Http3Packer packer() {
        return packer;
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
        if (closed || outputEnded || known == null) {
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
            reset(INTERNAL_ERROR);
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
                write(made);
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
        gathered += length;
        slow |= queued > MOST_QUEUED;
        channel.write(new DefaultHttp3DataFrame(piece), channel.voidPromise());
    }

    private void write(Http3Headers made) {
        channel.write(new DefaultHttp3HeadersFrame(made), channel.voidPromise());
    }

    private void writeHead() {
        Http3Headers made = section;
        if (made != null) {
            section = null;
            write(made);
        }
    }

    /// What was gathered is given to QUIC; returns how many bytes of the body that is.
    int sending() {
        int content = gathered;
        gathered = 0;
        return content;
    }

    /// QUIC has taken so many bytes of the body, or will take nothing any more.
    void sent(int content, boolean last, boolean taken) {
        queued -= content;
        Semaphore known = ahead;
        if (known != null && content > 0) {
            known.release();
        }
        if (!taken) {
            // The client wants no more of it (STOP_SENDING), or the stream is gone.
            abandon();
            return;
        }
        if (slow && queued <= FEW_QUEUED) {
            slow = false;
            Listener waiter = listener;
            if (waiter != null && !closed) {
                waiter.writable();
            }
        }
        if (last) {
            finish();
        }
    }

    @Override
    public void end() {
        if (!isOver()) {
            writeHead();
            outputEnded = true;
            packer.end();
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
        if (!made.isEmpty()) {
            write(made);
        }
        outputEnded = true;
        packer.end();
    }

    private void finish() {
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
        section = Http3Fields.prepared(answer, connection.date());
        if (!toHead && answer.length() > 0) {
            if (answer.body() instanceof PreparedAnswer.Body.File) {
                flush();
                return;
            }
            if (answer.body() instanceof PreparedAnswer.Body.Memory(ByteBuf bytes)) {
                write(bytes.duplicate());
            }
        }
        end();
        channel.flush();
    }

    /// A piece of a file whose head was sent; `permits` has its own back when the piece has left.
    void piece(ByteBuf piece, Semaphore permits) {
        if (isOver()) {
            piece.release();
            permits.release();
            return;
        }
        ahead = permits;
        write(piece);
        channel.flush();
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
            reset(INTERNAL_ERROR);
        }
    }

    /// Nobody wants the rest any more.
    private void abandon() {
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
        section = null;
        Listener known = listener;
        listener = null;
        if (known != null) {
            known.closed(code == 0 ? lost : code);
        }
        connection.retire(head);
        head = null;
        Semaphore waiter = ahead;
        if (waiter != null) {
            waiter.release();
        }
    }

    /// Asked once in a period: whether an answer was ready all the time and the client took less than `least`
    /// bytes of it, or the fast path owed it, or the client has not even sent a request.
    boolean isStalled(long now, long least, long headNanos) {
        if (!begun) {
            return now - opened > headNanos;
        }
        boolean pending = packer.isBehind() || awaited;
        long progress = packer.progress();
        boolean stalled = pending && pendingBefore && progress - progressBefore < least;
        if (!pending && progress == progressBefore) {
            probe();
        }
        pendingBefore = pending;
        progressBefore = progress;
        return stalled;
    }

    /// A client that wants no more is known only by a write that fails.
    private void probe() {
        ChannelHandlerContext context = channel.pipeline().context(packer);
        if (context != null && !isOver()) {
            packer.probe(context);
        }
    }
}
