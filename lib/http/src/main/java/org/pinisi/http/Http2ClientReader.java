package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.pinisi.flow.Flow;

/// Reads a connection's frames one by one, checks their form and tells the connection. Used by one
/// thread.
///
/// | limit | value | beyond it |
/// |---|---|---|
/// | payload of a frame | 64 KiB | connection ends, FRAME_SIZE_ERROR |
/// | fields of an answer | [HttpLimits#headBytes] | the request fails |
/// | header block on the wire | twice that | connection ends, ENHANCE_YOUR_CALM |
/// | frames of a header block | 64 | connection ends, ENHANCE_YOUR_CALM |
/// | frames without content (SETTINGS, PING, empty DATA, interim answers, …) | 1,000 in 10 s | the same |
final class Http2ClientReader {
    static final int LARGEST_FRAME = 64 << 10;
    private static final int MOST_BLOCK_FRAMES = 64;
    private static final int MOST_CONTROL = 1_000;
    private static final long CONTROL_PERIOD = Duration.ofSeconds(10).toNanos();

    /// Ends the connection.
    static final class ConnectionError extends IOException {
        private static final long serialVersionUID = 1;

        private final int code;

        ConnectionError(int code, String message) {
            super("the server broke the rules of HTTP/2: " + message);
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    /// What the frames are for. Streams are above zero; payloads are borrowed.
    interface Listener {
        void data(int stream, byte[] bytes, int offset, int length, int onWire, boolean end) throws ConnectionError;

        void headers(int stream, Http2Headers headers, boolean end) throws ConnectionError;

        /// A header block that was malformed or too large, decoded nevertheless.
        void badHeaders(int stream, String reason) throws ConnectionError;

        void reset(int stream, long code) throws ConnectionError;

        void setting(int name, long value) throws ConnectionError;

        void settingsEnd() throws ConnectionError;

        void ping(byte[] payload) throws ConnectionError;

        void goAway(int lastStream, long code, String message);

        void window(int stream, int increment) throws ConnectionError;
    }

    private final Flow flow;
    private final Listener listener;
    private final DefaultHttp2HeadersDecoder decoder;
    private final int mostBlock;
    private final byte[] input = new byte[LARGEST_FRAME + Http2Frame.HEADER];
    private final ByteBuf block = Unpooled.buffer(1024);
    private int start;
    private int end;
    private int blockStream;
    private boolean blockEndsStream;
    private int blockFrames;
    private int control;
    private long controlSince = System.nanoTime();
    private boolean settled;

    Http2ClientReader(Flow flow, Listener listener, int headBytes) {
        this.flow = flow;
        this.listener = listener;
        this.decoder = new DefaultHttp2HeadersDecoder(true, true, headBytes);
        this.mostBlock = 2 * headBytes;
    }

    /// Reads until the server ends the connection.
    void run() throws IOException {
        while (fill(Http2Frame.HEADER)) {
            int length = (input[start] & 0xff) << 16 | (input[start + 1] & 0xff) << 8 | (input[start + 2] & 0xff);
            if (length > LARGEST_FRAME) {
                throw new ConnectionError(Http2Frame.FRAME_SIZE_ERROR, "a frame of " + length + " bytes");
            }
            int type = input[start + 3] & 0xff;
            int flags = input[start + 4] & 0xff;
            int stream = Http2Frame.getInt(input, start + 5) & Integer.MAX_VALUE;
            if (!settled && type != Http2Frame.SETTINGS) {
                throw new ConnectionError(Http2Frame.PROTOCOL_ERROR, "it does not begin with SETTINGS");
            }
            if (!fill(Http2Frame.HEADER + length)) {
                throw new IOException("the server closed the connection in the middle of a frame");
            }
            int payload = start + Http2Frame.HEADER;
            start = payload + length;
            frame(type, flags, stream, payload, length);
        }
    }

    /// Whether so many bytes are there; false at the end between two frames.
    private boolean fill(int wanted) throws IOException {
        if (end - start < wanted && start + wanted > input.length) {
            System.arraycopy(input, start, input, 0, end - start);
            end -= start;
            start = 0;
        }
        while (end - start < wanted) {
            int count = read();
            if (count < 0) {
                if (end > start) {
                    throw new IOException("the server closed the connection in the middle of a frame");
                }
                return false;
            }
            end += count;
        }
        return true;
    }

    private int read() throws IOException {
        try {
            return flow.read(input, end, input.length - end);
        } catch (IOException e) {
            throw Http2Client.hungUp(e);
        }
    }

    private void frame(int type, int flags, int stream, int at, int length) throws ConnectionError {
        if (blockStream != 0 && (type != Http2Frame.CONTINUATION || stream != blockStream)) {
            throw protocol("a header block is interrupted");
        }
        switch (type) {
            case Http2Frame.DATA -> data(flags, stream, at, length);
            case Http2Frame.HEADERS -> headers(flags, stream, at, length);
            case Http2Frame.CONTINUATION -> continuation(flags, at, length);
            case Http2Frame.RST_STREAM -> {
                expectLength("RST_STREAM", length, 4);
                expectStream("RST_STREAM", stream);
                countControl();
                listener.reset(stream, Http2Frame.getInt(input, at) & 0xffffffffL);
            }
            case Http2Frame.SETTINGS -> settings(flags, stream, at, length);
            case Http2Frame.PING -> ping(flags, stream, at, length);
            case Http2Frame.GOAWAY -> goAway(stream, at, length);
            case Http2Frame.WINDOW_UPDATE -> {
                expectLength("WINDOW_UPDATE", length, 4);
                listener.window(stream, Http2Frame.getInt(input, at) & Integer.MAX_VALUE);
            }
            case Http2Frame.PUSH_PROMISE -> throw protocol("it pushes, which was refused");
            default -> countControl();
        }
    }

    private void data(int flags, int stream, int at, int length) throws ConnectionError {
        expectStream("DATA", stream);
        int padding = padding("DATA", flags, at, length);
        int skipped = (flags & Http2Frame.PADDED) == 0 ? 0 : 1;
        boolean last = (flags & Http2Frame.END_STREAM) != 0;
        int content = length - skipped - padding;
        if (content == 0 && !last) {
            countControl();
        }
        listener.data(stream, input, at + skipped, content, length, last);
    }

    private void headers(int flags, int stream, int at, int length) throws ConnectionError {
        expectStream("HEADERS", stream);
        int padding = padding("HEADERS", flags, at, length);
        int skipped = ((flags & Http2Frame.PADDED) == 0 ? 0 : 1) + ((flags & Http2Frame.WITH_PRIORITY) == 0 ? 0 : 5);
        if (skipped + padding > length) {
            throw protocol("HEADERS are shorter than their padding");
        }
        block.clear();
        blockFrames = 0;
        blockStream = stream;
        blockEndsStream = (flags & Http2Frame.END_STREAM) != 0;
        addToBlock(flags, at + skipped, length - skipped - padding);
    }

    private void continuation(int flags, int at, int length) throws ConnectionError {
        if (blockStream == 0) {
            throw protocol("CONTINUATION continues nothing");
        }
        addToBlock(flags, at, length);
    }

    private void addToBlock(int flags, int at, int length) throws ConnectionError {
        if (++blockFrames > MOST_BLOCK_FRAMES || block.readableBytes() + length > mostBlock) {
            throw new ConnectionError(
                    Http2Frame.ENHANCE_YOUR_CALM,
                    "a header block larger than " + mostBlock + " bytes or of more than " + MOST_BLOCK_FRAMES
                            + " frames");
        }
        block.writeBytes(input, at, length);
        if ((flags & Http2Frame.END_HEADERS) == 0) {
            return;
        }
        int stream = blockStream;
        blockStream = 0;
        Http2Headers headers;
        try {
            headers = decoder.decodeHeaders(stream, block);
        } catch (Http2Exception e) {
            if (e instanceof Http2Exception.StreamException) {
                listener.badHeaders(stream, String.valueOf(e.getMessage()));
                return;
            }
            throw new ConnectionError(Http2Frame.COMPRESSION_ERROR, String.valueOf(e.getMessage()));
        }
        listener.headers(stream, headers, blockEndsStream);
    }

    private void settings(int flags, int stream, int at, int length) throws ConnectionError {
        boolean ack = (flags & Http2Frame.ACK) != 0;
        if (stream != 0 || (ack && length != 0) || length % 6 != 0 || (ack && !settled)) {
            throw protocol("malformed SETTINGS");
        }
        settled = true;
        countControl();
        if (ack) {
            return;
        }
        for (int i = at; i < at + length; i += 6) {
            int name = (input[i] & 0xff) << 8 | (input[i + 1] & 0xff);
            listener.setting(name, Http2Frame.getInt(input, i + 2) & 0xffffffffL);
        }
        listener.settingsEnd();
    }

    private void ping(int flags, int stream, int at, int length) throws ConnectionError {
        expectLength("PING", length, 8);
        if (stream != 0) {
            throw protocol("PING on a stream");
        }
        countControl();
        if ((flags & Http2Frame.ACK) == 0) {
            byte[] payload = new byte[8];
            System.arraycopy(input, at, payload, 0, 8);
            listener.ping(payload);
        }
    }

    private void goAway(int stream, int at, int length) throws ConnectionError {
        if (length < 8 || stream != 0) {
            throw protocol("malformed GOAWAY");
        }
        countControl();
        String message = new String(input, at + 8, Math.min(length - 8, 200), StandardCharsets.US_ASCII);
        listener.goAway(
                Http2Frame.getInt(input, at) & Integer.MAX_VALUE,
                Http2Frame.getInt(input, at + 4) & 0xffffffffL,
                message);
    }

    private int padding(String name, int flags, int at, int length) throws ConnectionError {
        if ((flags & Http2Frame.PADDED) == 0) {
            return 0;
        }
        int padding = length == 0 ? 0 : input[at] & 0xff;
        if (padding >= length) {
            throw protocol(name + " is shorter than its padding");
        }
        return padding;
    }

    /// Counts what costs work and brings nothing.
    void countControl() throws ConnectionError {
        long now = System.nanoTime();
        if (now - controlSince > CONTROL_PERIOD) {
            control = 0;
            controlSince = now;
        }
        if (++control > MOST_CONTROL) {
            throw new ConnectionError(
                    Http2Frame.ENHANCE_YOUR_CALM, "more than " + MOST_CONTROL + " frames without content in 10 s");
        }
    }

    private static void expectLength(String name, int length, int expected) throws ConnectionError {
        if (length != expected) {
            throw new ConnectionError(Http2Frame.FRAME_SIZE_ERROR, name + " of " + length + " bytes");
        }
    }

    private static void expectStream(String name, int stream) throws ConnectionError {
        if (stream == 0) {
            throw protocol(name + " on no stream");
        }
    }

    private static ConnectionError protocol(String message) {
        return new ConnectionError(Http2Frame.PROTOCOL_ERROR, message);
    }
}
