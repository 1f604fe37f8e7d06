package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.pinisi.flow.Flow;

/// One connection to a server that speaks HTTP/1.1, blocking, used by one thread at a time. Interrupting
/// that thread closes it.
final class ClientConnection implements ClientLink {
    private static final int BLOCK = 16 << 10;
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Origin origin;
    private final Flow flow;
    private final ConnectionPool pool;
    private final Patience patience;
    private final Head head;
    private final BodyDecoder decoder;
    private final ByteBuf input = Unpooled.buffer(BLOCK);
    private boolean answered;
    private boolean broken;

    ClientConnection(Origin origin, Flow flow, ConnectionPool pool, Patience patience, HttpLimits limits) {
        this.origin = origin;
        this.flow = flow;
        this.pool = pool;
        this.patience = patience;
        this.head = Head.forAnswers(limits);
        this.decoder = new BodyDecoder(limits);
    }

    /// Whether a kept connection is unusable: closed by the server, or it spoke without being asked.
    boolean isStale() {
        try {
            return broken || flow.poll(new byte[1], 0, 1) != 0;
        } catch (IOException _) {
            return true;
        }
    }

    @Override
    public ClientCall call(ClientRequest request) throws Exception {
        answered = false;
        try {
            send(request);
            readHead(request.method().equals("HEAD"));
        } catch (TimeoutException | InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw answered ? e : new UnansweredException(e);
        }
        return new Call(head.status(), Fields.of(head));
    }

    private void send(ClientRequest request) throws Exception {
        ByteBuf out = Unpooled.buffer(512);
        AnswerHead.ascii(out, request.method() + " " + request.target() + " HTTP/1.1\r\n");
        if (!request.fields().has("Host")) {
            AnswerHead.line(out, "Host", origin.hostField());
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
        flow.patience(patience.idle());
        try {
            flow.write(bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), bytes.readableBytes());
        } catch (SocketTimeoutException e) {
            throw new TimeoutException("the server took nothing for " + patience.idle(), e);
        }
    }

    /// Waits for the head of the final answer; interim answers are skipped.
    private void readHead(boolean toHead) throws IOException {
        long deadline = System.nanoTime() + patience.answer().toNanos();
        Duration left = patience.answer();
        do {
            head.reset(toHead);
            while (!head.parse(input)) {
                if (fill(left, "no answer within " + patience.answer()) < 0) {
                    throw new IOException("the server closed the connection before it answered");
                }
                left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            }
            input.skipBytes(head.length());
        } while (head.status() < 200 && head.status() != 101);
        decoder.start(head);
    }

    private int readBody(byte[] target, int offset, int length) throws IOException {
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
            if (!decoder.isComplete()
                    && !input.isReadable()
                    && fill(patience.idle(), "nothing came for " + patience.idle()) < 0) {
                decoder.endOfInput();
            }
        }
        return -1;
    }

    private int fill(Duration time, String timeout) throws IOException {
        if (!input.isReadable()) {
            input.clear();
        } else if (!input.isWritable()) {
            input.discardReadBytes();
        }
        input.ensureWritable(BLOCK / 2);
        flow.patience(time);
        try {
            int count = flow.read(input.array(), input.arrayOffset() + input.writerIndex(), input.writableBytes());
            if (count > 0) {
                answered = true;
                input.writerIndex(input.writerIndex() + count);
            }
            return count;
        } catch (SocketTimeoutException e) {
            broken = true;
            throw new TimeoutException(timeout, e);
        } catch (IOException e) {
            broken = true;
            throw e;
        }
    }

    /// Whether another request may follow.
    private boolean isReusable() {
        return !broken && decoder.isComplete() && head.isKeepAlive() && !head.isUpgrade() && !input.isReadable();
    }

    /// After an answer 101: the bytes of the other protocol, those included that came with the head.
    Flow upgraded() {
        return new UpgradedFlow(flow, input);
    }

    @Override
    public void close() {
        flow.close();
    }

    /// The answer that is being read.
    final class Call implements ClientCall {
        private final int status;
        private final Fields fields;
        private boolean closed;

        private Call(int status, Fields fields) {
            this.status = status;
            this.fields = fields;
        }

        ClientConnection connection() {
            return ClientConnection.this;
        }

        @Override
        public int status() {
            return status;
        }

        @Override
        public Fields fields() {
            return fields;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return readBody(target, offset, length);
        }

        @Override
        public Fields trailers() {
            return decoder.isComplete() ? decoder.trailers() : Fields.empty();
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            if (isReusable()) {
                pool.give(origin, ClientConnection.this);
            } else {
                ClientConnection.this.close();
            }
        }
    }
}
