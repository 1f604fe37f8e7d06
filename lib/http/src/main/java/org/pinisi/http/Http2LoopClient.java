package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The client's end of an HTTP/2 connection on an event loop. Netty keeps the protocol's state.
///
/// Windows: one for each answer, which opens as the answer is passed on; the connection's opens by
/// itself, so that an answer nobody reads holds back no other one.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard there
final class Http2LoopClient extends Http2ConnectionHandler implements Http2Loop {
    private static final Logger LOG = LoggerFactory.getLogger(Http2LoopClient.class);
    private static final int FIRST_WINDOW = 65_535;
    private static final float REFILL = 0.5f;
    private static final int ROUNDS = 8;
    private static final long PING = 0x70696e67L;

    private final Http2Guard guard;
    private final Http2Turns turns;
    private final Http2Limits limits;
    private final boolean secure;
    private final Http2Upstream.Owner owner;
    private final Http2Answers answers;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Http2Output output;
    private boolean flushing;
    private boolean pinging;
    private boolean ready;
    private boolean draining;
    private boolean tunnels;
    private long lastRead = System.nanoTime();

    private Http2LoopClient(
            Http2Guard guard,
            Http2Turns turns,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Http2Limits limits,
            boolean secure,
            Http2Upstream.Owner owner) {
        super(decoder, encoder, settings, true);
        this.guard = guard;
        this.turns = turns;
        this.limits = limits;
        this.secure = secure;
        this.owner = owner;
        this.answers = new Http2Answers(this, connection());
        decoder.frameListener(answers);
    }

