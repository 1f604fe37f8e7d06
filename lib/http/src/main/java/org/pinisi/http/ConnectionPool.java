package org.pinisi.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Kept connections by origin. Of those that take one request at a time (HTTP/1.1) the most recently used
/// is given out first; those that take many (HTTP/2) stay here and are shared. What idles too long is
/// closed. Thread-safe.
final class ConnectionPool implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final Map<Origin, Kept> origins = new HashMap<>();
    private final int mostPerOrigin;
    private final long idleNanos;
    private boolean sweeping;
    private boolean closed;

    private record Idle(ClientConnection connection, long since) {}

    private static final class Kept {
        final Deque<Idle> idle = new ArrayDeque<>();
        final List<Http2Client> shared = new ArrayList<>();

        @Nullable
        Http2Client reserved() {
            for (Http2Client each : shared) {
                if (each.reserve()) {
                    return each;
                }
            }
            return null;
        }
    }

    ConnectionPool(int mostPerOrigin, Duration idleTime) {
        this.mostPerOrigin = mostPerOrigin;
        this.idleNanos = idleTime.toNanos();
    }

    /// A kept connection that looks alive and takes one more request, or null.
    @Nullable
    ClientLink take(Origin origin) {
        while (true) {
            ClientLink found = poll(origin);
            if (!(found instanceof ClientConnection connection) || !connection.isStale()) {
                return found;
            }
            found.close();
        }
    }

    /// A kept connection that many share and that takes one more request, or null.
    @Nullable
    Http2Client takeShared(Origin origin) {
        lock.lock();
        try {
            Kept kept = origins.get(origin);
            return kept == null ? null : kept.reserved();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable ClientLink poll(Origin origin) {
        lock.lock();
        try {
            Kept kept = origins.get(origin);
            if (kept == null) {
                return null;
            }
            Http2Client shared = kept.reserved();
            if (shared != null) {
                return shared;
            }
            Idle last = kept.idle.pollLast();
            return last == null ? null : last.connection;
        } finally {
            lock.unlock();
        }
    }

    void give(Origin origin, ClientConnection connection) {
        lock.lock();
        try {
            Kept kept = origins.computeIfAbsent(origin, _ -> new Kept());
            if (!closed && kept.idle.size() < mostPerOrigin) {
                kept.idle.add(new Idle(connection, System.nanoTime()));
                startSweeping();
                return;
            }
        } finally {
            lock.unlock();
        }
        connection.close();
    }

    /// From now on others may use it as well.
    void share(Origin origin, Http2Client connection) {
        lock.lock();
        try {
            if (!closed) {
                origins.computeIfAbsent(origin, _ -> new Kept()).shared.add(connection);
                startSweeping();
                return;
            }
        } finally {
            lock.unlock();
        }
        connection.close();
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void startSweeping() {
        if (!sweeping) {
            sweeping = true;
            Thread.ofVirtual().name("http-client-sweeper").start(this::sweepUntilEmpty);
        }
    }

    private void sweepUntilEmpty() {
        try {
            for (List<ClientLink> over = nextToClose(); !over.isEmpty() || isKeepingAny(); over = nextToClose()) {
                over.forEach(ClientLink::close);
            }
        } catch (InterruptedException _) {
            // Nobody interrupts this thread; if someone did, what is kept would be closed with the pool.
            Thread.currentThread().interrupt();
        }
    }

    private boolean isKeepingAny() {
        lock.lock();
        try {
            sweeping = !origins.isEmpty();
            return sweeping;
        } finally {
            lock.unlock();
        }
    }

    private List<ClientLink> nextToClose() throws InterruptedException {
        lock.lock();
        try {
            long left = idleNanos;
            while (left > 0 && !closed) {
                left = closing.awaitNanos(left);
            }
            List<ClientLink> over = new ArrayList<>();
            long now = System.nanoTime();
            for (Kept kept : origins.values()) {
                while (!kept.idle.isEmpty() && now - kept.idle.getFirst().since > idleNanos) {
                    over.add(kept.idle.removeFirst().connection);
                }
                kept.shared.removeIf(connection -> connection.isOver(now, idleNanos) && over.add(connection));
            }
            origins.values().removeIf(kept -> kept.idle.isEmpty() && kept.shared.isEmpty());
            return over;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            for (Kept kept : origins.values()) {
                kept.idle.forEach(entry -> entry.connection.close());
                kept.shared.forEach(Http2Client::close);
            }
            origins.clear();
            closing.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// How many connections are kept, of either kind.
    int size() {
        lock.lock();
        try {
            return origins.values().stream()
                    .mapToInt(kept -> kept.idle.size() + kept.shared.size())
                    .sum();
        } finally {
            lock.unlock();
        }
    }
}
