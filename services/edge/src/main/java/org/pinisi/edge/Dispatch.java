package org.pinisi.edge;

import org.jspecify.annotations.Nullable;

/// Finds the upstream connection for a request: whose turn it is, an idle connection or a new one, and what to try
/// when that fails. One for each client connection or stream; holds the count of requests under way from the choice to
/// the end.
final class Dispatch implements UpstreamConnector.Waiting {
    private static final int MOST_MOVES = 3;
    private static final long SAFE_IDLE = 1_000_000_000L;

    private final Downstream client;
    private final LoopState loop;
    private @Nullable UpstreamState chosen;
    private @Nullable RouteEntry route;
    private UpstreamConnector.@Nullable Attempt connecting;
    private int first;
    private int tried;
    private int moved;
    private boolean timedOut;
    private boolean resent;

    Dispatch(Downstream client, LoopState loop) {
        this.client = client;
        this.loop = loop;
    }

    /// Starts with the upstream whose turn it is; ends in [Downstream#connected] or
    /// [Downstream#unanswered].
    void begin(RouteEntry entry) {
        route = entry;
        first = entry.nextTurn();
        tried = 0;
        timedOut = false;
        resent = false;
        moved = 0;
        attempt(false);
    }

    private void attempt(boolean fresh) {
        RouteEntry entry = route;
        int count = entry == null ? 0 : entry.upstreamCount();
        if (entry == null || tried >= count) {
            release();
            client.account()
                    .why(count == 0 ? Fault.NO_UPSTREAM : timedOut ? Fault.CONNECT_TIMED_OUT : Fault.CONNECT_FAILED);
            client.unanswered(count == 0 ? 503 : timedOut ? 504 : 502);
            return;
        }
        UpstreamState next = entry.upstream((first + tried) % count);
        choose(next);
        if (!fresh) {
            // A request that must not be sent twice gets no connection that its server may just be closing.
            boolean repeatable = client.isIdempotent() && !client.hasBody();
            long longest = repeatable ? loop.proxy().times().poolIdle() : SAFE_IDLE;
            boolean upgrade = HeadWriter.upgrades(client.head());
            UpstreamCall pooled = loop.connector().ready(next, longest, upgrade);
            if (pooled != null) {
                client.connected(pooled);
                return;
            }
        }
        connect(next);
    }

    private void connect(UpstreamState next) {
        if (next.isUnresolved()) {
            nextAttempt();
            return;
        }
        UpstreamConnector.Attempt attempt = new UpstreamConnector.Attempt(this, HeadWriter.upgrades(client.head()));
        connecting = attempt;
        client.account().connecting();
        loop.connector().connect(next, attempt);
    }

    @Override
    public void connected(UpstreamCall call) {
        connecting = null;
        client.account().connected();
        client.connected(call);
        client.flushAll();
    }

    @Override
    public void failed(boolean late) {
        connecting = null;
        timedOut |= late;
        nextAttempt();
        client.flushAll();
    }

    private void nextAttempt() {
        release();
        tried++;
        follow();
        RouteEntry entry = route;
        if (entry != null && tried < entry.upstreamCount()) {
            entry.counters().retried();
        }
        attempt(false);
    }

    /// Takes the route as it is now: the upstream that failed may have been replaced meanwhile.
    private void follow() {
        RouteEntry now = loop.proxy().routes().current(client.head());
        if (now == null || now == route || moved == MOST_MOVES || now.folder() != null) {
            return;
        }
        moved++;
        route = now;
        first = now.nextTurn();
        tried = 0;
    }

    /// The connection broke before any byte of an answer. Sends the request again when that is safe.
    ///
    /// @return false when it is not safe
    boolean again(boolean reused) {
        RouteEntry entry = route;
        if (entry == null || !reused || resent || !client.isIdempotent() || client.isBodyStarted()) {
            return false;
        }
        resent = true;
        UpstreamState held = chosen;
        if (held != null) {
            held.tally().retried();
        }
        entry.counters().retried();
        release();
        follow();
        client.reconnecting();
        attempt(true);
        return true;
    }

    private void choose(UpstreamState next) {
        release();
        next.acquire();
        client.account().tried();
        chosen = next;
    }

    private void release() {
        UpstreamState held = chosen;
        if (held != null) {
            chosen = null;
            held.release();
        }
    }

    /// The request has ended; returns the upstream that had it, if one had.
    @Nullable
    UpstreamState finish() {
        UpstreamState held = chosen;
        release();
        route = null;
        return held;
    }

    /// The client does not wait any more.
    void cancel() {
        UpstreamConnector.Attempt attempt = connecting;
        if (attempt != null) {
            connecting = null;
            attempt.cancel();
        }
    }
}
