package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A request's body on its way from the event loop to the handler's thread: a bounded queue of slices, read
/// as a stream. The loop stops reading from the socket while the queue is full.
final class BodyQueue extends InputStream {
    private static final int MOST_BYTES = 64 << 10;
    private static final int MOST_PIECES = 256;
    private static final int SMALL = 1 << 10;
    private static final int GATHERED = 4 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>();
    private final long patience;
    private final int bytesPerSecond;
    private final Reader reader;
    private @Nullable Runnable onFirstRead;
    private @Nullable HttpException failure;
    /// The last piece, if it is one of ours with room for more.
    private @Nullable ByteBuf gathering;
    private int queued;
    private long received;
    private long waitedNanos;
    private Fields trailers = Fields.empty();
    private boolean ended;
    private boolean closed;

    /// Hears, on the handler's thread, what leaves the queue.
    interface Reader {
        /// So many bytes were taken or dropped; `wasFull` if the queue was full until now and no longer is.
        void taken(int bytes, boolean wasFull);
    }

    /// The body of a request. `onFirstRead` runs on the reader's thread before its first wait.
    BodyQueue(HttpLimits limits, Runnable onFirstRead, Reader reader) {
        this(limits.bodyIdleTime(), limits.bodyBytesPerSecond(), onFirstRead, reader);
    }

    private BodyQueue(Duration patience, int bytesPerSecond, @Nullable Runnable onFirstRead, Reader reader) {
        this.patience = patience.toNanos();
        this.bytesPerSecond = bytesPerSecond;
        this.onFirstRead = onFirstRead;
        this.reader = reader;
    }

    /// What comes on an upgraded connection.
    static BodyQueue upgraded(HttpLimits limits, Reader reader) {
        return new BodyQueue(limits.upgradeIdleTime(), 0, null, reader);
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

    /// For the loop: takes over the piece; says whether anyone may still read it.
    boolean offer(ByteBuf piece) {
        lock.lock();
        try {
            if (closed) {
                piece.release();
                return false;
            }
            int length = piece.readableBytes();
            queued += length;
            received += length;
            if (length < SMALL) {
                gather(piece, length);
            } else {
                gathering = null;
                pieces.add(piece);
            }
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Copies a small piece behind other small ones, so that a body in tiny pieces does not hold a whole
    /// receive buffer for each.
    private void gather(ByteBuf piece, int length) {
        ByteBuf target = gathering;
        if (target == null || target.writableBytes() < length) {
            target = piece.alloc().heapBuffer(GATHERED, GATHERED);
            pieces.add(target);
            gathering = target;
        }
        target.writeBytes(piece);
        piece.release();
    }

    /// For the loop: the body is complete, without fields behind it.
    void end() {
        end(Fields.empty());
    }

    /// For the loop: the body is complete, with these fields behind it.
    void end(Fields newTrailers) {
        lock.lock();
        try {
            if (!ended) {
                trailers = newTrailers;
            }
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

    /// The fields behind the body; none before all of it was read.
    Fields trailers() {
        lock.lock();
        try {
            return pieces.isEmpty() ? trailers : Fields.empty();
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
                if (pieces.isEmpty()) {
                    gathering = null;
                }
            }
            room = wasFull && queued < MOST_BYTES && pieces.size() < MOST_PIECES;
        } finally {
            lock.unlock();
        }
        reader.taken(taken, room);
        return taken;
    }

    private void awaitPiece() throws IOException {
        long left = patience;
        while (pieces.isEmpty() && !ended) {
            if (closed) {
                throw new IOException("the request's body was closed");
            }
            if (failure != null) {
                throw new HttpException(failure.status(), String.valueOf(failure.getMessage()), failure);
            }
            if (left <= 0) {
                throw new HttpException(408, "nothing came for " + Duration.ofNanos(patience));
            }
            left = await(left);
            if (waitedNanos > patience && received < waitedNanos / 1e9 * bytesPerSecond) {
                throw new HttpException(408, "the body comes slower than " + bytesPerSecond + " bytes a second");
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
        int dropped;
        lock.lock();
        try {
            closed = true;
            dropped = queued;
            pieces.forEach(ByteBuf::release);
            pieces.clear();
            gathering = null;
            queued = 0;
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (dropped > 0) {
            reader.taken(dropped, false);
        }
    }
}
