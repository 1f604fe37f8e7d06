package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.pinisi.http.Address;

/// A raw client of HTTP/2: sends frames as they are, right or wrong, and tells what came of them.
final class FrameWire implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    static final int ACK = 1;

    private final Socket socket;
    private final BufferedInputStream in;

    /// One frame as it came.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean ends() {
            return (flags & END_STREAM) != 0;
        }
    }

    FrameWire(Address address) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), ((Address.Inet) address).port());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /// Preface, settings (names and values in turn), and consent to the server's.
    FrameWire begin(int... settings) throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(settings.length * 3);
        for (int i = 0; i < settings.length; i += 2) {
            payload.putShort((short) settings[i]).putInt(settings[i + 1]);
        }
        return send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1))
                .send(frame(SETTINGS, 0, 0, payload.array()))
                .send(frame(SETTINGS, ACK, 0));
    }

    FrameWire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /// Sends the frame again and again, until the server has closed or enough were sent.
    FrameWire flood(int times, Frames frames) throws IOException {
        try {
            for (int i = 0; i < times; i++) {
                send(frames.frame(i));
            }
        } catch (SocketException closed) {
            // That is what a flood is for; what the server said is still to be read.
            return this;
        }
        return this;
    }

    interface Frames {
        byte[] frame(int number);
    }

    /// The next frame.
    Frame read() throws IOException {
        ByteBuffer head = ByteBuffer.wrap(in.readNBytes(9));
        if (head.remaining() < 9) {
            throw new IOException("the connection ended");
        }
        int length = ((head.get() & 0xff) << 16) | ((head.get() & 0xff) << 8) | (head.get() & 0xff);
        return new Frame(head.get(), head.get(), head.getInt() & Integer.MAX_VALUE, in.readNBytes(length));
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

    /// How the connection ends: `GOAWAY CODE`, or `closed`.
    String end() throws IOException {
        try {
            while (true) {
                Frame frame = read();
                if (frame.type() == GOAWAY) {
                    return "GOAWAY " + ByteBuffer.wrap(frame.payload()).getInt(4);
                }
            }
        } catch (SocketException reset) {
            return "closed";
        } catch (IOException ended) {
            return ended instanceof java.net.SocketTimeoutException ? "silence" : "closed";
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    static byte[] frame(int type, int flags, int stream, byte... payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /// A request's header block, literals without indexing; more names and values in turn.
    static byte[] block(String method, String host, String... more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        literal(out, ":method", method);
        literal(out, ":scheme", "http");
        literal(out, ":path", "/");
        literal(out, ":authority", host);
        for (int i = 0; i < more.length; i += 2) {
            literal(out, more[i], more[i + 1]);
        }
        return out.toByteArray();
    }

    static void literal(ByteArrayOutputStream out, String name, String value) {
        out.write(0);
        string(out, name);
        string(out, value);
    }

    private static void string(ByteArrayOutputStream out, String text) {
        int length = text.length();
        if (length < 127) {
            out.write(length);
        } else {
            out.write(127);
            int rest = length - 127;
            while (rest >= 128) {
                out.write((rest & 127) | 128);
                rest >>= 7;
            }
            out.write(rest);
        }
        out.writeBytes(text.getBytes(ISO_8859_1));
    }
}
