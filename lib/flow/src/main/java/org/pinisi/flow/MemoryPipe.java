package org.pinisi.flow;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A bounded buffer between one who writes and one who reads.
final class MemoryPipe {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final byte[] ring;
    private int start;
    private int count;
    private boolean ended;
    private boolean closed;

    MemoryPipe(int bytes) {
        this.ring = new byte[bytes];
    }

    /// At least one byte, or -1 at the end; with zero patience 0 if there is nothing.
    int read(byte[] target, int offset, int length, Duration patience) throws IOException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (count == 0 && !ended && !closed) {
                if (patience.isZero()) {
                    return 0;
                }
                left = await(left, "nothing came for " + patience);
            }
            if (closed) {
                throw new IOException("closed meanwhile");
            }
            if (count == 0) {
                return -1;
            }
            int taken = Math.min(length, count);
            int first = Math.min(taken, ring.length - start);
            System.arraycopy(ring, start, target, offset, first);
            System.arraycopy(ring, 0, target, offset + first, taken - first);
            start = (start + taken) % ring.length;
            count -= taken;
            changed.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    void write(byte[] source, int offset, int length, Duration patience) throws IOException {
        lock.lock();
        try {
            int done = 0;
            while (done < length) {
                long left = patience.toNanos();
                while (count == ring.length && !closed) {
                    left = await(left, "the peer took nothing for " + patience);
                }
                if (closed || ended) {
                    throw new IOException(closed ? "the peer is gone" : "the output was shut down");
                }
                done += put(source, offset + done, length - done);
            }
        } finally {
            lock.unlock();
        }
    }

    private int put(byte[] source, int offset, int length) {
        int end = (start + count) % ring.length;
        int added = Math.min(Math.min(length, ring.length - count), ring.length - end);
        System.arraycopy(source, offset, ring, end, added);
        count += added;
        changed.signalAll();
        return added;
    }

    @SuppressWarnings("WaitNotInLoop") // the callers loop
    private long await(long left, String timeout) throws IOException {
        try {
            if (left <= 0) {
                throw new SocketTimeoutException(timeout);
            }
            return changed.awaitNanos(left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /// Nothing more will be written; what is there can still be read.
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Nothing can be read or written any more.
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
