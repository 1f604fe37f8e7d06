package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.quic.QuicChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Offers the requests of one HTTP/3 connection to a [FastPath] and sends its answers. On the event loop; a
/// file is read in pieces on a virtual thread.
final class Http3FastLane {
    private static final Logger LOG = LoggerFactory.getLogger(Http3FastLane.class);
    private static final int PIECES_AHEAD = 2;

    private final ServerCore core;
    private final EventLoop loop;
    private final ByteBufAllocator allocator;
    private final Http2FastRequest request;

    Http3FastLane(ServerCore core, QuicChannel connection, @Nullable InetSocketAddress from) {
        this.core = core;
        this.loop = connection.eventLoop();
        this.allocator = connection.alloc();
        this.request = new Http2FastRequest(from, true);
    }

    /// Offers a request without a body; whether it was taken.
    boolean offer(FastPath path, Http3LoopStream stream, Http2Headers list) {
        Reply reply = new Reply(stream, Http2ServerConnection.isHead(list));
        boolean taken = false;
        request.show(list);
        try {
            taken = path.answer(request, reply);
        } finally {
            request.hide();
            reply.offered(taken);
        }
        return taken;
    }

    private final class Reply implements FastReply {
        private final AtomicBoolean used = new AtomicBoolean();
        private final Http3LoopStream stream;
        private final boolean toHead;
        private boolean offering = true;
        private @Nullable PreparedAnswer early;

        Reply(Http3LoopStream stream, boolean toHead) {
            this.stream = stream;
            this.toHead = toHead;
        }

        @Override
        public void send(PreparedAnswer given) {
            requireNonNull(given, "answer");
            if (!used.compareAndSet(false, true)) {
                throw new IllegalStateException("the request is answered already");
            }
            if (loop.inEventLoop() && offering) {
                early = given;
                return;
            }
            try {
                loop.execute(() -> {
                    stream.await(false);
                    sendNow(given);
                });
            } catch (RejectedExecutionException e) {
                LOG.debug("event=answer-dropped reason=\"{}\"", e.toString());
            }
        }

        void offered(boolean taken) {
            offering = false;
            PreparedAnswer known = early;
            if (!taken) {
                used.set(true);
            } else if (known != null) {
                sendNow(known);
            } else {
                stream.await(true);
            }
        }

        private void sendNow(PreparedAnswer answer) {
            if (!stream.isOpen()) {
                return;
            }
            if (answer.body() instanceof PreparedAnswer.Body.File file && !toHead && answer.length() > 0) {
                core.lanes
                        .threads
                        .newThread(() -> sendFile(answer, file, stream))
                        .start();
            } else {
                stream.begin(answer, toHead);
            }
        }
    }

    // ---- files; on a virtual thread

    private void sendFile(PreparedAnswer answer, PreparedAnswer.Body.File file, Http3LoopStream stream) {
        FileChannel channel;
        try {
            channel = FileChannel.open(file.path(), StandardOpenOption.READ);
        } catch (IOException failure) {
            LOG.error("event=file-unreadable file={} reason=\"{}\"", file.path(), failure.toString());
            run(() -> begin(Http2FastLane.UNREADABLE, stream));
            return;
        }
        try (channel) {
            run(() -> begin(answer, stream));
            sendPieces(file, channel, stream);
            run(() -> {
                stream.end();
                stream.flush();
            });
        } catch (IOException failure) {
            LOG.debug("event=answer-cut file={} reason=\"{}\"", file.path(), failure.toString());
            run(() -> stream.reset(Http2Frame.INTERNAL_ERROR));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            run(() -> stream.reset(Http2Frame.INTERNAL_ERROR));
        }
    }

    private static void begin(PreparedAnswer answer, Http3LoopStream stream) {
        if (stream.isOpen()) {
            stream.begin(answer, false);
        }
    }

    private void sendPieces(PreparedAnswer.Body.File file, FileChannel channel, Http3LoopStream stream)
            throws IOException, InterruptedException {
        Semaphore ahead = new Semaphore(PIECES_AHEAD);
        long end = file.offset() + file.length();
        for (long at = file.offset(); at < end && stream.isOpen(); at += FilePieces.LENGTH) {
            if (!ahead.tryAcquire(core.limits.idleTime().toNanos(), TimeUnit.NANOSECONDS)) {
                run(() -> stream.reset(Http2Frame.CANCEL));
                return;
            }
            ByteBuf piece = FilePieces.read(allocator, channel, at, (int) Math.min(FilePieces.LENGTH, end - at));
            if (!run(() -> stream.piece(piece, ahead))) {
                piece.release();
            }
        }
    }

    private boolean run(Runnable step) {
        try {
            loop.execute(step);
            return true;
        } catch (RejectedExecutionException e) {
            LOG.debug("event=answer-dropped reason=\"{}\"", e.toString());
            return false;
        }
    }
}
