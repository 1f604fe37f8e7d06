package org.pinisi.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the connections of one server share.
final class ServerCore {
    final Handler handler;
    final @Nullable FastPath fastPath;
    final HttpLimits limits;
    final Http2Limits http2;
    private final Protocols protocols;
    final HttpDate date;
    final Duration heartbeat;
    final ThreadFactory threads;
    final FastLanes lanes;
    final Semaphore handlers;
    private final Set<ServedConnection> connections = ConcurrentHashMap.newKeySet();
    private final Semaphore places;
    private volatile boolean draining;

    ServerCore(
            String name,
            Handler handler,
            @Nullable FastPath fastPath,
            HttpLimits limits,
            Http2Limits http2,
            Protocols protocols,
            HttpDate date,
            Duration heartbeat) {
        this.handler = handler;
        this.fastPath = fastPath;
        this.limits = limits;
        this.http2 = http2;
        this.protocols = protocols;
        this.date = date;
        this.heartbeat = heartbeat;
        this.threads = Thread.ofVirtual().name(name + "-request-", 1).factory();
        this.lanes = new FastLanes(
                date,
                limits.idleTime(),
                Thread.ofVirtual().name(name + "-file-", 1).factory());
        this.handlers = new Semaphore(limits.handlers());
        this.places = new Semaphore(limits.connections());
    }

    /// What the server's connections speak: over TLS or not at all, and HTTP/2 beside HTTP/1.1 or not.
    record Protocols(boolean secure, boolean http2) {
        /// For ALPN (RFC 7301), the preferred one first.
        List<String> names() {
            return http2 ? List.of("h2", "http/1.1") : List.of("http/1.1");
        }
    }

    /// Whether every connection comes over TLS.
    boolean isSecure() {
        return protocols.secure;
    }

    Protocols protocols() {
        return protocols;
    }

    /// HTTP for a connection whose client has agreed to this protocol, or to none.
    ChannelHandler agreed(Channel channel, @Nullable String protocol) {
        return protocols.http2 && "h2".equals(protocol)
                ? Http2Servers.open(this, channel)
                : new ServerConnection(this, channel);
    }

    boolean admit(ServedConnection connection) {
        if (!places.tryAcquire()) {
            return false;
        }
        connections.add(connection);
        return true;
    }

    void leave(ServedConnection connection) {
        if (connections.remove(connection)) {
            places.release();
        }
    }

    int connections() {
        return connections.size();
    }

    boolean isDraining() {
        return draining;
    }

    void drain() {
        draining = true;
        connections.forEach(ServedConnection::drain);
    }

    void abort() {
        connections.forEach(ServedConnection::abort);
    }

    /// Waits until every connection is closed and every handler has returned.
    boolean awaitEmpty(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        return awaitAll(places, limits.connections(), deadline) && awaitAll(handlers, limits.handlers(), deadline);
    }

    private static boolean awaitAll(Semaphore semaphore, int all, long deadline) throws InterruptedException {
        if (!semaphore.tryAcquire(all, deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        semaphore.release(all);
        return true;
    }
}
