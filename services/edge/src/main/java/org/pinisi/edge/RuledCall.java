package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import org.pinisi.http.Fields;
import org.pinisi.http.Framing;

/// A call with a route's rules before it: bounds the request's body, and puts a [RuledDownstream] between
/// the upstream and who asks.
final class RuledCall implements UpstreamCall {
    private final UpstreamCall call;
    private final RuledDownstream rules;
    private final long mostBody;
    private final boolean counts;
    private long body;

    RuledCall(UpstreamCall call, RuledDownstream rules, long mostBody) {
        this.call = call;
        this.rules = rules;
        this.mostBody = mostBody;
        this.counts = mostBody != Long.MAX_VALUE && rules.head().framing() == Framing.CHUNKED;
    }

    @Override
    public void begin(Downstream asking) {
        call.begin(rules);
    }

    /// Pieces are counted without the chunks' frames.
    @Override
    public boolean takesRaw() {
        return !counts && call.takesRaw();
    }

    @Override
    public void raw(ByteBuf bytes) {
        call.raw(bytes);
    }

    @Override
    public void content(ByteBuf piece) {
        body += piece.readableBytes();
        if (body > mostBody) {
            piece.release();
            rules.tooLarge();
            return;
        }
        call.content(piece);
    }

    @Override
    public void trailers(Fields trailers) {
        call.trailers(trailers);
    }

    @Override
    public void requestDone() {
        if (body <= mostBody) {
            call.requestDone();
        }
    }

    @Override
    public void tunnelEnded() {
        call.tunnelEnded();
    }

    @Override
    public void abandon() {
        rules.end();
        call.abandon();
    }

    @Override
    public void reading(boolean on) {
        call.reading(on);
    }

    @Override
    public boolean isWritable() {
        return call.isWritable();
    }

    @Override
    public void flush() {
        call.flush();
    }

    @Override
    public long lastRead() {
        return call.lastRead();
    }
}
