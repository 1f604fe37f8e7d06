package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What a connection sends: heads in the order of their streams, and bodies within the server's windows.
/// The connection's lock guards it.
final class Http2ClientOutput {
    private static final int DEFAULT_WINDOW = 65_535;
    private static final int DEFAULT_FRAME = 16 << 10;
    static final int TABLE = 4096;

    private final Http2ClientWriter writer;
    private final ReentrantLock lock;
    private final Condition windowOpened;
    private final Duration patience;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder(
            (name, _) -> name.toString().matches("authorization|proxy-authorization|cookie"));
    private long sendWindow = DEFAULT_WINDOW;
    private int streamWindow = DEFAULT_WINDOW;
    private int largestFrame = DEFAULT_FRAME;

    Http2ClientOutput(Http2ClientWriter writer, ReentrantLock lock, Duration patience) {
        this.writer = writer;
        this.lock = lock;
        this.windowOpened = lock.newCondition();
        this.patience = patience;
    }

    static Http2Headers head(Origin origin, String method, Fields fields) {
        Http2Headers headers = new DefaultHttp2Headers(false)
                .method(method)
                .authority(fields.first("Host").orElseGet(origin::hostField));
        for (Fields.Field field : fields.all()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            boolean carried = switch (name) {
                case "host", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" -> false;
                case "te" -> field.value().equalsIgnoreCase("trailers");
                default -> true;
            };
            if (carried) {
                headers.add(name, field.value());
            }
        }
        return headers;
    }

    /// Under the lock, so that blocks leave in the order in which they were encoded.
    void sendHead(int stream, Http2Headers headers, boolean ends) throws IOException {
        ByteBuf encoded = Unpooled.buffer(256);
        try {
            encoder.encodeHeaders(stream, headers, encoded);
        } catch (Http2Exception e) {
            throw new IOException("the request's fields cannot be sent: " + e.getMessage(), e);
        }
        byte[] block = ByteBufUtil.getBytes(encoded);
        int done = 0;
        do {
            int length = Math.min(block.length - done, largestFrame);
            int type = done == 0 ? Http2Frame.HEADERS : Http2Frame.CONTINUATION;
            int flags = (done == 0 && ends ? Http2Frame.END_STREAM : 0)
                    | (done + length == block.length ? Http2Frame.END_HEADERS : 0);
            byte[] frame = Http2Frame.frame(type, flags, stream, length);
            System.arraycopy(block, done, frame, Http2Frame.HEADER, length);
            writer.put(frame);
            done += length;
        } while (done < block.length);
    }

    /// Sends a part of a body, waiting for the windows and for the writer.
    void sendData(Http2ClientCall call, byte[] bytes, int offset, int length, boolean ends) throws IOException {
        int done = 0;
        do {
            writer.awaitRoom(patience);
            int granted = length == 0 ? 0 : grant(call, length - done);
            boolean last = ends && done + granted == length;
            byte[] frame = Http2Frame.frame(Http2Frame.DATA, last ? Http2Frame.END_STREAM : 0, call.stream(), granted);
            System.arraycopy(bytes, offset + done, frame, Http2Frame.HEADER, granted);
            lock.lock();
            try {
                call.checkSending();
                writer.put(frame);
                if (last) {
                    call.outputEnded();
                }
            } finally {
                lock.unlock();
            }
            done += granted;
        } while (done < length);
    }

    private int grant(Http2ClientCall call, int wanted) throws IOException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (true) {
                call.checkSending();
                int granted = (int) Math.min(Math.min(wanted, largestFrame), Math.min(sendWindow, call.sendWindow()));
                if (granted > 0) {
                    sendWindow -= granted;
                    call.spend(granted);
                    return granted;
                }
                if (left <= 0) {
                    throw new ClientLink.TimeoutException("the server took nothing for " + patience);
                }
                left = windowOpened.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw Http2ClientWriter.interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    void sendReset(int stream, int code) {
        writer.put(Http2Frame.numbers(Http2Frame.RST_STREAM, 0, stream, code));
    }

    void sendWindow(int stream, int increment) {
        writer.put(Http2Frame.numbers(Http2Frame.WINDOW_UPDATE, 0, stream, increment));
    }

    void tableSize(long value) throws Http2ClientReader.ConnectionError {
        try {
            encoder.configuration().maxHeaderTableSize(Math.min(value, TABLE));
        } catch (Http2Exception e) {
            throw new Http2ClientReader.ConnectionError(Http2Frame.COMPRESSION_ERROR, String.valueOf(e.getMessage()));
        }
    }

    /// Under the lock: what the server says about frames.
    void largestFrame(long bytes) throws Http2ClientReader.ConnectionError {
        if (bytes < DEFAULT_FRAME || bytes >= 1 << 24) {
            throw new Http2ClientReader.ConnectionError(Http2Frame.PROTOCOL_ERROR, "a frame size of " + bytes);
        }
        largestFrame = (int) Math.min(bytes, Http2ClientReader.LARGEST_FRAME);
    }

    /// Under the lock: the window with which streams begin.
    int streamWindow() {
        return streamWindow;
    }

    /// Under the lock.
    ///
    /// @return by how much the windows of open streams change
    int changeStreamWindow(long bytes) throws Http2ClientReader.ConnectionError {
        if (bytes > Integer.MAX_VALUE) {
            throw new Http2ClientReader.ConnectionError(Http2Frame.FLOW_CONTROL_ERROR, "a window of " + bytes);
        }
        int change = (int) bytes - streamWindow;
        streamWindow = (int) bytes;
        return change;
    }

    /// Under the lock.
    void openWindow(int increment) throws Http2ClientReader.ConnectionError {
        if (increment == 0) {
            throw new Http2ClientReader.ConnectionError(Http2Frame.PROTOCOL_ERROR, "a window is opened by nothing");
        }
        sendWindow += increment;
        checkWindow(sendWindow);
    }

    static void checkWindow(long window) throws Http2ClientReader.ConnectionError {
        if (window > Integer.MAX_VALUE) {
            throw new Http2ClientReader.ConnectionError(Http2Frame.FLOW_CONTROL_ERROR, "a window beyond 2^31-1");
        }
    }

    /// Under the lock: those who wait for a window look again.
    void wake() {
        windowOpened.signalAll();
    }
}
