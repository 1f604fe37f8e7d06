package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.BodyDecoder;
import org.pinisi.http.Fields;
import org.pinisi.http.Framing;
import org.pinisi.http.Head;
import org.pinisi.http.HttpException;

/// A connection to an upstream: carries one request at a time, and waits in its pool between them.
@SuppressWarnings("FutureReturnValueIgnored") // a channel that fails to close is gone already
final class UpstreamConnection extends Peer implements UpstreamCall {
    /// Answers 1xx before the final one; without an end of them a client would wait for ever.
    private static final int MOST_INTERIMS = 100;

    private enum Phase {
        IDLE,
        /// A request is under way, its answer's head not yet complete.
        HEAD,
        BODY,
        TUNNEL,
        CLOSED
    }

    private final UpstreamState state;
    private final @Nullable Client owner;
    private final BodyDecoder body;
    private final BodyOutput request;
    private Phase phase = Phase.IDLE;
    private @Nullable Downstream client;
    private @Nullable Head head;
    private long idleSince;
    private boolean reused;
    private boolean answering;
    private boolean broken;
    private boolean answerToHead;
    private boolean keepAlive;
    private boolean untilClose;
    private boolean raw;
    /// The client takes less than came; matters only if more can come.
    private boolean ahead;
    private int interims;

    /// @param owner the only client whose requests it may carry; null if all share it
    UpstreamConnection(LoopState loop, UpstreamState state, @Nullable Client owner) {
        super(loop);
        this.state = state;
        this.owner = owner;
        this.body = new BodyDecoder(loop.proxy().answerLimits());
        this.request = new BodyOutput(this);
    }

    boolean isOf(Client client) {
        return owner != null && owner.isSame(client);
    }

    long idleSince() {
        return idleSince;
    }

    @Override
    public void begin(Downstream asking) {
        client = asking;
        phase = Phase.HEAD;
        answering = false;
        ahead = false;
        interims = 0;
        lastRead = loop.now();
        Head asked = asking.head();
        answerToHead = asked.methodIs("HEAD");
        boolean chunked = asked.framing() == Framing.CHUNKED;
        boolean passedRaw = asking.sendsRaw();
        request.start(passedRaw, chunked && !passedRaw, true);
        Forwarding forwarding = asking.forwarding();
        Trace trace = asking.account().trace();
        ByteBuf out = context().alloc().directBuffer(HeadWriter.requestRoom(asked, forwarding, trace));
        HeadWriter.request(asked, forwarding, trace, out);
        write(out);
    }

    @Override
    public boolean takesRaw() {
        return true;
    }

    @Override
    public void raw(ByteBuf bytes) {
        write(bytes);
    }

    @Override
    public void content(ByteBuf piece) {
        request.content(piece);
    }

    @Override
    public void trailers(Fields trailers) {
        request.trailers(trailers);
    }

    @Override
    public void requestDone() {
        request.end();
        lastRead = loop.now();
    }

