package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A raw HTTP/2 client: sends frames as they are, right or wrong, and tells what came of them.
final class Http2Wire implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    static final int PRIORITISED = 0x20;

    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PATIENCE = 20_000;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder(false);
    private final List<Integer> answering = new ArrayList<>();

    /// One frame as it came.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        int number(int offset) {
            return Unpooled.wrappedBuffer(payload).getInt(offset);
        }
    }

    Http2Wire(Address address) throws IOException {
        this(address, 0);
    }

    /// `receiveBuffer` bounds what the kernel holds for this client; 0 leaves it as it is.
    Http2Wire(Address address, int receiveBuffer) throws IOException {
        if (!(address instanceof Address.Inet(String host, int port))) {
            throw new IOException("only TCP here: " + address);
        }
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE);
        socket.connect(new InetSocketAddress(host, port), PATIENCE);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        out = socket.getOutputStream();
    }

    /// Preface, settings, and consent to the server's, as every client begins.
    Http2Wire begin(int... settings) throws IOException {
        return send(PREFACE).send(settings(settings), frame(SETTINGS, ACK, 0));
    }

    Http2Wire send(byte[]... pieces) throws IOException {
        out.write(join(pieces));
        return this;
    }

    /// The next frame.
    Frame read() throws IOException {
        Frame frame = readOrNull();
        if (frame == null) {
            throw new IOException("the connection ended");
        }
        return frame;
    }

    @Nullable
    private Frame readOrNull() throws IOException {
        byte[] head = in.readNBytes(9);
        if (head.length < 9) {
            return null;
        }
        ByteBuf bytes = Unpooled.wrappedBuffer(head);
        int length = bytes.readUnsignedMedium();
        int type = bytes.readUnsignedByte();
        int flags = bytes.readUnsignedByte();
        return new Frame(type, flags, bytes.readInt() & Integer.MAX_VALUE, in.readNBytes(length));
    }

    /// The next frame of this type.
    Frame read(int type) throws IOException {
        while (true) {
            Frame frame = read();
            if (frame.type() == type) {
                return frame;
            }
        }
    }

    /// The next thing of meaning: `200 on 1` when an answer is complete, `RST 1 CODE`, `GOAWAY CODE`,
    /// `PONG`, or `closed`.
    String event() throws IOException {
        while (true) {
            Frame frame = readOrEnd();
            if (frame == null) {
                return "closed";
            }
            String found = switch (frame.type()) {
                case HEADERS -> answer(frame, status(frame));
                case DATA -> answer(frame, 0);
                case RST_STREAM -> "RST " + frame.stream() + " " + Http2Error.valueOf(frame.number(0));
                case GOAWAY -> "GOAWAY " + Http2Error.valueOf(frame.number(4));
                case PING -> frame.has(ACK) ? "PONG" : "";
                default -> "";
            };
            if (!found.isEmpty()) {
                return found;
            }
        }
    }

    @Nullable
    private Frame readOrEnd() throws IOException {
        try {
            return readOrNull();
        } catch (SocketException _) {
            return null;
        }
    }

    private int status(Frame frame) throws IOException {
        return Integer.parseInt(String.valueOf(fields(frame).status()));
    }

    /// The fields of a HEADERS frame; each is to be asked for once, in order.
    Http2Headers fields(Frame frame) throws IOException {
        try {
            return headers.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()));
        } catch (Http2Exception e) {
            throw new IOException("the server sent a bad header block", e);
        }
    }

    private String answer(Frame frame, int status) {
        if (status > 0) {
            answering.add(status);
        }
        return frame.has(END_STREAM) ? answering.removeFirst() + " on " + frame.stream() : "";
    }

    /// The body of the one answer that comes next.
    byte[] body() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            Frame frame = read();
            if (frame.type() == RST_STREAM) {
                throw new IOException("the answer was cut after " + body.size() + " bytes");
            }
            if (frame.type() == DATA) {
                body.writeBytes(frame.payload());
                if (frame.payload().length > 0 && !frame.has(END_STREAM)) {
                    send(windowUpdate(0, frame.payload().length), windowUpdate(frame.stream(), frame.payload().length));
                }
            }
            if ((frame.type() == DATA || frame.type() == HEADERS) && frame.has(END_STREAM)) {
                return body.toByteArray();
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    // ---- frames

    static byte[] frame(int type, int flags, int stream, byte[]... payload) {
        byte[] all = join(payload);
        return sized(all.length, type, flags, stream, all);
    }

    /// A frame that says it is as long as this.
    static byte[] sized(int length, int type, int flags, int stream, byte[]... payload) {
        ByteBuf head = Unpooled.buffer();
        head.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
        return join(ByteBufUtil.getBytes(head), join(payload));
    }

    static byte[] settings(int... idsAndValues) {
        ByteBuf payload = Unpooled.buffer();
        for (int i = 0; i < idsAndValues.length; i += 2) {
            payload.writeShort(idsAndValues[i]).writeInt(idsAndValues[i + 1]);
        }
        return frame(SETTINGS, 0, 0, ByteBufUtil.getBytes(payload));
    }

    static byte[] windowUpdate(int stream, int increment) {
        return frame(WINDOW_UPDATE, 0, stream, number(increment));
    }

    static byte[] reset(int stream) {
        return frame(RST_STREAM, 0, stream, number(8));
    }

    static byte[] ping() {
        return frame(PING, 0, 0, new byte[8]);
    }

    static byte[] number(int value) {
        return ByteBufUtil.getBytes(Unpooled.buffer().writeInt(value));
    }

    /// A GET without a body.
    static byte[] get(int stream, String path, String... more) {
        return frame(HEADERS, END_STREAM | END_HEADERS, stream, ask("GET", path), block(more));
    }

    /// A POST whose body follows.
    static byte[] post(int stream, String... more) {
        return frame(HEADERS, END_HEADERS, stream, ask("POST", "/"), block(more));
    }

    static byte[] ask(String method, String path) {
        return block(":method", method, ":scheme", "http", ":path", path, ":authority", "h");
    }

    /// Literals without indexing.
    static byte[] block(String... namesAndValues) {
        ByteBuf out = Unpooled.buffer();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            out.writeByte(0);
            string(out, namesAndValues[i]);
            string(out, namesAndValues[i + 1]);
        }
        return ByteBufUtil.getBytes(out);
    }

    private static void string(ByteBuf out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            out.writeByte(bytes.length);
        } else {
            int rest = bytes.length - 127;
            out.writeByte(127);
            while (rest >= 128) {
                out.writeByte((rest & 127) | 128);
                rest >>= 7;
            }
            out.writeByte(rest);
        }
        out.writeBytes(bytes);
    }

    static byte[] join(byte[]... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }
}
