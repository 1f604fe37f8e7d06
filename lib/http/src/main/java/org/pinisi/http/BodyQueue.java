package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A request's body on its way from the event loop to the handler's thread: a bounded queue of slices, read
/// as a stream. The loop stops reading from the socket while the queue is full.
final class BodyQueue extends InputStream {
    private static final int MOST_BYTES = 64 << 10;
    private static final int MOST_PIECES = 256;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>();
    private final HttpLimits limits;
    private final Runnable onRoom;
    private @Nullable Runnable onFirstRead;
    private @Nullable HttpException failure;
    private int queued;
    private long received;
    private long waitedNanos;
    private boolean ended;
    private boolean closed;

    /// `onFirstRead` runs on the reader's thread before its first wait; `onRoom` whenever a full queue has
    /// room again.
    BodyQueue(HttpLimits limits, Runnable onFirstRead, Runnable onRoom) {
        this.limits = limits;
        this.onFirstRead = onFirstRead;
        this.onRoom = onRoom;
    }

    /// For the loop: whether to hold back further pieces.
    boolean isFull() {
        lock.lock();
        try {
            return !closed && (queued >= MOST_BYTES || pieces.size() >= MOST_PIECES);
        } finally {
            lock.unlock();
        }
    }

    /// For the loop: takes over the piece.
    void offer(ByteBuf piece) {
        lock.lock();
        try {
            if (closed) {
                piece.release();
                return;
            }
            pieces.add(piece);
            queued += piece.readableBytes();
            received += piece.readableBytes();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// For the loop: the body is complete.
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// For the loop: there will be no more, and the reader is to know why.
    void fail(HttpException reason) {
        lock.lock();
        try {
            if (!ended && failure == null) {
                failure = reason;
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        Runnable first = onFirstRead;
        if (first != null) {
            onFirstRead = null;
            first.run();
        }
        boolean room;
        int taken;
        lock.lock();
        try {
            awaitPiece();
            ByteBuf piece = pieces.peek();
            if (piece == null) {
                return -1;
            }
            boolean wasFull = queued >= MOST_BYTES || pieces.size() >= MOST_PIECES;
            taken = Math.min(length, piece.readableBytes());
            piece.readBytes(target, offset, taken);
            queued -= taken;
            if (!piece.isReadable()) {
                pieces.remove().release();
            }
            room = wasFull && queued < MOST_BYTES && pieces.size() < MOST_PIECES;
        } finally {
            lock.unlock();
        }
        if (room) {
            onRoom.run();
        }
        return taken;
    }

    private void awaitPiece() throws IOException {
        long patience = limits.bodyIdleTime().toNanos();
        long left = patience;
        while (pieces.isEmpty() && !ended) {
            if (closed) {
                throw new IOException("the request's body was closed");
            }
            if (failure != null) {
                throw new HttpException(failure.status(), String.valueOf(failure.getMessage()), failure);
            }
            if (left <= 0) {
                throw new HttpException(408, "no part of the body came for " + limits.bodyIdleTime());
            }
            left = await(left);
            if (waitedNanos > patience && received < waitedNanos / 1e9 * limits.bodyBytesPerSecond()) {
                throw new HttpException(
                        408, "the body comes slower than " + limits.bodyBytesPerSecond() + " bytes a second");
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private long await(long nanos) throws IOException {
        try {
            long left = changed.awaitNanos(nanos);
            waitedNanos += nanos - left;
            return left;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException failed = new InterruptedIOException("interrupted while waiting for the body");
            failed.initCause(e);
            throw failed;
        }
    }

    /// Drops what is queued and what will come.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            pieces.forEach(ByteBuf::release);
            pieces.clear();
            queued = 0;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}
