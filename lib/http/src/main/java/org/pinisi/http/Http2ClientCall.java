package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One request over HTTP/2: a stream. The connection's reader fills it, the caller's thread empties it;
/// the connection's lock guards it.
final class Http2ClientCall implements ClientCall {
    private static final int BLOCK = 16 << 10;

    /// The server wants no more of the request's body, and has answered.
    static final class UnwantedException extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        UnwantedException() {
            super("the server wants no more of the body");
        }
    }

    private final Http2Client connection;
    private final ReentrantLock lock;
    private final Condition arrived;
    private final int stream;
    private final boolean toHead;
    private final ByteBuf input = Unpooled.buffer(0, Http2Client.STREAM_WINDOW);
    private volatile Duration patience;
    private long sendWindow;
    private int receiveWindow = Http2Client.STREAM_WINDOW;
    private int taken;
    private long received;
    private int status;
    private Fields fields = Fields.empty();
    private Fields trailers = Fields.empty();
    private boolean headArrived;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean unwanted;
    private boolean closed;
    private @Nullable IOException failure;

    Http2ClientCall(
            Http2Client connection, int stream, int sendWindow, String method, boolean outputEnded, Condition arrived) {
        this.connection = connection;
        this.lock = connection.lock();
        this.patience = connection.patience().idle();
        this.arrived = arrived;
        this.stream = stream;
        this.sendWindow = sendWindow;
        this.toHead = method.equals("HEAD");
        this.outputEnded = outputEnded;
    }

    int stream() {
        return stream;
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
    public Fields trailers() {
        lock.lock();
        try {
            return inputEnded && !input.isReadable() ? trailers : Fields.empty();
        } finally {
            lock.unlock();
        }
    }

    /// How long reading may wait from now on.
    void patience(Duration newPatience) {
        patience = newPatience;
    }

    void awaitHead(Duration time) throws IOException {
        lock.lock();
        try {
            long left = time.toNanos();
            while (!headArrived) {
                if (failure != null) {
                    throw again(failure);
                }
                if (left <= 0) {
                    connection.suspect(time);
                    throw new ClientLink.TimeoutException("no answer within " + time);
                }
                left = arrived.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw Http2ClientWriter.interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (!input.isReadable()) {
                if (inputEnded) {
                    return -1;
                }
                if (failure != null) {
                    throw again(failure);
                }
                if (left <= 0) {
                    connection.suspect(patience);
                    throw new ClientLink.TimeoutException("nothing came for " + patience);
                }
                left = arrived.awaitNanos(left);
            }
            int count = Math.min(length, input.readableBytes());
            input.readBytes(target, offset, count);
            giveBack(count);
            return count;
        } catch (InterruptedException e) {
            throw Http2ClientWriter.interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(int count) {
        taken += count;
        if (!inputEnded && taken >= Http2Client.STREAM_WINDOW / 2) {
            connection.output().sendWindow(stream, taken);
            receiveWindow += taken;
            taken = 0;
        }
    }

    /// An exception of the reader's, thrown again in the caller's thread.
    private static IOException again(IOException failure) {
        return switch (failure) {
            case ClientLink.UnansweredException e ->
                new ClientLink.UnansweredException(String.valueOf(e.getMessage()), e.progress());
            default -> new IOException(failure.getMessage(), failure);
        };
    }

    /// The body of the request; closing it ends the body.
    OutputStream output() {
        return new BufferedOutputStream(new Pieces(), BLOCK);
    }

    /// Sends at once.
    void send(byte[] bytes, int offset, int length, boolean ends) throws IOException {
        connection.output().sendData(this, bytes, offset, length, ends);
    }

    private final class Pieces extends OutputStream {
        private boolean ended;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > 0) {
                send(bytes, offset, length, false);
            }
        }

        @Override
        public void close() throws IOException {
            if (!ended) {
                ended = true;
                send(new byte[0], 0, 0, true);
            }
        }
    }

    // What follows is called under the connection's lock.

    void checkSending() throws IOException {
        if (unwanted) {
            throw new UnwantedException();
        }
        if (failure != null) {
            throw again(failure);
        }
        if (outputEnded) {
            throw new IOException("the output was ended");
        }
    }

    long sendWindow() {
        return sendWindow;
    }

    void spend(int bytes) {
        sendWindow -= bytes;
    }

    /// Returns the window's new size.
    long openWindow(int change) {
        sendWindow += change;
        return sendWindow;
    }

    void outputEnded() {
        outputEnded = true;
        if (inputEnded) {
            connection.forget(this);
        }
    }

    void data(byte[] bytes, int offset, int length, int onWire, boolean end) {
        receiveWindow -= onWire;
        // What was padding is given back at once.
        taken += onWire - length;
        received += length;
        if (!headArrived || (toHead && length > 0)) {
            breakOff(Http2Frame.PROTOCOL_ERROR, "a body where none may be");
        } else if (receiveWindow < 0) {
            breakOff(Http2Frame.FLOW_CONTROL_ERROR, "more than its window");
        } else if (failure == null) {
            store(bytes, offset, length);
            if (end) {
                endInput();
            }
            arrived.signalAll();
        }
    }

    private void store(byte[] bytes, int offset, int length) {
        if (!input.isReadable()) {
            input.clear();
        }
        if (length > input.writableBytes()) {
            input.discardReadBytes();
        }
        input.writeBytes(bytes, offset, length);
    }

    /// Returns whether it was an interim answer.
    boolean headers(Http2Headers headers, boolean end) {
        try {
            if (headArrived) {
                if (!end || headers.status() != null) {
                    breakOff(Http2Frame.PROTOCOL_ERROR, "a second head");
                    return false;
                }
                trailers = fields(headers);
                endInput();
                return false;
            }
            int code = status(headers);
            if (code < 200) {
                if (end || code == 101) {
                    breakOff(Http2Frame.PROTOCOL_ERROR, "an interim answer " + code + " that may not be");
                }
                return true;
            }
            status = code;
            fields = fields(headers);
            headArrived = true;
            if (end) {
                endInput();
            }
            arrived.signalAll();
        } catch (IllegalArgumentException e) {
            breakOff(Http2Frame.PROTOCOL_ERROR, String.valueOf(e.getMessage()));
        }
        return false;
    }

    private static int status(Http2Headers headers) {
        CharSequence text = headers.status();
        if (text == null || !text.toString().matches("[1-5][0-9]{2}")) {
            throw new IllegalArgumentException("an answer without a status");
        }
        return Integer.parseInt(text.toString());
    }

    private static Fields fields(Http2Headers headers) {
        Fields fields = Fields.empty();
        for (Map.Entry<CharSequence, CharSequence> each : headers) {
            String name = each.getKey().toString();
            if (!name.startsWith(":")) {
                fields = fields.with(name, each.getValue().toString());
            }
        }
        return fields;
    }

    private void endInput() {
        long announced = fields.first("content-length")
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::parseLong)
                .orElse(-1L);
        boolean bodiless = toHead || status == 204 || status == 304;
        if (announced >= 0 && !bodiless && announced != received) {
            breakOff(
                    Http2Frame.PROTOCOL_ERROR,
                    "a body of " + received + " bytes where " + announced + " were announced");
            return;
        }
        inputEnded = true;
        if (outputEnded) {
            connection.forget(this);
        }
        arrived.signalAll();
    }

    /// The server broke the rules on this stream.
    void breakOff(int code, String reason) {
        connection.output().sendReset(stream, code);
        fail(new IOException("the server broke the rules of HTTP/2: " + reason));
        connection.forget(this);
    }

    void wasReset(long code) {
        connection.forget(this);
        if (inputEnded) {
            unwanted = true;
            return;
        }
        String reason = "the server broke off the answer (" + Http2Frame.error(code) + ")";
        fail(
                code == Http2Frame.REFUSED_STREAM && !headArrived
                        ? new ClientLink.UnansweredException(
                                "the server refused the request", ClientLink.UnansweredException.Progress.REFUSED)
                        : new IOException(reason));
    }

    /// The call can never be completed.
    void fail(IOException cause) {
        if (failure == null && !inputEnded) {
            failure = headArrived || cause instanceof ClientLink.UnansweredException
                    ? cause
                    : new ClientLink.UnansweredException(cause);
        }
        arrived.signalAll();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            boolean running = failure == null && !unwanted && !(inputEnded && outputEnded);
            if (running) {
                connection.output().sendReset(stream, inputEnded ? Http2Frame.NO_ERROR : Http2Frame.CANCEL);
            }
            if (!inputEnded && failure == null) {
                failure = new IOException("the answer was closed");
            }
            connection.forget(this);
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
