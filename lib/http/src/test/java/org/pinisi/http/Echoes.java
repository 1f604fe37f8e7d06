package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Answers every request of a client's connection with its own body, as fast as the client takes it, unless a
/// fast path does. The head that came is told in the field `x-head`. By its path a request may ask for more:
/// `/hints` for an interim answer before, `/never` for no answer at all, `/early` for an answer that does not
/// wait for the body, `/much` for ten million bytes.
final class Echoes implements Http3Gateway.Arrivals, StreamAcceptor {
    private static final int MUCH = 10_000_000;
    /// So much a stream of HTTP/3 gives out before it stops reading.
    private static final int HELD = 64 << 10;
    private static final int PIECE = 50_000;

    private final FastPath path;
    /// Open at the moment.
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();
    final AtomicInteger accepted = new AtomicInteger();
    final AtomicInteger completed = new AtomicInteger();
    final AtomicInteger cancelled = new AtomicInteger();
    final AtomicInteger tooLarge = new AtomicInteger();
    private volatile @Nullable EventLoop loop;
    final AtomicInteger stalls = new AtomicInteger();
    /// How often a piece came while earlier ones were being passed on.
    final AtomicInteger reentered = new AtomicInteger();
    /// The most that one request was given without saying that it was consumed.
    final AtomicLong mostOwed = new AtomicLong();
    /// What was sent of answers that nobody asked to be echoes.
    final AtomicLong sent = new AtomicLong();
    volatile boolean full;

    Echoes(FastPath path) {
        this.path = path;
    }

    /// Whether every request that was accepted is over.
    boolean isIdle() {
        return completed.get() + cancelled.get() == accepted.get();
    }

    @Override
    public boolean isFull() {
        return full;
    }

    @Override
    public StreamAcceptor secured(Channel channel, TlsFacts facts, InetSocketAddress from, InetSocketAddress reached) {
        loop = channel.eventLoop();
        return this;
    }

    @Override
    public void failed(Channel channel, TlsFailure failure) {
        failures.incrementAndGet();
    }

    @Override
    public void opened() {
        connections.incrementAndGet();
    }

    @Override
    public void accept(LoopStream stream, Head head, boolean end) {
        accepted.incrementAndGet();
        Echo echo = new Echo(stream);
        stream.listen(echo);
        if (end && stream.offer(path)) {
            echo.silent = true;
        } else {
            echo.begin(head);
        }
    }

    @Override
    public void readAll() {
        // what was given has left already
    }

    @Override
    public void closed() {
        connections.decrementAndGet();
    }

    private final class Echo implements LoopStream.Listener {
        private final LoopStream stream;
        private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
        private boolean silent;
        private boolean holds;
        private boolean passing;
        private boolean over;
        private int owed;
        private int held;
        private int left;

        Echo(LoopStream stream) {
            this.stream = stream;
        }

        void begin(Head head) {
            String text = head.text(0, head.length());
            silent = text.contains(" /never ");
            holds = text.contains(" /held ");
            if (silent) {
                return;
            }
            if (text.contains(" /hints ")) {
                stream.head(bytes("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), true);
                stream.flush();
            }
            stream.head(bytes("HTTP/1.1 200 OK\r\nX-Head: " + text.replace("\r\n", "|") + "\r\n\r\n"), false);
            if (text.contains(" /early ")) {
                silent = true;
                stream.end();
            }
            stream.flush();
            if (text.contains(" /much ")) {
                silent = true;
                left = MUCH;
                pour();
            }
        }

        private ByteBuf bytes(String text) {
            return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        }

        private void pour() {
            boolean more = true;
            while (left > 0 && more && !over) {
                left -= PIECE;
                sent.addAndGet(PIECE);
                more = stream.content(Unpooled.wrappedBuffer(new byte[PIECE]));
            }
            if (left == 0) {
                stream.end();
            }
            stream.flush();
        }

        @Override
        public void head(ByteBuf text, boolean end) {
            text.release();
        }

        @Override
        public void received(ByteBuf piece) {
            int length = piece.readableBytes();
            if (holds) {
                hold(piece);
                return;
            }
            owed += length;
            mostOwed.accumulateAndGet(owed, Math::max);
            if (silent) {
                piece.release();
                return;
            }
            boolean keepsUp = stream.content(piece);
            stream.flush();
            if (keepsUp) {
                consume();
            } else {
                stalls.incrementAndGet();
            }
        }

        /// As a proxy does that has no upstream yet: pieces wait, then are passed on one by one.
        private void hold(ByteBuf piece) {
            if (passing) {
                reentered.incrementAndGet();
            }
            waiting.add(piece);
            held += piece.readableBytes();
            if (held > HELD) {
                requireNonNull(loop, "loop").execute(this::pass);
            }
        }

        private void pass() {
            passing = true;
            for (ByteBuf piece = waiting.poll(); piece != null; piece = waiting.poll()) {
                int length = piece.readableBytes();
                held -= length;
                stream.content(piece);
                stream.consumed(length);
            }
            passing = false;
            stream.flush();
        }

        private void consume() {
            int done = owed;
            owed = 0;
            stream.consumed(done);
        }

        @Override
        public void ended(Fields trailers) {
            pass();
            if (silent) {
                return;
            }
            if (trailers.all().isEmpty()) {
                stream.end();
            } else {
                stream.trailers(trailers);
            }
            stream.flush();
        }

        @Override
        public void tooLarge() {
            tooLarge.incrementAndGet();
            stream.reset(Http2Frame.CANCEL);
        }

        @Override
        public void writable() {
            if (left > 0) {
                pour();
            } else {
                consume();
            }
        }

        @Override
        public void answering(int status, long length) {
            // the fast path's business
        }

        @Override
        public void closed(long code) {
            waiting.forEach(ByteBuf::release);
            waiting.clear();
            if (over) {
                throw new IllegalStateException("told twice that the stream is over");
            }
            over = true;
            if (code == 0) {
                completed.incrementAndGet();
            } else {
                cancelled.incrementAndGet();
            }
        }
    }
}
