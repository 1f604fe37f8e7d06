package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One HTTP/2 connection of a server (RFC 9113). Everything here runs on the connection's event loop, save
/// where it says otherwise. Netty keeps the protocol's state; what a request means and how answers leave is
/// ours.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard there
final class Http2ServerConnection extends Http2ConnectionHandler implements ServedConnection, Http2Loop {
    private static final Logger LOG = LoggerFactory.getLogger(Http2ServerConnection.class);
    private static final int ROUNDS = 8;
    private static final int REMEMBERED_RESETS = 128;
    private static final int FIRST_WINDOW = 65_535;
    private static final byte[] NOTHING = {};

    private final ServerCore core;
    private final Http2Guard guard;
    private final Http2Turns turns;
    private final Channel channel;
    private final Http2Requests requests;
    private final Http2FastLane lane;
    private final @Nullable StreamAcceptor acceptor;
    private final ConnectionTimers timers;
    private final Http2Ending ending;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Http2Output output;
    private final int[] lastReset = new int[REMEMBERED_RESETS];
    private int resets;
    private boolean flushing;
    private boolean begun;

    Http2ServerConnection(
            ServerCore core,
            Channel channel,
            Http2Guard guard,
            Http2Turns turns,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            @Nullable StreamAcceptor acceptor) {
        super(decoder, encoder, settings, true);
        this.core = core;
        this.channel = channel;
        this.guard = guard;
        this.turns = turns;
        this.acceptor = acceptor;
        this.lane = new Http2FastLane(core, this, core.isSecure());
        this.requests = new Http2Requests(core, this, connection(), lane, acceptor);
        this.ending = new Http2Ending(core, this, channel);
        this.timers = new ConnectionTimers(
                channel, core.limits, this::headTimeout, this::isWaiting, () -> ending.end("idle"));
        decoder.frameListener(requests);
    }

    // ---- the channel

