package org.pinisi.edge;

import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// What one event loop keeps: its connections, a coarse clock, and the sweep over the deadlines. One sweep
/// for all connections costs less than a timer for each request, and an idle loop does not wake at all.
@SuppressWarnings("FutureReturnValueIgnored") // the sweep lives as long as its loop
final class LoopState implements Runnable {
    private static final long SWEEP_MILLIS = 100;

    private final EventLoop loop;
    private final int index;
    private final Proxy proxy;
    private final AccessLog.Lines log;
    private final LoopTally tally = new LoopTally();
    private final RandomGenerator random = new SplittableRandom(new SecureRandom().nextLong());
    private final UpstreamConnector connector;
    private final AnswerHeads answerHeads;
    private final List<Swept> peers = new ArrayList<>();
    private boolean sweeping;
    private long due;
    private long now = System.nanoTime();

    LoopState(EventLoop loop, int index, Proxy proxy, AccessLog.Lines log) {
        this.loop = loop;
        this.index = index;
        this.proxy = proxy;
        this.log = log;
        this.connector = new UpstreamConnector(this);
        this.answerHeads = new AnswerHeads(proxy.answerLimits());
    }

    EventLoop loop() {
        return loop;
    }

    int index() {
        return index;
    }

    Proxy proxy() {
        return proxy;
    }

    UpstreamConnector connector() {
        return connector;
    }

    AnswerHeads answerHeads() {
        return answerHeads;
    }

    AccessLog.Lines log() {
        return log;
    }

    LoopTally tally() {
        return tally;
    }

    /// For ids that must differ and need not be secret.
    RandomGenerator random() {
        return random;
    }

    /// The time of the latest sweep, as `System.nanoTime`; never more than a sweep behind while there are
    /// connections.
    long now() {
        return now;
    }

    void add(Swept peer) {
        peer.slot(peers.size());
        peers.add(peer);
        if (!sweeping) {
            sweeping = true;
            now = System.nanoTime();
            peer.added(now);
            schedule();
        }
    }

    void remove(Swept peer) {
        int slot = peer.slot();
        if (slot < 0) {
            return;
        }
        peer.slot(-1);
        Swept last = peers.removeLast();
        if (last.slot() >= 0) {
            peers.set(slot, last);
            last.slot(slot);
        }
    }

    @Override
    public void run() {
        now = System.nanoTime();
        tally.lag(now - due, now);
        // Backwards, because a sweep may close its connection, which moves the last one into its place.
        for (int i = peers.size() - 1; i >= 0; i--) {
            if (i < peers.size()) {
                peers.get(i).sweep(now);
            }
        }
        log.handOver();
        sweeping = !peers.isEmpty();
        if (sweeping) {
            schedule();
        }
    }

    private void schedule() {
        due = now + TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS);
        loop.schedule(this, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }
}
