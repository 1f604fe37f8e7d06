package org.pinisi.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pinisi.flow.Flow;

/// Sends a connection's frames in the order they were given, many at once where many wait. A thread of
/// its own does the writing, so that the one who reads the connection never waits for a server that does
/// not read.
final class Http2ClientWriter {
    /// What may wait before the senders of bodies must.
    private static final int MOST_WAITING = 256 << 10;

    /// What may wait in any case: frames that answer the server's own are not held back, and a server
    /// that asks for them and does not read them is cut off.
    private static final int MOST_EVER = 4 << 20;

    private static final int BATCH = 128 << 10;

    private final Flow flow;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition emptied = lock.newCondition();
    private final Deque<byte[]> frames = new ArrayDeque<>();
    private final byte[] batch = new byte[BATCH];
    private int waiting;
    private boolean ending;
    private boolean closed;

    Http2ClientWriter(Flow flow) {
        this.flow = flow;
    }

    /// Writes until it is closed, or ended and all is written.
    void run() throws IOException {
        try {
            for (int length = gather(); length >= 0; length = gather()) {
                flow.write(batch, 0, length);
            }
        } finally {
            close();
        }
    }

    private int gather() throws IOException {
        lock.lock();
        try {
            while (frames.isEmpty() && !closed) {
                if (ending) {
                    return -1;
                }
                filled.await();
            }
            if (closed) {
                return -1;
            }
            int length = 0;
            for (byte[] next = fitting(length); next != null; next = fitting(length)) {
                System.arraycopy(next, 0, batch, length, next.length);
                length += next.length;
            }
            waiting -= length;
            emptied.signalAll();
            return length;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    private byte @Nullable [] fitting(int length) {
        byte[] next = frames.peek();
        if (next == null || length + next.length > BATCH) {
            return null;
        }
        return frames.poll();
    }

    /// Never waits.
    ///
    /// @return false if so much waits already that the server cannot be reading
    boolean put(byte[] frame) {
        lock.lock();
        try {
            if (closed || ending) {
                return true;
            }
            if (waiting > MOST_EVER) {
                return false;
            }
            frames.add(frame);
            waiting += frame.length;
            filled.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until there is room for more of a body.
    void awaitRoom(Duration patience) throws IOException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (waiting > MOST_WAITING && !closed) {
                if (left <= 0) {
                    throw new ClientLink.TimeoutException("the server took nothing for " + patience);
                }
                left = emptied.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more; what waits is still written.
    void end() {
        lock.lock();
        try {
            ending = true;
            filled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            frames.clear();
            filled.signalAll();
            emptied.signalAll();
        } finally {
            lock.unlock();
        }
    }

    static InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("interrupted");
        interrupted.initCause(cause);
        return interrupted;
    }
}
