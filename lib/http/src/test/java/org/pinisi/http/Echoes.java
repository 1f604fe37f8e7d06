package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// Answers every request of a client's connection with its own body, unless a fast path does. The head that
/// came is told in the field `x-head`.
final class Echoes implements Http3Gateway.Arrivals, StreamAcceptor {
    private final FastPath path;
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();
    final AtomicInteger cancelled = new AtomicInteger();
    volatile boolean full;

    Echoes(FastPath path) {
        this.path = path;
    }

    @Override
    public boolean isFull() {
        return full;
    }

    @Override
    public StreamAcceptor secured(Channel channel, TlsFacts facts, InetSocketAddress from, InetSocketAddress reached) {
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
        Echo echo = new Echo(stream);
        stream.listen(echo);
        if (!end || !stream.offer(path)) {
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

        Echo(LoopStream stream) {
            this.stream = stream;
        }

        void begin(Head head) {
            byte[] text = head.text(0, head.length()).replace("\r\n", "|").getBytes(StandardCharsets.ISO_8859_1);
            String told = new String(text, StandardCharsets.ISO_8859_1);
            ByteBuf made = Unpooled.copiedBuffer(
                    "HTTP/1.1 200 OK\r\nX-Head: " + told + "\r\n\r\n", StandardCharsets.ISO_8859_1);
            stream.head(made, false);
            stream.flush();
        }

        @Override
        public void head(ByteBuf text, boolean end) {
            text.release();
        }

        @Override
        public void received(ByteBuf piece) {
            int length = piece.readableBytes();
            stream.content(piece);
            stream.flush();
            stream.consumed(length);
        }

        @Override
        public void ended(Fields trailers) {
            if (trailers.all().isEmpty()) {
                stream.end();
            } else {
                stream.trailers(trailers);
            }
            stream.flush();
        }

        @Override
        public void tooLarge() {
            stream.reset(Http2Frame.CANCEL);
        }

        @Override
        public void writable() {
            // all is taken
        }

        @Override
        public void answering(int status, long length) {
            // the fast path's business
        }

        @Override
        public void closed(long code) {
            if (code != 0) {
                cancelled.incrementAndGet();
            }
        }
    }
}
