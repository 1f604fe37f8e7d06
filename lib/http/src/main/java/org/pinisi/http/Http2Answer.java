package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// An answer over HTTP/2: what a handler's thread writes is queued, up to a bound, and taken to the stream by
/// the event loop, many pieces at a time.
final class Http2Answer implements AnswerSink {
    private static final int FILE_PIECE = 64 << 10;
    private static final int INTERIM = 100;
    private static final int SUCCESS = 200;

    private final Http2ServerConnection connection;
    private final Http2ServerStream stream;
    private final EventLoop loop;
    private final ServerCore core;
    private final boolean expectsContinue;
    private final @Nullable BodyQueue tunnel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private List<Step> steps = new ArrayList<>();
    private boolean started;
    private long queued;
    private long sent;
    private boolean gone;

    private sealed interface Step {
        record Head(ByteBuf block, boolean interim, boolean end) implements Step {}

        record Piece(ByteBuf bytes, Http2Piece.End end) implements Step {}

        record Cut() implements Step {}
    }

    /// `tunnel` is what comes after an upgrade (RFC 8441), if the request asks for one.
    Http2Answer(
            Http2ServerConnection connection,
            Http2ServerStream stream,
            ServerCore core,
            boolean expectsContinue,
            @Nullable BodyQueue tunnel) {
        this.connection = connection;
        this.stream = stream;
        this.core = core;
        this.expectsContinue = expectsContinue;
        this.tunnel = tunnel;
        this.loop = connection.loop();
    }

