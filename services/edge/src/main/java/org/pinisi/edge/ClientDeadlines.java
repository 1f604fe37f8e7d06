package org.pinisi.edge;

import io.netty.channel.ChannelOutboundBuffer;

/// The deadlines of one client connection, looked at in each sweep, so that nothing hangs: neither on a
/// slow or silent client, nor on a silent upstream.
final class ClientDeadlines {
    private final ClientConnection client;
    private final Proxy proxy;
    private long since;
    private long unsent;
    private long unsentSince;
    private boolean said;

    ClientDeadlines(ClientConnection client, LoopState loop) {
        this.client = client;
        this.proxy = loop.proxy();
        this.since = loop.now();
    }

    /// A new phase begins, or something in it that starts its clock again.
    void start(long now) {
        since = now;
    }

    /// The last answer is on its way; only the client's close is awaited.
    void said(long now) {
        said = true;
        since = now;
    }

    void check(long now, ClientPhase phase) {
        Proxy.Times times = client.times();
        switch (phase) {
            case HEAD -> checkHead(now);
            case EXCHANGE -> checkExchange(now, times);
            case DISCARD -> closeAfter(now - client.lastRead, times.bodyIdle());
            case TUNNEL -> closeAfter(now - lastBytes(), times.tunnelIdle());
            case LINGER -> checkLinger(now);
            case FOLDER -> isStuck(now);
            case CONNECTING -> isOverdue(now); // the connect and the queue have deadlines of their own
            case CLOSED -> {
                // nothing is waited for
            }
        }
    }

    private void checkHead(long now) {
        if (pending() > 0) {
            isStuck(now);
            return;
        }
        boolean begun = client.head().isStarted();
        long most = begun || !client.isServed()
                ? proxy.times().head()
                : proxy.times().idle();
        if (now - since > most) {
            if (begun) {
                client.tooSlow();
            } else {
                client.close();
            }
        } else if (!begun && proxy.isStopping()) {
            client.close();
        }
    }

    private void checkExchange(long now, Proxy.Times times) {
        UpstreamCall upstream = client.upstream();
        if (upstream == null || isStuck(now) || isOverdue(now)) {
            return;
        }
        long silence = now - Math.max(lastBytes(), since);
        if (!client.isRequestDone() && upstream.isWritable()) {
            if (silence > times.bodyIdle()) {
                client.tooSlow();
            }
        } else if (!client.isAnswerStarted()) {
            if (silence > times.firstByte()) {
                client.upstreamTooSlow();
            }
        } else if (client.isWritable() && silence > times.answerIdle()) {
            client.cut(504);
        }
    }

    private boolean isOverdue(long now) {
        if (!client.isOverdue(now)) {
            return false;
        }
        if (client.isAnswerStarted()) {
            client.cut(504);
        } else {
            client.upstreamTooSlow();
        }
        return true;
    }

    private void checkLinger(long now) {
        if (said) {
            closeAfter(now - since, proxy.times().linger());
        } else {
            isStuck(now);
        }
    }

    private long lastBytes() {
        UpstreamCall upstream = client.upstream();
        return upstream == null ? client.lastRead : Math.max(client.lastRead, upstream.lastRead());
    }

    /// Whether the client takes nothing of what is written for it; it is cut off in the end.
    private boolean isStuck(long now) {
        long pending = pending();
        if (pending == 0 || pending != unsent) {
            unsent = pending;
            unsentSince = now;
            return false;
        }
        if (now - unsentSince > proxy.times().writeIdle()) {
            client.abort();
            return true;
        }
        return false;
    }

    private long pending() {
        ChannelOutboundBuffer written = client.context().channel().unsafe().outboundBuffer();
        // A file counts for nothing among the pending bytes; its progress shows that it moves.
        return written == null || written.isEmpty()
                ? 0
                : written.totalPendingWriteBytes() + written.currentProgress() + 1;
    }

    private void closeAfter(long passed, long most) {
        if (passed > most) {
            client.close();
        }
    }
}
