package org.pinisi.http;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.StreamByteDistributor;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/// Gives the streams of a connection their turns, each a whole frame as long as windows allow, so that no
/// stream is left with the crumbs of every round.
///
/// Between two flushes only so much is given out: TLS holds back what is not flushed where the channel does not
/// see it, so that without this bound a client with large windows could have all its answers encrypted at
/// once. On the event loop.
final class Http2Turns implements StreamByteDistributor {
    private static final int TURN = 16 << 10;
    private static final int ROUND = 128 << 10;

    private final UniformStreamByteDistributor turns;
    private int left = ROUND;
    private boolean spent;

    Http2Turns(Http2Connection connection) {
        this.turns = new UniformStreamByteDistributor(connection);
        turns.minAllocationChunk(TURN);
    }

    /// What was given out is flushed, or will be at once.
    void refill() {
        left = ROUND;
        spent = false;
    }

    /// Whether more could be given out after a flush.
    boolean isSpent() {
        return spent;
    }

    @Override
    public void updateStreamableBytes(StreamState state) {
        turns.updateStreamableBytes(state);
    }

    @Override
    public void updateDependencyTree(int child, int parent, short weight, boolean exclusive) {
        turns.updateDependencyTree(child, parent, weight, exclusive);
    }

    @Override
    public boolean distribute(int most, Writer writer) throws Http2Exception {
        int allowed = Math.min(most, left);
        int whole = allowed > TURN ? allowed - allowed % TURN : allowed;
        left -= whole;
        boolean more = turns.distribute(whole, writer);
        spent = more && left == 0;
        return more && !spent;
    }
}
