package org.pinisi.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A raw client: sends text as it is and reads answers byte by byte, so that tests see what is on the wire.
final class Wire implements AutoCloseable {
    private static final int PATIENCE = 20_000;

    private final Socket socket;
    private final InputStream in;

    /// Over a socket that is connected already.
    Wire(Socket socket) throws IOException {
        this.socket = socket;
        in = new BufferedInputStream(socket.getInputStream(), 1024);
    }

    Wire(Address address) throws IOException {
        this(address, 0);
    }

    /// `receiveBuffer` bounds what the kernel holds for this client; 0 leaves it as it is.
    Wire(Address address, int receiveBuffer) throws IOException {
        if (!(address instanceof Address.Inet(String host, int port))) {
            throw new IOException("only TCP here: " + address);
        }
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(PATIENCE);
        socket.connect(new InetSocketAddress(host, port), PATIENCE);
        in = new BufferedInputStream(socket.getInputStream(), 1024);
    }

    Wire send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /// The next head, without the empty line; empty at the end of the connection.
    String head() throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return text.toString();
            }
            text.append((char) b);
        }
        return text.substring(0, text.length() - 4);
    }

    String bytes(int count) throws IOException {
        return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /// The next answer's status line and body, which must have a Content-Length.
    String answer() throws IOException {
        String head = head();
        String line = head.lines().findFirst().orElse("closed");
        int length = head.lines()
                .filter(field -> field.startsWith("Content-Length: "))
                .mapToInt(field -> Integer.parseInt(field.substring(16)))
                .findFirst()
                .orElse(0);
        return line + "|" + bytes(length);
    }

    /// Everything to the end of the connection.
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
