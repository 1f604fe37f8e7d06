package org.pinisi.edge;

import static org.pinisi.edge.FrameWire.END_HEADERS;
import static org.pinisi.edge.FrameWire.HEADERS;
import static org.pinisi.edge.FrameWire.RST_STREAM;
import static org.pinisi.edge.FrameWire.SETTINGS;
import static org.pinisi.edge.FrameWire.frame;
import static org.pinisi.edge.FrameWire.number;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.pinisi.http.Address;

/// An upstream that speaks HTTP/2 with prior knowledge, begins each answer and resets it.
final class FrameUpstream implements AutoCloseable {
    private static final int PREFACE = 24;
    private static final byte STATUS_200 = (byte) 0x88;

    private final ServerSocket listener;
    private final int code;

    FrameUpstream(int code) {
        this.code = code;
        try {
            listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Thread.ofVirtual().start(this::accept);
    }

    Address address() {
        return new Address.Inet("127.0.0.1", listener.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the test is over
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            in.readNBytes(PREFACE);
            out.write(frame(SETTINGS, 0, 0));
            while (true) {
                int length = (in.readUnsignedShort() << 8) | in.readUnsignedByte();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                in.readNBytes(length);
                if (type == HEADERS) {
                    out.write(frame(HEADERS, END_HEADERS, stream, STATUS_200));
                    out.write(frame(RST_STREAM, 0, stream, number(code)));
                } else if (type == SETTINGS && flags == 0) {
                    out.write(frame(SETTINGS, FrameWire.ACK, 0));
                }
            }
        } catch (IOException closed) {
            // the edge has gone
            return;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
