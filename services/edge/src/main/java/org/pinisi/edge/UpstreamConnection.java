package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.BodyDecoder;
import org.pinisi.http.Framing;
import org.pinisi.http.Head;
import org.pinisi.http.HttpException;

/// A connection to an upstream: carries one request at a time, and waits in its pool between them.
final class UpstreamConnection extends Peer {
    private enum Phase {
        IDLE,
        /// A request is under way, its answer's head not yet complete.
        HEAD,
        BODY,
        TUNNEL,
        CLOSED
    }

    /// How the answer's body reaches the client.
    private enum Passing {
        /// As it stands on the wire.
        RAW,
        /// The upstream ends it by closing; the client gets chunks.
        IN_CHUNKS,
        /// The upstream sends chunks; the client is too old for them and gets the content alone.
        CONTENT
    }

    private final UpstreamState state;
    private final Head head;
    private final BodyDecoder body;
    private Phase phase = Phase.IDLE;
    private Passing passing = Passing.RAW;
    private @Nullable ClientConnection client;
    private long idleSince;
    private boolean reused;
    private boolean answering;
    private boolean broken;
    private boolean answerToHead;

    UpstreamConnection(LoopState loop, UpstreamState state) {
        super(loop);
        this.state = state;
        this.head = Head.forAnswers(loop.proxy().answerLimits());
        this.body = new BodyDecoder(loop.proxy().answerLimits());
    }

    long idleSince() {
        return idleSince;
    }

    /// A request is about to be written.
    void begin(ClientConnection asking, boolean isHead) {
        client = asking;
        phase = Phase.HEAD;
        answering = false;
        answerToHead = isHead;
        lastRead = loop.now();
        head.reset(isHead);
    }

