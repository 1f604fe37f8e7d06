package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.pinisi.flow.Flow;
import org.pinisi.flow.MemoryListener;

/// A server that does with HTTP/2 what a test says, frame by frame, good or bad.
final class FramePeer implements AutoCloseable {
    private static final Duration TIME = Duration.ofSeconds(20);

    private final Flow flow;
    private final DataInputStream in;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private boolean acknowledged;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(int type, int flags, int stream, byte[] payload) {
        int number(int at) {
            return Http2Frame.getInt(payload, at);
        }
    }

    /// Takes the next connection and its preface, and sends settings: names and values in turn.
    FramePeer(MemoryListener listener, int... settings) throws IOException, InterruptedException {
        flow = listener.accept(TIME).orElseThrow();
        flow.patience(TIME);
        in = new DataInputStream(flow.input());
        byte[] preface = in.readNBytes(24);
        if (!new String(preface, StandardCharsets.US_ASCII).startsWith("PRI * HTTP/2.0")) {
            throw new IOException("no preface");
        }
        if (settings.length != 1) {
            send(Http2Frame.settings(settings));
        }
    }

    Frame next() throws IOException {
        int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        return new Frame(type, flags, stream, in.readNBytes(length));
    }

    /// The next frame of this type; others are skipped, settings answered.
    Frame expect(int type) throws IOException {
        while (true) {
            Frame frame = next();
            if (frame.type == type) {
                return frame;
            }
            settings(frame);
        }
    }

    private void settings(Frame frame) {
        if (frame.type != Http2Frame.SETTINGS) {
            return;
        }
        if ((frame.flags & Http2Frame.ACK) == 0) {
            acknowledge();
        } else {
            acknowledged = true;
        }
    }

    /// Waits until the client has taken this side's settings, which may have been before its first request.
    void expectAcknowledged() throws IOException {
        while (!acknowledged) {
            settings(next());
        }
    }

    private void acknowledge() {
        try {
            send(Http2Frame.frame(Http2Frame.SETTINGS, Http2Frame.ACK, 0, 0));
        } catch (IOException _) {
            // The client has hung up; what it said before can still be read.
        }
    }

    /// The code of the GOAWAY that ends the connection.
    int expectGoAway() throws IOException {
        int code = expect(Http2Frame.GOAWAY).number(4);
        try {
            while (true) {
                next();
            }
        } catch (EOFException _) {
            return code;
        }
    }

    /// Takes a request's head; returns its stream.
    int request() throws IOException {
        return expect(Http2Frame.HEADERS).stream;
    }

    Http2Headers requestHeaders(Frame frame) throws Http2Exception {
        return decoder.decodeHeaders(frame.stream, Unpooled.wrappedBuffer(frame.payload));
    }

    synchronized void send(byte[] frame) throws IOException {
        flow.write(frame, 0, frame.length);
    }

    void send(int type, int flags, int stream, byte[] payload) throws IOException {
        byte[] frame = Http2Frame.frame(type, flags, stream, payload.length);
        System.arraycopy(payload, 0, frame, Http2Frame.HEADER, payload.length);
        send(frame);
    }

    /// Names and values in turn.
    byte[] block(String... fields) throws Http2Exception {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        ByteBuf block = Unpooled.buffer();
        encoder.encodeHeaders(1, headers, block);
        return ByteBufUtil.getBytes(block);
    }

    void headers(int stream, boolean end, String... fields) throws IOException, Http2Exception {
        send(Http2Frame.HEADERS, Http2Frame.END_HEADERS | (end ? Http2Frame.END_STREAM : 0), stream, block(fields));
    }

    void data(int stream, boolean end, String text) throws IOException {
        send(Http2Frame.DATA, end ? Http2Frame.END_STREAM : 0, stream, text.getBytes(StandardCharsets.UTF_8));
    }

    /// A whole answer of status 200.
    void answer(int stream, String text) throws IOException, Http2Exception {
        headers(stream, false, ":status", "200");
        data(stream, true, text);
    }

    void reset(int stream, int code) throws IOException {
        send(Http2Frame.numbers(Http2Frame.RST_STREAM, 0, stream, code));
    }

    @Override
    public void close() {
        flow.close();
    }
}
