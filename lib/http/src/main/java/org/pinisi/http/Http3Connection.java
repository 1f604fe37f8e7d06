package org.pinisi.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http3.DefaultHttp3GoAwayFrame;
import io.netty.handler.codec.http3.DefaultHttp3SettingsFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.http3.Http3Settings;
import io.netty.handler.codec.http3.Http3UnknownFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A client's connection of HTTP/3, after its handshake. On its event loop.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends the connection, which is told by itself
final class Http3Connection extends ChannelInboundHandlerAdapter implements ServedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(Http3Connection.class);
    private static final int STEP_OF_IDS = 4;
    private static final int MOST_BROKEN = 1000;

    private final ServerCore core;
    private final QuicChannel channel;
    private final StreamAcceptor acceptor;
    private final Http3FastLane lane;
    private final HeadPool heads;
    private final Set<Http3LoopStream> streams = new LinkedHashSet<>();
    private long nextId;
    private long idleSince = System.nanoTime();
    private long periodStart = System.nanoTime();
    private int resets;
    private int ownResets;
    private int idleFrames;
    private int controlFrames;
    /// Streams that did not end by themselves, during the whole life of the connection.
    private int broken;
    private boolean draining;
    private boolean closing;

    private Http3Connection(
            ServerCore core, QuicChannel channel, @Nullable InetSocketAddress from, StreamAcceptor acceptor) {
        this.core = core;
        this.channel = channel;
        this.acceptor = acceptor;
        this.lane = new Http3FastLane(core, channel, from);
        this.heads = new HeadPool(core.limits, core.http2.streams());
    }

    /// Speaks HTTP/3 over a connection whose handshake is done, or sends the client away.
    static void open(ServerCore core, QuicChannel channel, @Nullable InetSocketAddress from, StreamAcceptor acceptor) {
        Http3Connection made = new Http3Connection(core, channel, from, acceptor);
        if (!core.admit(made)) {
            made.end(Http3ErrorCode.H3_EXCESSIVE_LOAD);
            return;
        }
        Http3Settings settings = new Http3Settings()
                .qpackMaxTableCapacity(0)
                .qpackBlockedStreams(0)
                .maxFieldSectionSize(core.http2.headerListBytes());
        Http3ServerConnectionHandler codec = new Http3ServerConnectionHandler(
                new ChannelInitializer<QuicStreamChannel>() {
                    @Override
                    protected void initChannel(QuicStreamChannel stream) {
                        made.opened(stream);
                    }
                },
                null,
                null,
                new DefaultHttp3SettingsFrame(settings),
                true);
        acceptor.opened();
        channel.pipeline().addLast(codec, made);
        made.sweepLater();
    }

    private void opened(QuicStreamChannel stream) {
        Http3LoopStream made = new Http3LoopStream(this, stream);
        streams.add(made);
        nextId = Math.max(nextId, stream.streamId() + STEP_OF_IDS);
        stream.pipeline().addFirst(made.packer()).addLast(made);
        if (draining) {
            made.reset(Http2Frame.REFUSED_STREAM);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof QuicStreamChannel stream && stream.type() == QuicStreamType.UNIDIRECTIONAL) {
            stream.pipeline().addLast(new Side());
            controlled();
        }
        context.fireChannelRead(message);
    }

    /// Looks on at a stream that is no request: the client's control stream, those of QPACK, and any that nobody
    /// knows.
    private final class Side extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http3UnknownFrame) {
                // Browsers say so, for each request, how urgent it is (RFC 9218).
                movedNothing();
            } else {
                controlled();
            }
            context.fireChannelRead(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            movedNothing();
            context.fireChannelReadComplete();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("event=connection-malformed peer={} reason=\"{}\"", channel, cause.toString());
            end(Http3ErrorCode.H3_GENERAL_PROTOCOL_ERROR);
        }
    }

    void left(Http3LoopStream stream) {
        streams.remove(stream);
        idleSince = System.nanoTime();
        if (draining && streams.isEmpty()) {
            endSoon();
        }
    }

    HttpLimits limits() {
        return core.limits;
    }

    HttpDate date() {
        return core.date;
    }

    Http3FastLane lane() {
        return lane;
    }

    boolean isOpen() {
        return !closing && channel.isActive();
    }

    // ---- requests

    void accept(Http3LoopStream stream, Http2Headers list, boolean end) {
        Head head;
        try {
            Http2RequestRules.check(0, list, core.limits);
            head = heads.parse(list, end, channel.alloc());
        } catch (Http2Exception malformed) {
            refused(stream, String.valueOf(malformed.getMessage()));
            stream.reset(Http2Frame.PROTOCOL_ERROR);
            return;
        } catch (HttpException refusal) {
            refused(stream, String.valueOf(refusal.getMessage()));
            stream.begin(answer(refusal), Http2ServerConnection.isHead(list));
            return;
        }
        stream.own(head);
        acceptor.accept(stream, head, end);
    }

    private static PreparedAnswer answer(HttpException refusal) {
        return PreparedAnswer.of(Response.text(refusal.status(), refusal.getMessage() + "\n"))
                .orElseThrow();
    }

    void readAll() {
        acceptor.readAll();
    }

    void retire(@Nullable Head head) {
        heads.retire(head);
    }

    void refused(Http3LoopStream stream, String reason) {
        LOG.debug("event=stream-refused peer={} stream={} reason=\"{}\"", channel, stream, reason);
    }

    void unexpected(Http3LoopStream stream, Throwable cause) {
        LOG.warn("event=connection-failed peer={} stream={}", channel, stream, cause);
    }

    // ---- floods

    /// The engine keeps a little of each stream that was broken off until the connection ends, so after many of
    /// them the client is sent to another connection.
    void brokenOff() {
        broken++;
        if (broken == MOST_BROKEN) {
            drain();
        }
    }

    void resetByClient() {
        turn();
        resets++;
        check("streams that the client reset", resets, core.http2.resets());
    }

    void wasReset() {
        turn();
        ownResets++;
        check("streams that had to be reset", ownResets, core.http2.ownResets());
    }

    private void controlled() {
        turn();
        controlFrames++;
        check("control frames and streams without request", controlFrames, core.http2.controlFrames());
    }

    void movedNothing() {
        turn();
        idleFrames++;
        check("frames that move nothing", idleFrames, core.http2.idleFrames());
    }

    private void turn() {
        long now = System.nanoTime();
        if (now - periodStart >= core.http2.floodTime().toNanos()) {
            periodStart = now;
            resets = 0;
            ownResets = 0;
            idleFrames = 0;
            controlFrames = 0;
        }
    }

    private void check(String what, int count, int most) {
        if (count > most && !closing) {
            LOG.debug("event=connection-flooded peer={} reason=\"too many {}\"", channel, what);
            end(Http3ErrorCode.H3_EXCESSIVE_LOAD);
        }
    }

    // ---- time

    private void sweepLater() {
        long period = Math.min(
                core.limits.headTime().toNanos(), core.limits.idleTime().toNanos());
        channel.eventLoop().schedule(() -> sweep(period), period, TimeUnit.NANOSECONDS);
    }

    private void sweep(long period) {
        if (!channel.isActive()) {
            return;
        }
        long now = System.nanoTime();
        long least = Math.max(1, core.limits.bodyBytesPerSecond() * TimeUnit.NANOSECONDS.toSeconds(period));
        for (Http3LoopStream stream : List.copyOf(streams)) {
            if (stream.isStalled(now, least, core.limits.headTime().toNanos())) {
                refused(stream, "stalled");
                stream.reset(Http2Frame.CANCEL);
            }
        }
        if (streams.isEmpty() && now - idleSince > core.limits.idleTime().toNanos()) {
            end(Http3ErrorCode.H3_NO_ERROR);
            return;
        }
        sweepLater();
    }

    // ---- the end

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        closing = true;
        core.leave(this);
        super.channelInactive(context);
        acceptor.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("event=connection-lost peer={} reason=\"{}\"", channel, cause.toString());
        end(Http3ErrorCode.H3_INTERNAL_ERROR);
    }

    @Override
    public void drain() {
        channel.eventLoop().execute(() -> {
            if (draining || !channel.isActive()) {
                return;
            }
            draining = true;
            QuicStreamChannel control = Http3.getLocalControlStream(channel);
            if (control != null) {
                control.writeAndFlush(new DefaultHttp3GoAwayFrame(nextId));
            }
            if (streams.isEmpty()) {
                endSoon();
            }
        });
    }

    /// The end of a connection overtakes what was sent before, so that has some time to arrive.
    private void endSoon() {
        long patience = core.http2.drainTime().toNanos();
        channel.eventLoop()
                .schedule(
                        () -> {
                            if (streams.isEmpty()) {
                                end(Http3ErrorCode.H3_NO_ERROR);
                            }
                        },
                        patience,
                        TimeUnit.NANOSECONDS);
    }

    @Override
    public void abort() {
        channel.eventLoop().execute(() -> end(Http3ErrorCode.H3_NO_ERROR));
    }

    private void end(Http3ErrorCode code) {
        if (!closing) {
            closing = true;
            for (Http3LoopStream stream : new ArrayList<>(streams)) {
                stream.lost();
            }
            channel.close(true, code.code(), Unpooled.EMPTY_BUFFER);
        }
    }
}
