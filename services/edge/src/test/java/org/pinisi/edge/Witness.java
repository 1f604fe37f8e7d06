package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.pinisi.http.Address;

/// An upstream that keeps every byte it is sent, and can say afterwards which requests a careless server
/// would have seen in them: one that believes Content-Length first, or Transfer-Encoding first, and takes
/// bare line feeds for ends of lines.
final class Witness implements AutoCloseable {
    /// What a careless server makes of what is left when it has no length to go by.
    enum Belief {
        LENGTH_FIRST,
        CHUNKS_FIRST
    }

    /// What came on one connection.
    private static final class Connection {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int answered;

        /// Keeps the bytes; returns the targets of the requests that are complete now.
        synchronized List<String> add(byte[] piece, int length) {
            bytes.write(piece, 0, length);
            List<String> seen = targets(text(), Belief.CHUNKS_FIRST);
            List<String> fresh = List.copyOf(seen.subList(Math.min(answered, seen.size()), seen.size()));
            answered = seen.size();
            return fresh;
        }

        synchronized String text() {
            return bytes.toString(ISO_8859_1);
        }

        synchronized void forget() {
            bytes.reset();
            answered = 0;
        }
    }

    private final ServerSocket listener;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    Witness() {
        try {
            listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Thread.ofVirtual().name("witness-accept").start(this::accept);
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                Connection connection = new Connection();
                connections.add(connection);
                Thread.ofVirtual().name("witness").start(() -> serve(socket, connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /// Answers each request that is complete with its target as content.
    private void serve(Socket socket, Connection connection) {
        byte[] piece = new byte[16 << 10];
        try (socket;
                InputStream in = socket.getInputStream()) {
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                for (String body : connection.add(piece, length)) {
                    String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
                    socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
                }
            }
        } catch (IOException gone) {
            // The edge has let go, as it should of one that it does not trust any more.
        } finally {
            sockets.remove(socket);
        }
    }

    Upstream upstream(String id) {
        return new Upstream(id, new Address.Inet("127.0.0.1", listener.getLocalPort()));
    }

    /// The targets of the complete requests that a server of that belief would have seen, whatever the
    /// connection.
    List<String> targets(Belief belief) {
        return connections.stream()
                .flatMap(connection -> targets(connection.text(), belief).stream())
                .toList();
    }

    void forget() {
        connections.forEach(Connection::forget);
    }

    static List<String> targets(String text, Belief belief) {
        List<String> targets = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = emptyLine(text, at);
            if (end < 0) {
                break;
            }
            String head = text.substring(at, end);
            int after = bodyEnd(text, end, head.toLowerCase(Locale.ROOT), belief);
            if (after < 0) {
                break;
            }
            String[] words = head.strip().split("[ \\t]+", 3);
            targets.add(words.length > 1 ? words[1] : head);
            at = after;
        }
        return targets;
    }

    private static int emptyLine(String text, int from) {
        for (int p = text.indexOf('\n', from); p >= 0; p = text.indexOf('\n', p + 1)) {
            int next = p + 1;
            if (next < text.length() && text.charAt(next) == '\r') {
                next++;
            }
            if (next < text.length() && text.charAt(next) == '\n') {
                return next + 1;
            }
        }
        return -1;
    }

    private static int bodyEnd(String text, int from, String head, Belief belief) {
        boolean chunked = head.contains("chunked");
        int length = head.indexOf("content-length");
        if (chunked && (belief == Belief.CHUNKS_FIRST || length < 0)) {
            return chunksEnd(text, from);
        }
        if (length < 0) {
            return from;
        }
        StringBuilder digits = new StringBuilder();
        for (int p = head.indexOf(':', length) + 1; p < head.length() && head.charAt(p) != '\n'; p++) {
            if (Character.isDigit(head.charAt(p))) {
                digits.append(head.charAt(p));
            } else if (!digits.isEmpty()) {
                break;
            }
        }
        long end = from + (digits.isEmpty() || digits.length() > 9 ? 0 : Long.parseLong(digits.toString()));
        return end > text.length() ? -1 : (int) end;
    }

    private static int chunksEnd(String text, int from) {
        int at = from;
        while (true) {
            int line = text.indexOf('\n', at);
            if (line < 0) {
                return -1;
            }
            String size = text.substring(at, line).split(";", 2)[0].strip();
            int count;
            try {
                count = Integer.parseInt(size, 16);
            } catch (NumberFormatException malformed) {
                return -1;
            }
            if (count == 0) {
                int end = text.startsWith("\r\n", line + 1) ? line + 3 : emptyLine(text, line);
                return end > text.length() ? -1 : end;
            }
            at = line + 1 + count;
            int closing = text.indexOf('\n', at);
            if (at > text.length() || closing < 0) {
                return -1;
            }
            at = closing + 1;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
