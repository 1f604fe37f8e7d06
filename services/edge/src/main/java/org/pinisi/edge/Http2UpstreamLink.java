package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Http2Gateway;
import org.pinisi.http.Http2Limits;
import org.pinisi.http.Http2Upstream;
import org.pinisi.http.LoopStream;

/// One connection of HTTP/2 to an upstream, shared by the requests of one event loop; it waits in the
/// upstream's pool, and closes when it was idle for long.
@SuppressWarnings("FutureReturnValueIgnored") // a channel that fails to close is gone already
final class Http2UpstreamLink implements Http2Upstream.Owner, Swept {
    private static final Http2Limits LIMITS = limits();
    private static final long PING_AFTER = 15_000_000_000L;
    private static final long PONG_WITHIN = 10_000_000_000L;
    private static final long LEAST_IDLE = 60_000_000_000L;

    private final LoopState loop;
    private final UpstreamState state;
    private final @Nullable Client owner;
    private @Nullable Channel channel;
    private final Http2Upstream http2;
    private final ArrayDeque<UpstreamConnector.Attempt> waiting = new ArrayDeque<>();
    private final List<Downstream> unflushed = new ArrayList<>();
    private boolean ready;
    private boolean gone;
    private boolean served;
    private long since;
    private int slot = -1;

    /// Not connected yet; requests may wait for it.
    ///
    /// @param secure whether TLS will lie in its pipeline
    /// @param owner the only client whose requests it may carry; null if all share it
    Http2UpstreamLink(LoopState loop, UpstreamState state, boolean secure, @Nullable Client owner) {
        this.loop = loop;
        this.state = state;
        this.owner = owner;
        this.since = loop.now();
        this.http2 = Http2Gateway.connect(LIMITS, secure, this);
        state.pool(loop.index()).add(this);
    }

    /// An upstream is ours and may reset as it likes; a stream's window bounds what is held of an answer
    /// that its client does not read.
    private static Http2Limits limits() {
        Http2Limits usual = Http2Limits.defaults();
        return new Http2Limits(
                usual.streams(),
                64 << 10,
                128 << 10,
                usual.headerFrames(),
                usual.streamWindow(),
                4 << 20,
                usual.queuedBytes(),
                100_000,
                100_000,
                10_000,
                1_000_000,
                usual.floodTime(),
                usual.drainTime());
    }

    /// Begins to speak on a channel that is connected, and whose peer speaks HTTP/2.
    void start(Channel connected) {
        channel = connected;
        since = loop.now();
        loop.add(this);
        connected.pipeline().addLast(http2.handler());
    }

    /// It could not be connected.
    void failed(boolean timedOut) {
        gone = true;
        state.pool(loop.index()).remove(this);
        for (UpstreamConnector.Attempt attempt = waiting.poll(); attempt != null; attempt = waiting.poll()) {
            attempt.failed(timedOut);
        }
    }

    private Channel channel() {
        Channel known = channel;
        if (known == null) {
            throw new IllegalStateException("used before it was connected");
        }
        return known;
    }

    boolean isOf(Client client) {
        return owner != null && owner.isSame(client);
    }

    /// Whether a stream can be opened now.
    boolean hasRoom() {
        return ready && !gone && http2.hasRoom();
    }

    /// Whether another request may wait here: the upstream has not said how many it takes, or not yet shown
    /// to take less.
    boolean mayWait() {
        return !ready && !gone && waiting.size() < LIMITS.streams();
    }

    /// The request gets its call here as soon as there is room.
    void await(UpstreamConnector.Attempt attempt) {
        waiting.add(attempt);
    }

    boolean hasServed() {
        return served;
    }

    boolean offersTunnels() {
        return http2.offersTunnels();
    }

    ByteBufAllocator allocator() {
        return channel().alloc();
    }

    @Nullable
    LoopStream open(ByteBuf text, Http2Upstream.Kind kind, LoopStream.Listener listener) {
        since = loop.now();
        return http2.open(text, kind, listener);
    }

    void answered() {
        served = true;
    }

    /// Has the client of an exchange flush what was written for it, when all that has come at once is read.
    void flushLater(Downstream client) {
        if (unflushed.isEmpty() || !unflushed.getLast().equals(client)) {
            unflushed.add(client);
        }
    }

    @Override
    public void readAll() {
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flushAll();
        }
        unflushed.clear();
    }

    @Override
    public void ready() {
        ready = true;
        since = loop.now();
        if (state.isRetired() && waiting.isEmpty()) {
            loop.loop().execute(http2::close);
        }
        for (UpstreamConnector.Attempt attempt = waiting.poll(); attempt != null; attempt = waiting.poll()) {
            if (attempt.isCancelled()) {
                continue;
            }
            if (hasRoom()) {
                attempt.connected(new Http2UpstreamCall(loop, this));
            } else {
                loop.connector().connect(state, attempt);
            }
        }
    }

    @Override
    public void streamEnded() {
        since = loop.now();
        if (http2.streams() == 0 && (state.isRetired() || http2.isDraining())) {
            loop.loop().execute(http2::close);
        }
    }

    @Override
    public void draining() {
        state.pool(loop.index()).remove(this);
        if (http2.streams() == 0) {
            loop.loop().execute(http2::close);
        }
    }

    @Override
    public void closed() {
        if (gone) {
            return;
        }
        loop.remove(this);
        failed(false);
    }

    /// The upstream is retired: no request begins here any more.
    void leave() {
        if (ready && http2.streams() == 0) {
            http2.close();
        }
    }

    @Override
    public void sweep(long now) {
        if (!ready) {
            if (now - since > loop.proxy().times().connectMillis() * 1_000_000L) {
                channel().close();
            }
            return;
        }
        if (http2.streams() == 0) {
            // One that serves a single client is of no use for long.
            long poolIdle = loop.proxy().times().poolIdle();
            if (now - since > (owner == null ? Math.max(LEAST_IDLE, poolIdle) : poolIdle)) {
                state.pool(loop.index()).remove(this);
                http2.close();
            }
            return;
        }
        long silence = System.nanoTime() - http2.lastRead();
        if (silence > PING_AFTER && !http2.ping() && silence > PING_AFTER + PONG_WITHIN) {
            channel().close();
        }
    }

    @Override
    public int slot() {
        return slot;
    }

    @Override
    public void slot(int newSlot) {
        slot = newSlot;
    }
}
