package org.pinisi.flow;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Where flows inside this program are accepted. Thread-safe.
public final class MemoryListener implements AutoCloseable {
    private static final int BACKLOG = 128;

    private final BlockingQueue<Flow> waiting = new LinkedBlockingQueue<>(BACKLOG);
    private volatile boolean closed;

    public MemoryListener() {}

    /// A new connection's near end.
    ///
    /// @throws IOException if this is closed or 128 connections wait to be accepted
    public Flow connect() throws IOException {
        Flow[] pair = Flows.pair();
        if (closed || !waiting.offer(pair[1])) {
            throw new IOException(closed ? "memory: the listener is closed" : "memory: the listener's queue is full");
        }
        return pair[0];
    }

    /// The far end of the next connection, empty if none comes in time.
    public Optional<Flow> accept(Duration patience) throws InterruptedException {
        return Optional.ofNullable(waiting.poll(patience.toNanos(), TimeUnit.NANOSECONDS));
    }

    /// Closes what was not accepted.
    @Override
    public void close() {
        closed = true;
        for (Flow flow = waiting.poll(); flow != null; flow = waiting.poll()) {
            flow.close();
        }
    }
}
