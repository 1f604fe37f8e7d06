package org.pinisi.edge;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.FastLanes;
import org.pinisi.http.Http2Gateway;
import org.pinisi.http.Http2Limits;
import org.pinisi.http.Http3Gateway;
import org.pinisi.http.HttpLimits;
import org.pinisi.http.Loops;
import org.pinisi.http.TlsServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What all connections share.
final class Proxy {
    private static final Logger log = LoggerFactory.getLogger(Proxy.class);
    private static final int LARGEST_TARGET = 8 * 1024;

    /// The deadlines in nanoseconds, as the sweep compares them.
    record Times(
            long head,
            long idle,
            long bodyIdle,
            long writeIdle,
            int connectMillis,
            long firstByte,
            long answerIdle,
            long tunnelIdle,
            long poolIdle,
            long linger,
            long exchange) {
        static Times of(EdgeLimits limits) {
            return new Times(
                    limits.headTime().toNanos(),
                    limits.idleTime().toNanos(),
                    limits.bodyIdle().toNanos(),
                    limits.writeIdle().toNanos(),
                    (int) limits.connectTime().toMillis(),
                    limits.firstByteTime().toNanos(),
                    limits.answerIdle().toNanos(),
                    limits.tunnelIdle().toNanos(),
                    limits.poolIdle().toNanos(),
                    Duration.ofSeconds(2).toNanos(),
                    0);
        }

        /// The same with what a route says; `exchange` is 0 for no bound.
        Times with(TimeoutsRule rule) {
            return new Times(
                    head,
                    idle,
                    rule.bodyIdle().map(Duration::toNanos).orElse(bodyIdle),
                    writeIdle,
                    rule.connect().map(time -> (int) time.toMillis()).orElse(connectMillis),
                    rule.firstByte().map(Duration::toNanos).orElse(firstByte),
                    rule.answerIdle().map(Duration::toNanos).orElse(answerIdle),
                    rule.tunnelIdle().map(Duration::toNanos).orElse(tunnelIdle),
                    poolIdle,
                    linger,
                    rule.exchange().map(Duration::toNanos).orElse(0L));
        }
    }

    private final Routes routes;
    private final Reception reception;
    private final Loops loops;
    private final Times times;
    private final HttpLimits requestLimits;
    private final HttpLimits answerLimits;
    private final InstantSource time;
    private final FastLanes lanes;
    private final Http2Gateway http2;
    private final Http2Gateway secureHttp2;
    private final HttpLimits streamLimits;
    private final Http2Limits streams;
    private volatile @Nullable Http3Gateway http3;
    private final boolean clearHttp2;
    private final boolean logging;
    private final int mostClients;
    private final AtomicInteger clients = new AtomicInteger();
    private volatile boolean stopping;
    private volatile Runnable gate = () -> {};

    Proxy(
            Routes routes,
            Reception reception,
            Loops loops,
            EdgeLimits limits,
            EdgeHttp2 http2Settings,
            boolean logging,
            InstantSource time) {
        this.routes = routes;
        this.reception = reception;
        this.loops = loops;
        this.times = Times.of(limits);
        this.logging = logging;
        this.time = time;
        this.lanes = new FastLanes(time, limits.writeIdle());
        this.mostClients = limits.connections();
        HttpLimits usual = HttpLimits.defaults()
                .withHead(limits.headBytes(), Math.min(LARGEST_TARGET, limits.headBytes()), limits.fields());
        this.requestLimits = usual.withBodyBytes(limits.bodyBytes());
        this.streamLimits = requestLimits.withTimes(limits.headTime(), limits.idleTime(), limits.bodyIdle());
        this.streams = Http2Limits.defaults().withStreams(http2Settings.streams(), limits.headBytes());
        this.http2 = new Http2Gateway(streamLimits, streams, time, false);
        this.secureHttp2 = new Http2Gateway(streamLimits, streams, time, true);
        this.clearHttp2 = http2Settings.clear();
        this.answerLimits = usual.withBodyBytes(Long.MAX_VALUE);
    }

    Routes routes() {
        return routes;
    }

    Reception reception() {
        return reception;
    }

    Loops loops() {
        return loops;
    }

    Times times() {
        return times;
    }

    HttpLimits requestLimits() {
        return requestLimits;
    }

    HttpLimits answerLimits() {
        return answerLimits;
    }

    InstantSource time() {
        return time;
    }

    FastLanes lanes() {
        return lanes;
    }

    /// HTTP/2 for clients, with TLS or without.
    Http2Gateway http2(boolean secure) {
        return secure ? secureHttp2 : http2;
    }

    /// Begins to speak HTTP/3 with these certificates; whoever asks opens its sockets and closes it.
    Http3Gateway http3(TlsServer tls) {
        Http3Gateway made = new Http3Gateway(tls, streamLimits, streams, time);
        http3 = made;
        return made;
    }

    /// Whether clients in clear may speak HTTP/2.
    boolean takesClearHttp2() {
        return clearHttp2;
    }

    boolean isLogging() {
        return logging;
    }

    boolean isStopping() {
        return stopping;
    }

    void stop() {
        stopping = true;
        http2.drain();
        secureHttp2.drain();
        Http3Gateway spoken = http3;
        if (spoken != null) {
            spoken.drain();
        }
    }

    int clients() {
        return clients.get();
    }

    boolean isFull() {
        return clients.get() >= mostClients;
    }

    /// Sets what opens or shuts the listeners when the number of clients crosses the limit.
    void gate(Runnable newGate) {
        gate = newGate;
    }

    void clientOpened() {
        if (clients.incrementAndGet() >= mostClients) {
            gate.run();
        }
    }

    void clientClosed() {
        int left = clients.decrementAndGet();
        if (left == mostClients - 1) {
            gate.run();
        }
        if (left == 0 && stopping) {
            synchronized (clients) {
                clients.notifyAll();
            }
        }
    }

    /// Waits for the last client to leave; says whether it did in time.
    boolean awaitNoClients(Duration most) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        synchronized (clients) {
            while (clients.get() > 0) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                clients.wait(left);
            }
        }
        return true;
    }

    /// A defect of ours on one connection, which is closed for it.
    void unexpected(Throwable defect) {
        log.error("event=edge-connection-failed cause=\"{}\"", defect, defect);
    }
}