    @Override
    public void handlerAdded(ChannelHandlerContext newContext) throws Exception {
        context = newContext;
        output = new Http2Output(newContext, connection(), this, this::ended, guard, core.isSecure());
        super.handlerAdded(newContext);
        if (channel.isActive()) {
            begin(newContext);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext newContext) throws Exception {
        super.channelActive(newContext);
        begin(newContext);
    }

    private void begin(ChannelHandlerContext newContext) throws Http2Exception {
        if (!core.admit(this)) {
            fail(newContext, Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many connections"));
            return;
        }
        if (acceptor != null) {
            acceptor.opened();
            begun = true;
        }
        int more = core.http2.connectionWindow() - FIRST_WINDOW;
        if (more > 0) {
            decoder().flowController().incrementWindowSize(connection().connectionStream(), more);
        }
        timers.start();
        sweepLater();
        newContext.flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext newContext, Object message) throws Exception {
        if (ending.isClosing()) {
            ((ByteBuf) message).release();
            return;
        }
        super.channelRead(newContext, message);
        if (guard.isInside() || !decoder().prefaceReceived()) {
            timers.headStarted();
        } else {
            timers.headComplete();
        }
        regulate();
    }

    /// Unlike the inherited one it does not read on when the client takes no answers.
    @Override
    public void channelReadComplete(ChannelHandlerContext newContext) {
        discardSomeReadBytes();
        if (acceptor != null) {
            acceptor.readAll();
        }
        flush(newContext);
        regulate();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext newContext) throws Exception {
        super.channelWritabilityChanged(newContext);
        regulate();
        if (acceptor != null && channel.isWritable()) {
            requests.writable();
        }
    }

    private void regulate() {
        boolean wanted = ending.isClosing() || channel.isWritable();
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext newContext) throws Exception {
        ending.closed();
        core.leave(this);
        timers.stop();
        super.channelInactive(newContext);
        if (acceptor != null && begun) {
            begun = false;
            acceptor.closed();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext newContext, Object event) throws Exception {
        if (!ending.isClosing() && core.isSecure() && Tls.isClosedByPeer(event)) {
            channel.close();
        }
        super.userEventTriggered(newContext, event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext newContext, Throwable cause) {
        if (cause instanceof IOException || (core.isSecure() && Tls.isPeersFault(cause))) {
            LOG.debug("event=connection-lost peer={} reason=\"{}\"", channel.remoteAddress(), cause.toString());
        } else {
            LOG.warn("event=connection-failed peer={}", channel.remoteAddress(), cause);
        }
        channel.close();
    }

    // ---- requests and answers

    EventLoop loop() {
        return channel.eventLoop();
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    @Nullable
    InetSocketAddress remote() {
        return channel.remoteAddress() instanceof InetSocketAddress address ? address : null;
    }

    @Override
    public Http2Output output() {
        Http2Output known = output;
        if (known == null) {
            throw new IllegalStateException("the connection's handler is not in a pipeline yet");
        }
        return known;
    }

    @Override
    public ChannelHandlerContext context() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("the connection's handler is not in a pipeline yet");
        }
        return known;
    }

    Http2ServerStream stream(Http2Stream stream) {
        return requests.stream(stream);
    }

    void head(Http2ServerStream stream, ByteBuf block, boolean interim, boolean end) {
        if (end) {
            stream.answered();
        }
        output().head(stream.stream(), block, interim, end);
        if (end) {
            ended(stream.stream());
        }
    }

    void body(Http2ServerStream stream, ByteBuf bytes, Http2Piece.End end) {
        output().body(stream, bytes, end);
    }

    void cut(Http2ServerStream stream) {
        resetStream(
                context(),
                stream.id(),
                Http2Error.INTERNAL_ERROR.code(),
                context().newPromise());
    }

    /// The answer is out. A client that still sends may go on for a while, as over HTTP/1.1: some take
    /// a reset for a failure of the answer, although it is none (RFC 9113, section 8.1).
    @Override
    public void ended(Http2Stream stream) {
        if (stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
            requests.stream(stream).answered();
        }
    }

    @Override
    public void reset(Http2Stream stream, long code) {
        resetStream(context(), stream.id(), code, context().newPromise());
    }

    /// What a stream's end means when its client has said nothing: that all is well, or that the
    /// connection broke.
    long endCode(Http2Stream stream) {
        return channel.isActive() && !stream.isResetSent() ? Http2Frame.NO_ERROR : Http2Frame.CANCEL;
    }

    /// A fast path answers in place of a proxy.
    void answering(Http2Stream stream, int status, long length) {
        if (acceptor != null) {
            Http2LoopStream proxied = requests.stream(stream).proxied();
            if (proxied != null) {
                proxied.answering(status, length);
            }
        }
    }

    @Override
    public Http2FastLane lane() {
        return lane;
    }

    /// Enough of a body came that nobody wants.
    void stop(Http2ServerStream stream) {
        resetStream(
                context(), stream.id(), Http2Error.NO_ERROR.code(), context().newPromise());
    }

    /// Answers without a handler.
    void refuse(Http2Stream stream, HttpException reason, boolean toHead) {
        LOG.debug(
                "event=request-refused peer={} status={} reason=\"{}\"",
                channel.remoteAddress(),
                reason.status(),
                reason.getMessage());
        Response response = Response.text(reason.status(), reason.getMessage() + "\n");
        byte[] text = ((Response.Body.Bytes) response.body()).bytes();
        ByteBuf block = allocator().buffer();
        HeaderBlock.status(block, response.status());
        HeaderBlock.date(block, core.date);
        HeaderBlock.fields(block, response.fields());
        HeaderBlock.field(block, "content-length", Integer.toString(text.length));
        ByteBuf body = Unpooled.wrappedBuffer(toHead ? NOTHING : text);
        if (!output().small(stream, block, body)) {
            Http2ServerStream owner = requests.stream(stream);
            output().head(stream, block, false, false);
            output().body(owner, body, Http2Piece.End.STREAM);
            return;
        }
        ended(stream);
    }

    /// Gives out and flushes while the channel takes it, some rounds before other connections have theirs.
    @Override
    public void flush(ChannelHandlerContext newContext) {
        turns.refill();
        super.flush(newContext);
        for (int i = 1; turns.isSpent() && channel.isWritable(); i++) {
            if (i == ROUNDS) {
                flushSoon();
                return;
            }
            turns.refill();
            super.flush(newContext);
        }
    }

    @Override
    public void flushSoon() {
        if (!flushing) {
            flushing = true;
            loop().execute(() -> {
                flushing = false;
                flush(context());
            });
        }
    }

    /// From any thread: a handler has taken so many bytes of a body.
    void consumed(Http2ServerStream stream, int bytes) {
        consumed(stream.stream(), bytes);
    }

    @Override
    public void consumed(Http2Stream stream, int bytes) {
        try {
            if (decoder().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception e) {
            onError(context(), false, e);
        }
    }

    @Override
    protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext newContext, Http2Stream stream) {
        refuse(
                stream,
                new HttpException(431, "a header list larger than " + core.http2.headerListBytes() + " bytes"),
                false);
    }

    // ---- errors

    /// A stream whose first HEADERS was bad counts as having been there.
    @Override
    protected void onStreamError(
            ChannelHandlerContext newContext, boolean outbound, Throwable cause, Http2Exception.StreamException error) {
        int id = error.streamId();
        if (error.error() == Http2Error.STREAM_CLOSED && wasReset(id)) {
            // It was under way before the client knew (RFC 9113, section 5.1).
            guard.stray();
            return;
        }
        LOG.debug(
                "event=stream-refused peer={} stream={} code={} reason=\"{}\"",
                channel.remoteAddress(),
                id,
                error.error(),
                error.getMessage());
        if (!connection().streamMayHaveExisted(id) && connection().remote().isValidStreamId(id)) {
            try {
                connection().remote().createStream(id, true);
            } catch (Http2Exception e) {
                LOG.debug("event=stream-not-made stream={} reason=\"{}\"", id, e.getMessage());
            }
        }
        super.onStreamError(newContext, outbound, cause, error);
    }

    @Override
    public ChannelFuture resetStream(
            ChannelHandlerContext newContext, int streamId, long code, ChannelPromise promise) {
        lastReset[resets++ & (REMEMBERED_RESETS - 1)] = streamId;
        ChannelFuture result = super.resetStream(newContext, streamId, code, promise);
        if (code != Http2Error.NO_ERROR.code()) {
            try {
                guard.resetSent();
            } catch (Http2Exception e) {
                fail(newContext, e);
            }
        }
        return result;
    }

    private boolean wasReset(int streamId) {
        for (int id : lastReset) {
            if (id == streamId) {
                return true;
            }
        }
        return false;
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext newContext, boolean outbound, Throwable cause, @Nullable Http2Exception error) {
        if (ending.isClosing()) {
            return;
        }
        if (cause instanceof IOException) {
            exceptionCaught(newContext, cause);
        } else if (error == null) {
            LOG.warn("event=connection-failed peer={}", channel.remoteAddress(), cause);
            fail(newContext, Http2Exception.connectionError(Http2Error.INTERNAL_ERROR, cause, "internal error"));
        } else {
            fail(newContext, error);
        }
    }

    private void fail(ChannelHandlerContext newContext, Http2Exception error) {
        if (!ending.isClosing()) {
            requests.abort();
            ending.fail(newContext, error);
            regulate();
        }
    }

    private void headTimeout() {
        ChannelHandlerContext known = context();
        fail(
                known,
                Http2Exception.connectionError(
                        Http2Error.ENHANCE_YOUR_CALM, "a frame did not come within %s", core.limits.headTime()));
    }

    /// Whether no request is under way.
    boolean isWaiting() {
        return connection().numActiveStreams() == 0;
    }

    // ---- the end

    void streamStarted() {
        timers.touch();
    }

    /// A stream is closed.
    void streamEnded() {
        timers.touch();
        ending.streamEnded();
    }

    @Override
    public void drain() {
        loop().execute(ending::drain);
    }

    void pingAnswered(long data) {
        ending.pingAnswered(data);
    }

    @Override
    public void abort() {
        channel.close();
    }

    // ---- what the client does not take

    private void sweepLater() {
        loop().schedule(this::sweep, core.limits.idleTime().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        if (!channel.isActive()) {
            return;
        }
        long least = core.limits.bodyBytesPerSecond() * core.limits.idleTime().toSeconds();
        for (Http2ServerStream stream : requests.open()) {
            boolean pending = encoder().flowController().hasFlowControlled(stream.stream());
            if (stream.isStalled(pending, Math.max(1, least))) {
                LOG.debug("event=stream-stalled peer={} stream={}", channel.remoteAddress(), stream.id());
                resetStream(
                        context(),
                        stream.id(),
                        Http2Error.CANCEL.code(),
                        context().newPromise());
            }
        }
        flush(context());
        sweepLater();
    }

    // ---- settings

    void settingsChanged(Http2Settings settings) {
        Integer frame = settings.maxFrameSize();
        if (frame != null) {
            output().frameBytes(frame);
        }
        if (settings.headerTableSize() != null) {
            output().tableChanged();
        }
    }

    /// Whether the request asks for the fields only.
    static boolean isHead(Http2Headers headers) {
        return "HEAD".contentEquals(Http2RequestRules.ascii(headers.method()));
    }
}