    /// The request's last byte was written: the wait for the answer begins.
    void requestDone() {
        lastRead = loop.now();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        lastRead = loop.now();
        ClientConnection asking = client;
        if (asking == null) {
            // An answer that nobody asked for: nothing more of this connection can be believed.
            bytes.release();
            close();
            return;
        }
        if (phase == Phase.TUNNEL) {
            passOn(asking, bytes);
            return;
        }
        append(bytes);
        try {
            while (hasInput() && step(asking)) {
                // each step takes a piece of the input
            }
        } catch (HttpException malformed) {
            fail(asking);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ClientConnection asking = client;
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

    private boolean step(ClientConnection asking) {
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

    private boolean readHead(ClientConnection asking) {
        ByteBuf held = in;
        answering = true;
        if (held == null || !head.parse(held)) {
            return false;
        }
        int status = head.status();
        if (status == 101) {
            return upgrade(asking);
        }
        if (status < 200) {
            ByteBuf interim = take(head.length());
            if (asking.isOldProtocol()) {
                interim.release();
            } else {
                passOn(asking, interim);
            }
            head.reset(answerToHead);
            return true;
        }
        body.start(head);
        passing = passing(asking);
        boolean lasting = head.framing() != Framing.UNTIL_CLOSE || passing == Passing.IN_CHUNKS;
        asking.answerBegins(status, lasting && passing != Passing.CONTENT);
        passHead(asking);
        phase = Phase.BODY;
        if (body.isComplete()) {
            complete(asking);
            return false;
        }
        return true;
    }

    private Passing passing(ClientConnection asking) {
        return switch (head.framing()) {
            case UNTIL_CLOSE -> asking.isOldProtocol() ? Passing.RAW : Passing.IN_CHUNKS;
            case CHUNKED -> asking.isOldProtocol() ? Passing.CONTENT : Passing.RAW;
            case NONE, LENGTH -> Passing.RAW;
        };
    }

    /// Passes the head on, together with what was read of a raw body, in one buffer.
    private void passHead(ClientConnection asking) {
        boolean close = !asking.isKeepAlive();
        boolean stay = asking.isKeepAlive() && asking.isOldProtocol();
        boolean unchunk = passing == Passing.CONTENT;
        boolean chunk = passing == Passing.IN_CHUNKS;
        int length = HeadWriter.answerLength(head, unchunk, chunk, close, stay);
        ByteBuf held = in;
        if (held == null) {
            return;
        }
        int bodyStart = held.readerIndex() + head.length();
        if (length <= head.length() && held.refCnt() == 1) {
            rewriteInPlace(held, bodyStart, length, unchunk, chunk, close, stay);
        } else {
            ByteBuf fresh = context().alloc().directBuffer(length);
            HeadWriter.answer(head, unchunk, chunk, close, stay, fresh);
            held.readerIndex(bodyStart);
            asking.pass(fresh);
            return;
        }
        if (passing != Passing.RAW) {
            asking.pass(take(length));
            return;
        }
        int start = held.readerIndex();
        held.readerIndex(bodyStart);
        int now = body.advance(held);
        held.readerIndex(start);
        slowDown(asking.pass(take(length + now)));
    }

    /// The head's bytes are in the parser too, so the new head can be written over the old one, its end at the old
    /// one's end.
    private void rewriteInPlace(
            ByteBuf held, int bodyStart, int length, boolean unchunk, boolean chunk, boolean close, boolean stay) {
        boolean unchanged = length == head.length() && head.minorVersion() == 1 && !chunk && !close && !stay;
        if (!unchanged) {
            int end = held.writerIndex();
            int start = bodyStart - length;
            held.setIndex(start, start);
            HeadWriter.answer(head, unchunk, chunk, close, stay, held);
            held.setIndex(start, end);
        }
    }

    private boolean readBody(ClientConnection asking) {
        ByteBuf held = in;
        if (held == null) {
            return false;
        }
        switch (passing) {
            case RAW -> {
                int length = body.advance(held);
                if (length > 0) {
                    passOn(asking, take(length));
                }
            }
            case IN_CHUNKS -> {
                int length = body.advance(held);
                ByteBuf line = context().alloc().directBuffer(16);
                ByteBufUtil.writeAscii(line, Integer.toHexString(length) + "\r\n");
                asking.pass(line);
                asking.pass(take(length));
                passOn(asking, ByteBufUtil.writeAscii(context().alloc(), "\r\n"));
            }
            case CONTENT -> {
                ByteBuf piece = body.decode(held);
                if (piece.isReadable()) {
                    passOn(asking, piece);
                } else {
                    piece.release();
                }
            }
        }
        if (body.isComplete()) {
            complete(asking);
            return false;
        }
        return true;
    }

    private boolean upgrade(ClientConnection asking) {
        if (!asking.asksForUpgrade()) {
            fail(asking);
            return false;
        }
        asking.answerBegins(101, true);
        passOn(asking, take(head.length()));
        phase = Phase.TUNNEL;
        asking.upgraded();
        return true;
    }

    private void passOn(ClientConnection asking, ByteBuf bytes) {
        slowDown(asking.pass(bytes));
    }

    private void slowDown(boolean keepsUp) {
        if (!keepsUp) {
            reading(false);
        }
    }

    private void complete(ClientConnection asking) {
        boolean reusable = head.isKeepAlive() && asking.isRequestDone() && !hasInput() && isOpen();
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

    /// The client does not want the answer any more.
    void abandon() {
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
    private void fail(ClientConnection asking) {
        boolean begun = phase != Phase.HEAD;
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
        ClientConnection asking = client;
        if (asking != null) {
            asking.upstreamWritable();
        }
    }

    @Override
    void sweep(long now) {
        if (phase == Phase.IDLE
                && client == null
                && now - idleSince > loop.proxy().times().poolIdle()) {
            state.pool(loop.index()).remove(this);
            closeIdle();
        }
    }

    @Override
    void gone() {
        Phase last = phase;
        phase = Phase.CLOSED;
        ClientConnection asking = client;
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

    private void brokeBeforeAnswer(ClientConnection asking) {
        if (answering || !asking.again(reused)) {
            asking.unanswered(502);
        }
    }

    private void brokeWithinAnswer(ClientConnection asking) {
        if (broken || head.framing() != Framing.UNTIL_CLOSE) {
            asking.cut(502);
            return;
        }
        if (passing == Passing.IN_CHUNKS) {
            asking.pass(ByteBufUtil.writeAscii(context().alloc(), "0\r\n\r\n"));
        }
        asking.answered();
    }
}