    @Override
    public void tunnelEnded() {
        if (context().channel() instanceof DuplexChannel duplex) {
            context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> duplex.shutdownOutput());
        }
    }

    @Override
    public long lastRead() {
        return lastRead;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        lastRead = loop.now();
        Downstream asking = client;
        if (asking == null) {
            // An answer that nobody asked for: nothing more of this connection can be believed.
            bytes.release();
            close();
            return;
        }
        if (phase == Phase.TUNNEL) {
            passOn(asking, bytes);
        } else {
            append(bytes);
            try {
                while (hasInput() && step(asking)) {
                    // each step takes a piece of the input
                }
            } catch (HttpException malformed) {
                fail(asking);
            }
        }
        slowDown();
    }

    /// Not before all that has come is passed on: an answer that is complete by then has nothing to wait
    /// for, and stopping and starting costs two system calls.
    private void slowDown() {
        if (ahead) {
            ahead = false;
            if (client != null) {
                super.reading(false);
            }
        }
    }

    @Override
    public void reading(boolean on) {
        if (on) {
            ahead = false;
        }
        super.reading(on);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Downstream asking = client;
        if (asking != null) {
            asking.flushAll();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            loop.proxy().unexpected(cause);
        }
        broken = true;
        close();
    }

    private boolean step(Downstream asking) {
        return switch (phase) {
            case HEAD -> readHead(asking);
            case BODY -> readBody(asking);
            case TUNNEL -> {
                ByteBuf held = in;
                if (held != null) {
                    passOn(asking, take(held.readableBytes()));
                }
                yield false;
            }
            case IDLE, CLOSED -> false;
        };
    }

    private boolean readHead(Downstream asking) {
        ByteBuf held = in;
        answering = true;
        Head answer = answerHead();
        if (held == null || !answer.parse(held)) {
            return false;
        }
        int status = answer.status();
        if (status == 101) {
            return upgrade(asking, answer);
        }
        if (status < 200) {
            if (++interims > MOST_INTERIMS) {
                fail(asking);
                return false;
            }
            asking.interim(answer, take(answer.length()));
            answer.reset(answerToHead);
            return true;
        }
        body.start(answer);
        raw = asking.takesRaw(answer);
        phase = Phase.BODY;
        keepAlive = answer.isKeepAlive();
        untilClose = answer.framing() == Framing.UNTIL_CLOSE;
        keep(asking.answer(answer, take(answer.length() + rawBytes(answer, held)), raw));
        forgetHead();
        if (body.isComplete()) {
            complete(asking);
            return false;
        }
        return true;
    }

    private Head answerHead() {
        Head known = head;
        if (known == null) {
            known = loop.answerHeads().take(answerToHead);
            head = known;
        }
        return known;
    }

    private void forgetHead() {
        Head known = head;
        if (known != null) {
            head = null;
            loop.answerHeads().giveBack(known);
        }
    }

    /// How many bytes of a raw body stand behind the head: they leave together with it.
    private int rawBytes(Head answer, ByteBuf held) {
        if (!raw) {
            return 0;
        }
        int start = held.readerIndex();
        held.readerIndex(start + answer.length());
        int length = body.advance(held);
        held.readerIndex(start);
        return length;
    }

    private boolean readBody(Downstream asking) {
        ByteBuf held = in;
        if (held == null) {
            return false;
        }
        if (raw && !body.areTrailersNext()) {
            int length = body.advance(held);
            if (length > 0) {
                passOn(asking, take(length));
            }
        } else {
            ByteBuf piece = body.decode(held);
            if (piece.isReadable()) {
                keep(asking.content(piece));
            } else {
                piece.release();
            }
        }
        if (body.isComplete()) {
            complete(asking);
            return false;
        }
        return true;
    }

    private boolean upgrade(Downstream asking, Head answer) {
        if (!asking.asksForUpgrade()) {
            fail(asking);
            return false;
        }
        phase = Phase.TUNNEL;
        keep(asking.tunnelOpened(answer, take(answer.length())));
        forgetHead();
        return true;
    }

    private void passOn(Downstream asking, ByteBuf bytes) {
        keep(asking.raw(bytes));
    }

    private void keep(boolean keepsUp) {
        ahead |= !keepsUp;
    }

    private void complete(Downstream asking) {
        Fields trailers = body.trailers();
        if (body.areTrailersNext() || !trailers.all().isEmpty()) {
            asking.trailers(trailers);
        }
        boolean reusable = keepAlive && asking.isRequestDone() && !hasInput() && isOpen();
        release(reusable);
        asking.answered();
        asking.flushAll();
    }

    private void release(boolean reusable) {
        client = null;
        phase = Phase.IDLE;
        releaseInput();
        if (reusable && !state.isRetired()) {
            reading(true);
            reused = true;
            idleSince = loop.now();
            if (state.pool(loop.index()).offer(this)) {
                return;
            }
        }
        phase = Phase.CLOSED;
        close();
    }

    @Override
    public void abandon() {
        forgetHead();
        client = null;
        phase = Phase.CLOSED;
        close();
    }

    /// Closes a connection that its pool has let go of.
    void closeIdle() {
        phase = Phase.CLOSED;
        close();
    }

    /// What the upstream sends is no HTTP.
    private void fail(Downstream asking) {
        asking.account().why(Fault.UPSTREAM_MALFORMED);
        boolean begun = phase != Phase.HEAD;
        forgetHead();
        client = null;
        phase = Phase.CLOSED;
        close();
        if (begun) {
            asking.cut(502);
        } else {
            asking.unanswered(502);
        }
        asking.flushAll();
    }

    @Override
    void writable() {
        Downstream asking = client;
        if (asking != null) {
            asking.upstreamWritable();
        }
    }

    @Override
    public void sweep(long now) {
        if (phase == Phase.IDLE
                && client == null
                && now - idleSince > loop.proxy().times().poolIdle()) {
            state.pool(loop.index()).remove(this);
            closeIdle();
        }
    }

    @Override
    void gone() {
        forgetHead();
        Phase last = phase;
        phase = Phase.CLOSED;
        Downstream asking = client;
        client = null;
        if (asking == null) {
            state.pool(loop.index()).remove(this);
            return;
        }
        switch (last) {
            case HEAD -> brokeBeforeAnswer(asking);
            case BODY -> brokeWithinAnswer(asking);
            case TUNNEL -> asking.tunnelEnded();
            case IDLE, CLOSED -> {
                // nobody waits
            }
        }
        asking.flushAll();
    }

    private void brokeBeforeAnswer(Downstream asking) {
        if (answering || !asking.again(reused, false)) {
            asking.unanswered(502);
        }
    }

    private void brokeWithinAnswer(Downstream asking) {
        if (broken || !untilClose) {
            asking.cut(502);
            return;
        }
        asking.answered();
    }
}