    static Http2LoopClient open(Http2Limits limits, boolean secure, Http2Upstream.Owner owner) {
        DefaultHttp2Connection connection = new DefaultHttp2Connection(false, 0);
        Http2Turns turns = new Http2Turns(connection);
        connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, turns));
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, REFILL, true));
        DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder(true, true, limits.headerListBytes());
        Http2Guard guard = new Http2Guard(new DefaultHttp2FrameReader(headers, limits.headerFrames()), limits);
        Http2ConnectionEncoder encoder = new DefaultHttp2ConnectionEncoder(connection, new DefaultHttp2FrameWriter());
        Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(connection, encoder, guard);
        Http2Settings settings = new Http2Settings()
                .pushEnabled(false)
                .maxHeaderListSize(limits.headerListBytes())
                .initialWindowSize(limits.streamWindow());
        return new Http2LoopClient(guard, turns, decoder, encoder, settings, limits, secure, owner);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newContext) throws Exception {
        context = newContext;
        output = new Http2Output(newContext, connection(), this, this::ended, guard, secure);
        super.handlerAdded(newContext);
        if (newContext.channel().isActive()) {
            begin(newContext);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext newContext) throws Exception {
        super.channelActive(newContext);
        begin(newContext);
    }

    private void begin(ChannelHandlerContext newContext) throws Http2Exception {
        int more = limits.connectionWindow() - FIRST_WINDOW;
        if (more > 0) {
            decoder().flowController().incrementWindowSize(connection().connectionStream(), more);
        }
        newContext.flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext newContext, Object message) throws Exception {
        lastRead = System.nanoTime();
        pinging = false;
        super.channelRead(newContext, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext newContext) {
        discardSomeReadBytes();
        owner.readAll();
        flush(newContext);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext newContext) throws Exception {
        super.channelWritabilityChanged(newContext);
        if (newContext.channel().isWritable()) {
            answers.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext newContext) throws Exception {
        draining = true;
        super.channelInactive(newContext);
        owner.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext newContext, Throwable cause) {
        if (cause instanceof IOException || (secure && Tls.isPeersFault(cause))) {
            LOG.debug(
                    "event=upstream-lost peer={} reason=\"{}\"",
                    newContext.channel().remoteAddress(),
                    cause.toString());
        } else {
            LOG.warn("event=upstream-failed peer={}", newContext.channel().remoteAddress(), cause);
        }
        newContext.close();
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext newContext, boolean outbound, Throwable cause, @Nullable Http2Exception error) {
        LOG.debug(
                "event=upstream-broke-rules peer={} reason=\"{}\"",
                newContext.channel().remoteAddress(),
                cause.toString());
        drained();
        super.onConnectionError(newContext, outbound, cause, error);
        newContext.close();
    }

    /// Gives out and flushes while the channel takes it, some rounds before other connections have
    /// theirs.
    @Override
    public void flush(ChannelHandlerContext newContext) {
        turns.refill();
        super.flush(newContext);
        for (int i = 1; turns.isSpent() && newContext.channel().isWritable(); i++) {
            if (i == ROUNDS) {
                flushSoon();
                return;
            }
            turns.refill();
            super.flush(newContext);
        }
    }

    // ---- for streams

    @Override
    public ChannelHandlerContext context() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("the connection's handler is not in a pipeline yet");
        }
        return known;
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
    public void reset(Http2Stream stream, long code) {
        resetStream(context(), stream.id(), code, context().newPromise());
    }

    @Override
    public ChannelFuture resetStream(
            ChannelHandlerContext newContext, int streamId, long code, ChannelPromise promise) {
        answers.wasReset(streamId, code);
        return super.resetStream(newContext, streamId, code, promise);
    }

    @Override
    public void ended(Http2Stream stream) {
        // the answer may still come
    }

    @Override
    public void flushSoon() {
        if (!flushing) {
            flushing = true;
            context().executor().execute(() -> {
                flushing = false;
                flush(context());
            });
        }
    }

    @Override
    public @Nullable Http2FastLane lane() {
        return null;
    }

    // ---- for the owner

    boolean hasRoom() {
        return ready
                && !draining
                && connection().local().canOpenStream()
                && connection().numActiveStreams() < limits.streams();
    }

    boolean isDraining() {
        return draining;
    }

    boolean offersTunnels() {
        return tunnels;
    }

    long lastRead() {
        return lastRead;
    }

    @Nullable
    Http2LoopStream open(ByteBuf text, Http2Upstream.Kind kind, LoopStream.Listener listener) {
        boolean end = kind == Http2Upstream.Kind.WHOLE;
        if (!hasRoom()) {
            text.release();
            return null;
        }
        ByteBuf block = context().alloc().buffer(text.readableBytes());
        try {
            HeaderText.request(text, secure, kind == Http2Upstream.Kind.TUNNEL, block);
        } finally {
            text.release();
        }
        try {
            int id = connection().local().incrementAndGetNextStreamId();
            Http2Stream made = connection().local().createStream(id, false);
            Http2LoopStream stream = new Http2LoopStream(this, made, Long.MAX_VALUE, null);
            answers.add(made, stream);
            stream.listen(listener);
            output().head(made, block, false, end);
            if (end) {
                stream.answered();
            }
            flushSoon();
            return stream;
        } catch (Http2Exception e) {
            block.release();
            drained();
            return null;
        }
    }

    boolean ping() {
        if (pinging) {
            return false;
        }
        pinging = true;
        encoder().writePing(context(), false, PING, context().newPromise());
        flushSoon();
        return true;
    }

    void leave() {
        drained();
        context().close();
    }

    // ---- from the upstream

    void settings(Http2Settings settings) {
        Integer frame = settings.maxFrameSize();
        if (frame != null) {
            output().frameBytes(frame);
        }
        if (settings.headerTableSize() != null) {
            output().tableChanged();
        }
        Boolean connect = settings.connectProtocolEnabled();
        tunnels = connect != null && connect;
        if (!ready) {
            ready = true;
            owner.ready();
        }
    }

    void drained() {
        if (!draining) {
            draining = true;
            owner.draining();
        }
    }

    void streamEnded() {
        owner.streamEnded();
    }
}
