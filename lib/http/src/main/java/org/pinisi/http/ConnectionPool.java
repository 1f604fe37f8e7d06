package org.pinisi.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Kept connections by address: the most recently used is given out first, what idles too long is closed.
/// Thread-safe.
final class ConnectionPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionPool.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Address, Deque<Idle>> idle = new HashMap<>();
    private final int mostPerAddress;
    private final long idleNanos;
    private boolean closed;

    private record Idle(ClientConnection connection, long since) {}

    ConnectionPool(int mostPerAddress, Duration idleTime) {
        this.mostPerAddress = mostPerAddress;
        this.idleNanos = idleTime.toNanos();
    }

    /// A kept connection that looks alive, or null.
    @Nullable
    ClientConnection take(Address address) {
        while (true) {
            ClientConnection found = poll(address);
            if (found == null || !found.isStale()) {
                return found;
            }
            discard(found);
        }
    }

    private @Nullable ClientConnection poll(Address address) {
        lock.lock();
        try {
            Deque<Idle> kept = idle.get(address);
            Idle last = kept == null ? null : kept.pollLast();
            return last == null ? null : last.connection;
        } finally {
            lock.unlock();
        }
    }

    void give(Address address, ClientConnection connection) {
        lock.lock();
        try {
            Deque<Idle> kept = idle.computeIfAbsent(address, _ -> new ArrayDeque<>());
            if (!closed && kept.size() < mostPerAddress) {
                kept.add(new Idle(connection, System.nanoTime()));
                return;
            }
        } finally {
            lock.unlock();
        }
        discard(connection);
    }

    /// Closes what has idled too long.
    void sweep() {
        lock.lock();
        try {
            long now = System.nanoTime();
            Iterator<Deque<Idle>> each = idle.values().iterator();
            while (each.hasNext()) {
                Deque<Idle> kept = each.next();
                while (!kept.isEmpty() && now - kept.getFirst().since > idleNanos) {
                    discard(kept.removeFirst().connection);
                }
                if (kept.isEmpty()) {
                    each.remove();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    static void discard(ClientConnection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("event=close-failed reason=\"{}\"", e.toString());
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            idle.values().forEach(kept -> kept.forEach(entry -> discard(entry.connection)));
            idle.clear();
        } finally {
            lock.unlock();
        }
    }
}
