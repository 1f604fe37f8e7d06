package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultFileRegion;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Offers the requests of one HTTP/1.1 connection to a [FastPath] and writes its answers. One object serves
/// the whole connection, on its event loop.
///
/// An answer in memory allocates nothing but the buffer it leaves in. One in a file goes by sendfile,
/// or under TLS in pieces that a virtual thread reads while the client keeps up; the file is opened on
/// a virtual thread too.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard there
public final class FastLane {
    private static final Logger LOG = LoggerFactory.getLogger(FastLane.class);
    private static final byte[] CLOSE = "Connection: close\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEEP = "Connection: keep-alive\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};
    private static final PreparedAnswer UNREADABLE = PreparedAnswer.status(500)
            .field("Content-Type", "text/plain; charset=utf-8")
            .text("Something went wrong here. The server's log says more.\n")
            .build();

    private final FastLanes shared;
    private final ChannelHandlerContext context;
    private final EventExecutor loop;
    private final Head head;
    private final HeadRequest request;
    private final Owner owner;
    private final boolean secure;
    private final Output output;
    private Reply reply = new Reply();
    private State state = State.FREE;
    private long headBytes;
    private @Nullable FilePump pump;

    private enum State {
        FREE,
        OFFERED,
        /// Taken, not answered yet.
        AWAITED,
        /// The answer is being written.
        ANSWERED,
        CLOSED
    }

    /// The connection that a lane belongs to. Called on the event loop.
    public interface Owner {
        /// Whether the connection is to be kept after the answer that is now written; it says so itself.
        boolean isKept();

        /// An answer of this status begins.
        void answerBegins(int status);

        /// The answer, of so many bytes in all, was handed to the channel; or, if not `whole`, was cut, and
        /// the connection must be closed. The lane is free again. It flushes what it writes after
        /// [FastLane#offer] has returned, nothing else.
        void answerEnds(long bytes, boolean whole);
    }

    FastLane(FastLanes shared, ChannelHandlerContext context, Head head, Owner owner, boolean secure, Output output) {
        this.shared = shared;
        this.context = requireNonNull(context, "context");
        this.loop = context.executor();
        this.head = requireNonNull(head, "head");
        this.owner = requireNonNull(owner, "owner");
        this.secure = secure;
        this.request = new HeadRequest(head, context.channel().remoteAddress(), secure);
        this.output = output;
    }

    /// Offers the request whose complete head was parsed. Its head must stay as it is until
    /// [Owner#answerEnds], which may be called before the return.
    ///
    /// @return whether the request was taken
    /// @throws IllegalStateException if another request is not answered yet
    public boolean offer(FastPath path) {
        if (state != State.FREE) {
            throw new IllegalStateException("a request was offered while another one is " + state);
        }
        Reply mine = reply;
        mine.used.set(false);
        mine.answer = null;
        state = State.OFFERED;
        boolean taken = false;
        try {
            taken = path.answer(request, mine);
        } finally {
            if (!taken) {
                state = State.FREE;
                mine.used.set(true);
            }
        }
        if (!taken) {
            return false;
        }
        PreparedAnswer answer = mine.answer;
        if (answer == null) {
            // Whoever holds the reply may keep it for ever, so that it is not used again.
            reply = new Reply();
            state = State.AWAITED;
        } else {
            begin(answer);
        }
        return true;
    }

    /// Whether a request was taken whose answer is not wholly handed to the channel.
    public boolean isBusy() {
        return state == State.AWAITED || state == State.ANSWERED;
    }

    /// Whether a request was taken that has no answer yet.
    public boolean isAwaited() {
        return state == State.AWAITED;
    }

    /// The channel's writability has changed.
    public void writabilityChanged() {
        output.changed();
        FilePump going = pump;
        if (going != null) {
            going.go(0);
        }
    }

    /// The channel is gone.
    public void closed() {
        state = State.CLOSED;
        output.changed();
        FilePump going = pump;
        if (going != null) {
            going.stop();
        }
    }

    private final class Reply implements FastReply {
        final AtomicBoolean used = new AtomicBoolean();

        @Nullable
        PreparedAnswer answer;

        @Override
        public void send(PreparedAnswer given) {
            requireNonNull(given, "answer");
            if (!used.compareAndSet(false, true)) {
                throw new IllegalStateException("the request is answered already");
            }
            if (loop.inEventLoop() && state == State.OFFERED) {
                answer = given;
                return;
            }
            hop(() -> {
                if (state == State.AWAITED) {
                    begin(given);
                    context.flush();
                }
            });
        }
    }

    /// Runs it on the loop; when the loops are closed, so is the connection.
    private void hop(Runnable task) {
        hop(task, () -> {});
    }

    private void hop(Runnable task, Runnable instead) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("event=answer-dropped reason=\"{}\"", e.toString());
            instead.run();
        }
    }

    private void begin(PreparedAnswer answer) {
        state = State.ANSWERED;
        boolean bodiless = answer.length() == 0 || head.methodIs("HEAD");
        switch (answer.body()) {
            case PreparedAnswer.Body.None _ -> alone(answer);
            case PreparedAnswer.Body.Memory(ByteBuf bytes) -> {
                if (bodiless) {
                    alone(answer);
                } else {
                    memory(answer, bytes);
                }
            }
            case PreparedAnswer.Body.File file -> {
                if (bodiless) {
                    alone(answer);
                } else {
                    shared.threads.newThread(() -> open(answer, file)).start();
                }
            }
        }
    }

    private void alone(PreparedAnswer answer) {
        context.write(head(answer, 0), context.voidPromise());
        end(0, true);
    }

    private void memory(PreparedAnswer answer, ByteBuf bytes) {
        int length = bytes.readableBytes();
        if (length <= PreparedAnswer.MOST_COPIED) {
            ByteBuf out = head(answer, length);
            out.writeBytes(bytes, bytes.readerIndex(), length);
            context.write(out, context.voidPromise());
        } else {
            context.write(head(answer, 0), context.voidPromise());
            context.write(bytes.duplicate(), context.voidPromise());
        }
        end(length, true);
    }

    /// The head with its empty line, in a buffer with room for `extra` bytes more.
    private ByteBuf head(PreparedAnswer answer, int extra) {
        byte[] fields = answer.head();
        byte[] date = shared.date.line();
        byte[] connection = !owner.isKept() ? CLOSE : head.minorVersion() == 0 ? KEEP : NOTHING;
        owner.answerBegins(answer.status());
        int length = fields.length + date.length + connection.length + 2;
        headBytes = length;
        return context.alloc()
                .directBuffer(length + extra)
                .writeBytes(fields)
                .writeBytes(date)
                .writeBytes(connection)
                .writeShort('\r' << 8 | '\n');
    }

    private void end(long bodyBytes, boolean whole) {
        if (state == State.ANSWERED) {
            state = State.FREE;
            owner.answerEnds(headBytes + bodyBytes, whole);
        }
    }

    // ---- files; on a virtual thread save where it says otherwise

    private void open(PreparedAnswer answer, PreparedAnswer.Body.File file) {
        FileChannel channel;
        try {
            channel = FileChannel.open(file.path(), StandardOpenOption.READ);
        } catch (IOException e) {
            LOG.error("event=file-unreadable file={} reason=\"{}\"", file.path(), e.toString());
            hop(() -> {
                if (state == State.ANSWERED) {
                    begin(UNREADABLE);
                    context.flush();
                }
            });
            return;
        }
        if (secure) {
            openSecure(answer, file, channel);
            return;
        }
        // The region closes the file when it is released.
        DefaultFileRegion region = new DefaultFileRegion(channel, file.offset(), file.length());
        try {
            loop.execute(() -> sendRegion(answer, region));
        } catch (RejectedExecutionException _) {
            region.release();
        }
    }

    /// On the loop.
    private void sendRegion(PreparedAnswer answer, DefaultFileRegion region) {
        if (state != State.ANSWERED) {
            region.release();
            return;
        }
        context.write(head(answer, 0), context.voidPromise());
        context.writeAndFlush(region).addListener(result -> end(region.transferred(), result.isSuccess()));
    }

    private void openSecure(PreparedAnswer answer, PreparedAnswer.Body.File file, FileChannel channel) {
        boolean cached = false;
        try {
            cached = FilePieces.isCached(channel, file.offset());
        } catch (IOException e) {
            LOG.debug("event=file-unreadable file={} reason=\"{}\"", file.path(), e.toString());
        }
        if (cached) {
            hop(() -> pump(answer, file, channel), () -> FilePieces.close(channel));
        } else {
            hop(() -> {
                if (state == State.ANSWERED) {
                    context.write(head(answer, 0), context.voidPromise());
                }
            });
            sendPieces(file, channel, 0);
        }
    }

    /// On the loop.
    private void pump(PreparedAnswer answer, PreparedAnswer.Body.File file, FileChannel channel) {
        if (state != State.ANSWERED) {
            FilePieces.close(channel);
            return;
        }
        ByteBuf first = head(answer, 0);
        int taken = first.readableBytes();
        context.write(first, context.voidPromise());
        FilePump begun = new FilePump(context, channel, file.offset(), file.length(), new FilePump.Owner() {
            @Override
            public void pumped(long at, @Nullable IOException failure) {
                pump = null;
                if (failure != null) {
                    cut(file, failure);
                }
                end(at - file.offset(), failure == null);
                context.flush();
            }

            @Override
            public void slow(FileChannel rest, long at) {
                pump = null;
                shared.threads
                        .newThread(() -> sendPieces(file, rest, at - file.offset()))
                        .start();
            }
        });
        pump = begun;
        begun.go(taken);
    }

    private void sendPieces(PreparedAnswer.Body.File file, FileChannel channel, long from) {
        long sent = from;
        boolean whole = false;
        try (channel) {
            while (sent < file.length()) {
                int wanted = (int) Math.min(FilePieces.LENGTH, file.length() - sent);
                output.write(FilePieces.read(context.alloc(), channel, file.offset() + sent, wanted));
                sent += wanted;
            }
            whole = true;
        } catch (IOException e) {
            cut(file, e);
        }
        long bytes = sent;
        boolean done = whole;
        hop(() -> end(bytes, done));
    }

    private static void cut(PreparedAnswer.Body.File file, IOException reason) {
        LOG.debug("event=answer-cut file={} reason=\"{}\"", file.path(), reason.toString());
    }
}
