package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// What a server knows of one open stream beside its protocol state: who answers it, and how the answer gets
/// on. On the event loop.
final class Http2ServerStream implements Http2Sending {
    private final Http2Stream stream;
    private final long mostReceived;
    private @Nullable Exchange exchange;
    private @Nullable BodyQueue tunnel;
    private @Nullable Http2Answer answer;
    private @Nullable Http2LoopStream proxied;
    private @Nullable Head head;
    private boolean answered;
    private boolean awaited;
    private long received;
    private long drained;
    private long sent;
    private long sentBefore;
    private boolean pendingBefore;

    Http2ServerStream(Http2Stream stream, HttpLimits limits) {
        this.stream = stream;
        this.mostReceived = limits.bodyBytes();
    }

    @Override
    public Http2Stream stream() {
        return stream;
    }

    /// A proxy answers, piece by piece.
    void begin(Http2LoopStream newProxied, Head itsHead) {
        proxied = newProxied;
        head = itsHead;
    }

    /// The parser, which nobody needs any more.
    @Nullable
    Head takeHead() {
        Head taken = head;
        head = null;
        return taken;
    }

    @Nullable
    Http2LoopStream proxied() {
        return proxied;
    }

    /// A handler answers. What the client sends goes to the tunnel, if there is one, else it is the body.
    void begin(Exchange newExchange, Http2Answer newAnswer, @Nullable BodyQueue newTunnel) {
        exchange = newExchange;
        answer = newAnswer;
        tunnel = newTunnel;
        if (newTunnel != null) {
            newExchange.body().end();
        }
    }

    /// A thread of the fast path answers.
    void begin(Http2Answer newAnswer) {
        answer = newAnswer;
    }

    /// Whether the fast path still owes the answer.
    void await(boolean newAwaited) {
        awaited = newAwaited;
    }

    /// Takes a piece of the body, which stays the caller's; returns how many of its bytes are done with.
    int receive(ByteBuf data) {
        int length = data.readableBytes();
        if (answered) {
            drained += length;
            return length;
        }
        Http2LoopStream passed = proxied;
        if (passed != null) {
            return passed.receive(data);
        }
        Exchange current = exchange;
        BodyQueue known = tunnel;
        if (known != null) {
            return known.offer(data.retain()) ? 0 : length;
        }
        received += length;
        if (current == null || length == 0) {
            return length;
        }
        if (received > mostReceived) {
            current.body().fail(new HttpException(413, "the body is larger than " + mostReceived + " bytes"));
            return length;
        }
        return current.body().offer(data.retain()) ? 0 : length;
    }

    /// How many bytes came after the answer's end.
    long drained() {
        return drained;
    }

    /// The request's last byte has come.
    void receivedAll() {
        receivedAll(Fields.empty());
    }

    void receivedAll(Fields trailers) {
        if (proxied != null) {
            proxied.receiveEnd(trailers);
        } else if (tunnel != null) {
            tunnel.end();
        } else if (exchange != null) {
            exchange.body().end();
        }
    }

    @Override
    public void sent(int bytes) {
        sent += bytes;
        if (answer != null) {
            answer.sent(bytes);
        }
    }

    /// So many bytes have left that were not queued in the answer, but read when their turn came.
    void sentUnqueued(int bytes) {
        sent += bytes;
    }

    @Override
    public void answered() {
        answered = true;
    }

    boolean isAnswered() {
        return answered;
    }

    /// The stream is closed, by whatever.
    void closed(long code) {
        if (proxied != null) {
            proxied.close(code);
        }
        if (answer != null) {
            answer.gone();
        }
        if (exchange != null) {
            exchange.abort();
        }
        if (tunnel != null) {
            tunnel.close();
        }
    }

    /// Asked once in a period: whether an answer was ready all the time and the client took less than `least`
    /// bytes of it, or the fast path owed it, or the client went on after its end.
    boolean isStalled(boolean pending, long least) {
        boolean stuck = pending || awaited || answered;
        boolean stalled = stuck && pendingBefore && sent - sentBefore < least;
        pendingBefore = stuck;
        sentBefore = sent;
        return stalled;
    }
}
