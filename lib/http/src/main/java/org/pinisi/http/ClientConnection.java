package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/// One connection to a server, blocking, used by one thread at a time. Interrupting that thread closes it.
final class ClientConnection implements AutoCloseable {
    private static final int BLOCK = 16 << 10;
    private static final byte[] LINE_END = {'\r', '\n'};

    /// A failure of the connection, in distinction to a server that breaks the rules.
    static final class TimeoutException extends IOException {
        private static final long serialVersionUID = 1;

        TimeoutException(String message, IOException cause) {
            super(message, cause);
        }
    }

    private final SocketChannel channel;
    private final Watchdog watchdog;
    private final Duration idleTime;
    private final Head head;
    private final BodyDecoder decoder;
    private final ByteBuf input = Unpooled.buffer(BLOCK);
    private boolean answered;

    private ClientConnection(SocketChannel channel, Watchdog watchdog, Duration idleTime, HttpLimits limits) {
        this.channel = channel;
        this.watchdog = watchdog;
        this.idleTime = idleTime;
        this.head = Head.forAnswers(limits);
        this.decoder = new BodyDecoder(limits);
    }

    static ClientConnection open(
            Address address, Watchdog watchdog, Duration connectTime, Duration idleTime, HttpLimits limits)
            throws IOException {
        SocketChannel channel = openChannel(address);
        try (Watchdog.Guard guard = watchdog.guard(channel, connectTime)) {
            try {
                channel.connect(socketAddress(address));
                if (address instanceof Address.Inet) {
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                }
            } catch (IOException e) {
                channel.close();
                throw explain(e, guard, "no connection within " + connectTime);
            }
        }
        return new ClientConnection(channel, watchdog, idleTime, limits);
    }

    private static SocketChannel openChannel(Address address) throws IOException {
        return switch (address) {
            case Address.Inet _ -> SocketChannel.open();
            case Address.Unix _ -> SocketChannel.open(StandardProtocolFamily.UNIX);
        };
    }

    private static SocketAddress socketAddress(Address address) throws IOException {
        return switch (address) {
            case Address.Inet(String host, int port) -> {
                InetSocketAddress resolved = new InetSocketAddress(host.isEmpty() ? "localhost" : host, port);
                if (resolved.isUnresolved()) {
                    throw new IOException("no address is known for the name " + host);
                }
                yield resolved;
            }
            case Address.Unix(Path path) -> UnixDomainSocketAddress.of(path);
        };
    }

    private static IOException explain(IOException cause, Watchdog.Guard guard, String timeout) {
        if (cause instanceof ClosedByInterruptException) {
            InterruptedIOException interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(cause);
            return interrupted;
        }
        return guard.hasFired() ? new TimeoutException(timeout, cause) : cause;
    }

    /// Whether a kept connection is unusable: closed by the server, or it spoke without being asked.
    boolean isStale() {
        try {
            channel.configureBlocking(false);
            int count = channel.read(ByteBuffer.allocate(1));
            channel.configureBlocking(true);
            return count != 0;
        } catch (IOException _) {
            return true;
        }
    }

    /// Whether any byte of the present answer has come.
    boolean hasAnswered() {
        return answered;
    }

    void send(ClientRequest request, Address address) throws Exception {
        answered = false;
        ByteBuf out = Unpooled.buffer(512);
        AnswerHead.ascii(out, request.method() + " " + request.target() + " HTTP/1.1\r\n");
        if (!request.fields().has("Host")) {
            AnswerHead.line(out, "Host", address instanceof Address.Inet inet ? hostField(inet) : "localhost");
        }
        for (Fields.Field field : request.fields().all()) {
            AnswerHead.line(out, field.name(), field.value());
        }
        if (request.body().isEmpty()) {
            write(out.writeBytes(LINE_END));
            return;
        }
        switch (request.body().get()) {
            case ClientRequest.Body.Bytes(byte[] bytes) -> {
                AnswerHead.line(out, "Content-Length", Integer.toString(bytes.length));
                write(out.writeBytes(LINE_END).writeBytes(bytes));
            }
            case ClientRequest.Body.Stream(BodyWriter writer) -> {
                AnswerHead.line(out, "Transfer-Encoding", "chunked");
                write(out.writeBytes(LINE_END));
                try (OutputStream chunks = new BufferedOutputStream(new Chunks(), BLOCK)) {
                    writer.write(chunks);
                }
                write(Unpooled.copiedBuffer("0\r\n\r\n", StandardCharsets.US_ASCII));
            }
        }
    }

    private static String hostField(Address.Inet inet) {
        return inet.host().isEmpty() ? "localhost:" + inet.port() : inet.toString();
    }

    private final class Chunks extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > 0) {
                ClientConnection.this.write(Unpooled.buffer(length + 12)
                        .writeBytes(BodyDecoder.chunkHead(length))
                        .writeBytes(bytes, offset, length)
                        .writeBytes(LINE_END));
            }
        }
    }

    private void write(ByteBuf bytes) throws IOException {
        ByteBuffer left = bytes.nioBuffer();
        while (left.hasRemaining()) {
            try (Watchdog.Guard guard = watchdog.guard(channel, idleTime)) {
                try {
                    channel.write(left);
                } catch (IOException e) {
                    throw explain(e, guard, "the server took nothing for " + idleTime);
                }
            }
        }
    }

    /// Waits for the head of the final answer; interim answers are skipped.
    Head readHead(boolean toHead, Duration answerTime) throws IOException {
        long deadline = System.nanoTime() + answerTime.toNanos();
        do {
            head.reset(toHead);
            while (!head.parse(input)) {
                Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
                if (fill(left, "no answer within " + answerTime) < 0) {
                    throw new IOException("the server closed the connection before it answered");
                }
            }
            input.skipBytes(head.length());
        } while (head.status() < 200 && head.status() != 101);
        decoder.start(head);
        return head;
    }

    /// The next bytes of the body, or -1 at its end.
    int readBody(byte[] target, int offset, int length) throws IOException {
        while (!decoder.isComplete()) {
            // No more than fits, so that what is left stays in the input.
            ByteBuf window = input.slice(input.readerIndex(), Math.min(length, input.readableBytes()));
            ByteBuf piece = decoder.decode(window);
            input.skipBytes(window.readerIndex());
            try {
                int count = piece.readableBytes();
                if (count > 0) {
                    piece.readBytes(target, offset, count);
                    return count;
                }
            } finally {
                piece.release();
            }
            if (!decoder.isComplete() && !input.isReadable() && fill(idleTime, "nothing came for " + idleTime) < 0) {
                decoder.endOfInput();
            }
        }
        return -1;
    }

    private int fill(Duration patience, String timeout) throws IOException {
        if (!input.isReadable()) {
            input.clear();
        } else if (!input.isWritable()) {
            input.discardReadBytes();
        }
        input.ensureWritable(BLOCK / 2);
        ByteBuffer room = input.nioBuffer(input.writerIndex(), input.writableBytes());
        try (Watchdog.Guard guard = watchdog.guard(channel, patience)) {
            try {
                int count = channel.read(room);
                if (count > 0) {
                    answered = true;
                    input.writerIndex(input.writerIndex() + count);
                }
                return count;
            } catch (IOException e) {
                throw explain(e, guard, timeout);
            }
        }
    }

    /// Whether another request may follow.
    boolean isReusable() {
        return decoder.isComplete()
                && head.isKeepAlive()
                && !head.isUpgrade()
                && !input.isReadable()
                && channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