    @Override
    public ByteBufAllocator allocator() {
        return connection.allocator();
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void bodyWanted() {
        if (expectsContinue && !started) {
            ByteBuf block = allocator().buffer();
            HeaderBlock.status(block, INTERIM);
            add(new Step.Head(block, true, false));
        }
    }

    @Override
    public void whole(Response response, long length, byte[] body, int count) throws IOException {
        if (count == 0) {
            head(response, length, true);
        } else if (count <= core.http2.queuedBytes()) {
            head(response, length, false);
            add(new Step.Piece(Unpooled.wrappedBuffer(body, 0, count), Http2Piece.End.STREAM));
        } else {
            start(response, length);
            for (int from = 0; from < count; from += FILE_PIECE) {
                write(Unpooled.wrappedBuffer(body, from, Math.min(FILE_PIECE, count - from)));
            }
            end(Fields.empty());
        }
    }

    @Override
    public void start(Response response, long length) {
        head(response, length, false);
    }

    @Override
    public void write(ByteBuf piece) throws IOException {
        boolean taken = false;
        try {
            awaitRoom();
            taken = true;
        } finally {
            if (!taken) {
                piece.release();
            }
        }
        add(new Step.Piece(piece, Http2Piece.End.NONE));
    }

    @Override
    public void write(FileChannel file, long length) throws IOException {
        write(file, 0, length);
    }

    /// `length` bytes of the file from `offset` on; closes it.
    void write(FileChannel file, long offset, long length) throws IOException {
        try (file) {
            long end = offset + length;
            for (long from = offset; from < end; ) {
                int wanted = (int) Math.min(FILE_PIECE, end - from);
                write(read(file, from, wanted));
                from += wanted;
            }
        }
    }

    private ByteBuf read(FileChannel file, long from, int length) throws IOException {
        ByteBuf piece = allocator().directBuffer(length);
        boolean filled = false;
        try {
            while (piece.readableBytes() < length) {
                if (piece.writeBytes(file, from + piece.readableBytes(), length - piece.readableBytes()) < 0) {
                    throw new IOException("the file became shorter while it was sent");
                }
            }
            filled = true;
            return piece;
        } finally {
            if (!filled) {
                piece.release();
            }
        }
    }

    @Override
    public void offer(ByteBuf piece) {
        boolean busy;
        lock.lock();
        try {
            busy = queued > 0;
        } finally {
            lock.unlock();
        }
        if (busy) {
            piece.release();
        } else {
            add(new Step.Piece(piece, Http2Piece.End.NONE));
        }
    }

    @Override
    public void end(Fields trailers) {
        if (trailers.all().isEmpty()) {
            add(new Step.Piece(Unpooled.EMPTY_BUFFER, Http2Piece.End.STREAM));
            return;
        }
        ByteBuf block = allocator().buffer();
        HeaderBlock.fields(block, trailers);
        add(new Step.Piece(block, Http2Piece.End.TRAILERS));
    }

    @Override
    public boolean takesTrailers() {
        return true;
    }

    @Override
    public BodyQueue upgrade(String protocol, Fields fields) {
        BodyQueue known = tunnel;
        if (known == null) {
            throw new IllegalStateException("a request without :protocol asks for no upgrade to " + protocol);
        }
        started = true;
        ByteBuf block = allocator().buffer();
        HeaderBlock.status(block, SUCCESS);
        HeaderBlock.date(block, core.date);
        HeaderBlock.fields(block, fields);
        add(new Step.Head(block, false, false));
        return known;
    }

    @Override
    public void cut() {
        add(new Step.Cut());
    }

    @Override
    public boolean isFinished() {
        return stream.isAnswered();
    }

    private void head(Response response, long length, boolean end) {
        started = true;
        ByteBuf block = allocator().buffer();
        HeaderBlock.status(block, response.status());
        HeaderBlock.date(block, core.date);
        HeaderBlock.fields(block, response.fields());
        if (length >= 0) {
            HeaderBlock.field(block, "content-length", Long.toString(length));
        }
        add(new Step.Head(block, false, end));
    }

    /// The head of a prepared answer whose body follows, or all of it if its body is in memory.
    void prepared(PreparedAnswer answer) {
        started = true;
        byte[] fields = answer.block();
        ByteBuf block =
                allocator().buffer(fields.length + HeaderBlock.DATE_LENGTH).writeBytes(fields);
        HeaderBlock.date(block, core.date);
        add(new Step.Head(block, false, false));
        if (answer.body() instanceof PreparedAnswer.Body.Memory(ByteBuf bytes)) {
            add(new Step.Piece(bytes.duplicate(), Http2Piece.End.STREAM));
        }
    }

    private void awaitRoom() throws IOException {
        Duration patience = core.limits.idleTime();
        lock.lock();
        try {
            long left = patience.toNanos();
            long before = sent;
            while (!gone && queued >= core.http2.queuedBytes()) {
                if (left <= 0) {
                    throw new ClientLostException("the client took nothing for " + patience);
                }
                left = changed.awaitNanos(left);
                if (sent != before) {
                    before = sent;
                    left = patience.toNanos();
                }
            }
            if (gone) {
                throw new ClientLostException("the client is gone");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException failure = new InterruptedIOException("interrupted while writing the answer");
            failure.initCause(e);
            throw failure;
        } finally {
            lock.unlock();
        }
    }

    /// Queues a step, and sees that the loop comes for it.
    private void add(Step step) {
        boolean first;
        lock.lock();
        try {
            if (gone) {
                drop(step);
                return;
            }
            first = steps.isEmpty();
            steps.add(step);
            queued += size(step);
        } finally {
            lock.unlock();
        }
        if (first) {
            try {
                loop.execute(this::take);
            } catch (RejectedExecutionException _) {
                gone();
            }
        }
    }

    private static int size(Step step) {
        return step instanceof Step.Piece(ByteBuf bytes, Http2Piece.End end) && end != Http2Piece.End.TRAILERS
                ? bytes.readableBytes()
                : 0;
    }

    private static void drop(Step step) {
        switch (step) {
            case Step.Head(ByteBuf block, boolean _, boolean _) -> block.release();
            case Step.Piece(ByteBuf bytes, Http2Piece.End _) -> bytes.release();
            case Step.Cut() -> {}
        }
    }

    /// On the loop.
    private void take() {
        List<Step> taken;
        lock.lock();
        try {
            taken = steps;
            steps = new ArrayList<>();
        } finally {
            lock.unlock();
        }
        for (Step step : taken) {
            if (!Http2Output.isOpen(stream.stream())) {
                drop(step);
                continue;
            }
            switch (step) {
                case Step.Head(ByteBuf block, boolean interim, boolean end) ->
                    connection.head(stream, block, interim, end);
                case Step.Piece(ByteBuf bytes, Http2Piece.End end) -> connection.body(stream, bytes, end);
                case Step.Cut() -> connection.cut(stream);
            }
        }
        connection.flushSoon();
    }

    /// On the loop: so many bytes have left.
    void sent(int bytes) {
        lock.lock();
        try {
            queued -= bytes;
            sent += bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// On the loop: the stream is closed.
    void gone() {
        List<Step> left;
        lock.lock();
        try {
            gone = true;
            left = steps;
            steps = new ArrayList<>();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        left.forEach(Http2Answer::drop);
    }
}
