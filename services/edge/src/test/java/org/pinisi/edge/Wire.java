package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import org.pinisi.http.Address;

/// A client for tests that sends exactly the bytes it is given.
final class Wire implements AutoCloseable {
    /// An answer: its head as sent, and its content.
    record Answer(String head, String body) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        boolean has(String field) {
            return head.toLowerCase(Locale.ROOT).contains("\r\n" + field.toLowerCase(Locale.ROOT) + ":");
        }
    }

    private final Socket socket;
    private final InputStream in;

    Wire(Address address) throws IOException {
        Address.Inet inet = (Address.Inet) address;
        socket = new Socket(InetAddress.getLoopbackAddress(), inet.port());
        socket.setSoTimeout(20_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /// On a connection that is open already.
    Wire(Socket open) throws IOException {
        socket = open;
        in = new BufferedInputStream(open.getInputStream());
    }

    /// A head made of these lines.
    static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    Socket socket() {
        return socket;
    }

    InputStream in() {
        return in;
    }

    Wire send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        return this;
    }

    /// Sends the text in pieces of that size, as far as the other side takes them: it may have heard
    /// enough.
    Wire sendInPieces(String text, int size) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        try {
            socket.setTcpNoDelay(true);
            for (int start = 0; start < bytes.length; start += size) {
                socket.getOutputStream().write(bytes, start, Math.min(size, bytes.length - start));
            }
        } catch (IOException refused) {
            // What it answered meanwhile is what counts.
        }
        return this;
    }

    Wire get(String host, String target) throws IOException {
        return send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    Answer answer() throws IOException {
        return answer(false);
    }

    /// The next answer; `bodiless` for one to HEAD.
    Answer answer(boolean bodiless) throws IOException {
        String head = head(in);
        if (head.isEmpty()) {
            throw new EOFException("the connection ended where an answer was expected");
        }
        String lower = head.toLowerCase(Locale.ROOT);
        int status = Integer.parseInt(head.substring(9, 12));
        if (bodiless || status < 200 || status == 204 || status == 304) {
            return new Answer(head, "");
        }
        if (lower.contains("\r\ntransfer-encoding: chunked")) {
            return new Answer(head, chunks());
        }
        int length = lower.indexOf("\r\ncontent-length:");
        if (length < 0) {
            return new Answer(head, new String(in.readAllBytes(), ISO_8859_1));
        }
        int begin = length + "\r\ncontent-length:".length();
        int count = Integer.parseInt(
                lower.substring(begin, lower.indexOf("\r\n", begin)).strip());
        byte[] body = in.readNBytes(count);
        if (body.length < count) {
            throw new EOFException("the body ended after " + body.length + " of " + count + " bytes");
        }
        return new Answer(head, new String(body, ISO_8859_1));
    }

    private String chunks() throws IOException {
        StringBuilder content = new StringBuilder();
        while (true) {
            int size = Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
            if (size == 0) {
                while (!line(in).isEmpty()) {
                    // trailers
                }
                return content.toString();
            }
            byte[] piece = in.readNBytes(size);
            if (piece.length < size) {
                throw new EOFException("a chunk was cut short");
            }
            content.append(new String(piece, ISO_8859_1));
            line(in);
        }
    }

    /// All that still comes, up to an orderly end or a reset.
    String rest() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                all.write(next);
            }
        } catch (java.net.SocketException reset) {
            // As good as an end.
        }
        return all.toString(ISO_8859_1);
    }

    /// Whether the other side has closed, by an orderly end or a reset.
    boolean isEnded() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    /// Reads up to the empty line; empty when the connection ends before the first byte.
    static String head(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            String line = line(in, bytes);
            if (line.isEmpty()) {
                return bytes.toString(ISO_8859_1);
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        return line(in, new ByteArrayOutputStream());
    }

    private static String line(InputStream in, ByteArrayOutputStream all) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                if (all.size() == 0) {
                    return "";
                }
                throw new EOFException("ended within: " + all.toString(ISO_8859_1));
            }
            all.write(next);
            if (next == '\n') {
                return line.toString().strip();
            }
            line.append((char) next);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
