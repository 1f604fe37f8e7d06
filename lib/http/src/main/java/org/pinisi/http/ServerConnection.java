package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection of a server. Everything here runs on the connection's event loop. Requests are answered one
/// at a time: those that a client sends ahead wait in the input, and reading pauses when they are too many
/// bytes.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard there
final class ServerConnection extends ChannelInboundHandlerAdapter implements ServedConnection, FastLane.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

    private final ServerCore core;
    private final Head head;
    private final BodyDecoder decoder;
    private final Output output;
    private final ConnectionTimers timers;
    private final Channel channel;
    private final Farewell farewell;
    private @Nullable ByteBuf input;
    private @Nullable Exchange exchange;
    private @Nullable Http1Answer answer;
    private @Nullable FastLane lane;
    private boolean kept;
    private @Nullable BodyQueue upgraded;
    private boolean processing;
    private boolean closing;
    private boolean inputBroken;
    private long drained;

    ServerConnection(ServerCore core, Channel channel) {
        this.core = core;
        this.channel = channel;
        this.farewell = new Farewell(core, channel);
        this.head = Head.forRequests(core.limits);
        this.decoder = new BodyDecoder(core.limits);
        this.output = new Output(channel, core.limits.idleTime());
        this.timers = new ConnectionTimers(channel, core.limits, this::headTimeout, this::isStill, channel::close);
    }

    /// The channel may be active already, when something stood here before.
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (channel.isActive()) {
            channelActive(context);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (lane != null) {
            return;
        }
        lane = new FastLane(core.lanes, context, head, this, core.isSecure(), output);
        if (!core.admit(this)) {
            refuse(new HttpException(503, "too many connections; try again later"));
            return;
        }
        timers.start();
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        timers.touch();
        if (closing || inputBroken) {
            farewell.heard();
            bytes.release();
            return;
        }
        input = Accumulation.append(channel.alloc(), input, bytes);
        process();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ignored) {
        channel.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ignored) {
        FastLane fast = lane;
        if (fast != null) {
            fast.writabilityChanged();
        }
        output.changed();
        if (!closing && channel.isWritable() && exchange == null && input != null) {
            process();
            channel.flush();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ignored) {
        closing = true;
        core.leave(this);
        timers.stop();
        BodyQueue tunnel = upgraded;
        if (tunnel != null) {
            endUpgraded(tunnel);
        }
        releaseInput();
        Exchange current = exchange;
        if (current != null) {
            current.abort();
        }
        FastLane fast = lane;
        if (fast != null) {
            fast.closed();
        }
        output.changed();
    }

    /// A client that ends TLS in order counts as gone, as one that closes its side does.
    @Override
    public void userEventTriggered(ChannelHandlerContext ignored, Object event) {
        if (!closing && core.isSecure() && Tls.isClosedByPeer(event)) {
            channel.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ignored, Throwable cause) {
        if (cause instanceof IOException || (core.isSecure() && Tls.isPeersFault(cause))) {
            LOG.debug("event=connection-lost peer={} reason=\"{}\"", channel.remoteAddress(), cause.toString());
        } else {
            LOG.warn("event=connection-failed peer={}", channel.remoteAddress(), cause);
        }
        channel.close();
    }

    private void process() {
        // Writing and flushing can call back at once; the outer call then goes on with what changed.
        if (processing) {
            return;
        }
        processing = true;
        try {
            boolean more = true;
            while (more && !closing) {
                more = step();
            }
        } catch (HttpException e) {
            refuse(e);
        } finally {
            processing = false;
        }
        if (input != null && !input.isReadable()) {
            releaseInput();
        }
        regulate();
    }

    private boolean step() {
        ByteBuf bytes = input;
        Exchange current = exchange;
        BodyQueue tunnel = upgraded;
        if (tunnel != null && current != null && !current.isFinished()) {
            return bytes != null && pass(tunnel, bytes);
        }
        if (current != null) {
            return continueExchange(current, bytes);
        }
        if (isFastBusy() || bytes == null || !isTakingAnswers()) {
            return false;
        }
        if (!head.parse(bytes)) {
            if (head.isStarted()) {
                timers.headStarted();
            }
            return false;
        }
        timers.headComplete();
        if (offered()) {
            return true;
        }
        return begin(bytes);
    }

    /// Whether the fast path took the request. Its answer may not be complete yet.
    private boolean offered() {
        FastPath path = core.fastPath;
        FastLane fast = lane;
        return path != null
                && fast != null
                && head.framing() == Framing.NONE
                && head.form() != TargetForm.AUTHORITY
                && fast.offer(path);
    }

    private boolean isFastBusy() {
        FastLane fast = lane;
        return fast != null && fast.isBusy();
    }

    @Override
    public boolean isKept() {
        kept = head.isKeepAlive() && !core.isDraining();
        return kept;
    }

    @Override
    public void answerBegins(int status) {
        timers.touch();
    }

    @Override
    public void answerEnds(long bytes, boolean whole) {
        ByteBuf held = input;
        if (closing || held == null) {
            return;
        }
        held.skipBytes(head.length());
        head.reset();
        if (!whole || !kept) {
            closeAfterWrites(held.isReadable());
        } else if (!processing) {
            process();
            channel.flush();
        }
    }

    /// A client that sends requests and reads no answers gets no further ones, so that they do not pile up
    /// here.
    private boolean isTakingAnswers() {
        if (!channel.isWritable()) {
            channel.flush();
        }
        return channel.isWritable();
    }

    private boolean begin(ByteBuf bytes) {
        if (head.form() == TargetForm.AUTHORITY) {
            throw new HttpException(501, "CONNECT is not supported here");
        }
        decoder.start(head);
        Http1Answer sink = new Http1Answer(core, this, output, head, channel);
        Exchange created = new Exchange(
                core,
                sink,
                body -> Request.of(head, body, remote(), core.isSecure()),
                (_, wasFull) -> bodyTaken(wasFull));
        if (!core.handlers.tryAcquire()) {
            throw new HttpException(503, "too many requests at once; try again later");
        }
        bytes.skipBytes(head.length());
        exchange = created;
        answer = sink;
        drained = 0;
        created.start();
        return true;
    }

    private boolean continueExchange(Exchange current, @Nullable ByteBuf bytes) {
        if (!decoder.isComplete() && !inputBroken && bytes != null) {
            feed(current, bytes);
        }
        if (decoder.isComplete()) {
            current.body().end(decoder.trailers());
        }
        if (closing || !current.isFinished() || !decoder.isComplete()) {
            return false;
        }
        boolean keep = answer != null && answer.keepsAlive();
        exchange = null;
        answer = null;
        head.reset();
        if (keep && !core.isDraining()) {
            return true;
        }
        closeAfterWrites(upgraded != null || (bytes != null && bytes.isReadable()));
        return false;
    }

    /// From the handler's thread: sends the head that tells of the change of protocol; returns what the client
    /// sends from now on.
    BodyQueue upgrade(ByteBuf told) {
        BodyQueue tunnel = BodyQueue.upgraded(core.limits, (_, wasFull) -> bodyTaken(wasFull));
        channel.eventLoop().execute(() -> {
            if (closing || !channel.isActive()) {
                told.release();
                tunnel.end();
                return;
            }
            upgraded = tunnel;
            channel.writeAndFlush(told);
            process();
        });
        return tunnel;
    }

    private void endUpgraded(BodyQueue tunnel) {
        ByteBuf bytes = input;
        if (bytes != null) {
            input = null;
            tunnel.offer(bytes);
        }
        tunnel.end();
    }

    private boolean pass(BodyQueue tunnel, ByteBuf bytes) {
        if (!bytes.isReadable() || tunnel.isFull()) {
            return false;
        }
        tunnel.offer(bytes);
        input = null;
        return true;
    }

    /// Moves what came of the body to the handler, or to nowhere once the answer is out.
    private void feed(Exchange current, ByteBuf bytes) {
        try {
            while (bytes.isReadable() && !decoder.isComplete()) {
                if (!current.isFinished() && current.body().isFull()) {
                    return;
                }
                ByteBuf piece = decoder.decode(bytes);
                if (current.isFinished()) {
                    drained += piece.readableBytes();
                }
                if (piece.isReadable()) {
                    current.body().offer(piece);
                } else {
                    piece.release();
                }
            }
            if (drained > core.limits.drainBytes()) {
                closeAfterWrites(true);
            }
        } catch (HttpException e) {
            inputBroken = true;
            current.body().fail(e);
            bytes.skipBytes(bytes.readableBytes());
            if (current.isFinished()) {
                closeAfterWrites(true);
            }
        }
    }

    /// The handler has answered; called on the event loop after the answer's last byte was written.
    void finished(Http1Answer current) {
        if (closing || current != answer) {
            return;
        }
        timers.touch();
        boolean tooLong = decoder.remaining() > core.limits.drainBytes() && head.framing() == Framing.LENGTH;
        if (!decoder.isComplete() && (tooLong || inputBroken || !current.keepsAlive())) {
            closeAfterWrites(true);
        } else {
            process();
        }
        channel.flush();
    }

    /// From the handler's thread.
    private void bodyTaken(boolean wasFull) {
        if (wasFull) {
            channel.eventLoop().execute(this::bodyWanted);
        }
    }

    private void bodyWanted() {
        if (!closing) {
            process();
        }
    }

    private void regulate() {
        boolean busy = exchange != null || isFastBusy() || !channel.isWritable();
        int waiting = input == null ? 0 : input.readableBytes();
        int most = upgraded != null || (exchange != null && !decoder.isComplete()) ? 1 : core.limits.pipelinedBytes();
        boolean wanted = !busy || waiting < most || closing;
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    /// For the timers: the client's turn, or that of a fast path that may have forgotten its request.
    private boolean isStill() {
        FastLane fast = lane;
        return isWaiting() || (fast != null && fast.isAwaited());
    }

    private boolean isWaiting() {
        Exchange current = exchange;
        return current == null ? !isFastBusy() : current.isFinished();
    }

    private void headTimeout() {
        if (head.isStarted()) {
            refuse(new HttpException(408, "the request's head did not come within " + core.limits.headTime()));
        } else {
            channel.close();
        }
    }

    /// Answers on the loop, without a handler, and closes.
    private void refuse(HttpException reason) {
        farewell.refuse(reason, head.isComplete() && head.methodIs("HEAD"));
        closeAfterWrites(true);
    }

    private void closeAfterWrites(boolean linger) {
        closing = true;
        releaseInput();
        farewell.close(linger);
        regulate();
    }

    private void releaseInput() {
        if (input != null) {
            input.release();
            input = null;
        }
    }

    @Override
    public void drain() {
        channel.eventLoop().execute(() -> {
            if (isWaiting() && !closing) {
                closeAfterWrites(false);
            }
        });
    }

    @Override
    public void abort() {
        channel.close();
    }

    @Nullable
    InetSocketAddress remote() {
        return channel.remoteAddress() instanceof InetSocketAddress address ? address : null;
    }
}
