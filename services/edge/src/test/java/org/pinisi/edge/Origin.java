package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.pinisi.http.Address;

/// A small upstream for tests: plain sockets, one virtual thread a connection, and a script that decides what
/// happens.
final class Origin implements AutoCloseable {
    /// Answers one request on a connection; returns whether the connection stays.
    interface Script {
        boolean answer(Exchange exchange) throws IOException;
    }

    /// A request as it arrived, byte for byte, and the way back.
    record Exchange(String head, InputStream in, OutputStream out, Socket socket) {
        String target() {
            return head.split(" ", 3)[1];
        }

        void send(String text) throws IOException {
            out.write(text.getBytes(ISO_8859_1));
            out.flush();
        }

        boolean ok(String body) throws IOException {
            send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            return true;
        }

        String read(int count) throws IOException {
            return new String(in.readNBytes(count), ISO_8859_1);
        }

        String body() throws IOException {
            for (String line : head.split("\r\n")) {
                if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                    return read(Integer.parseInt(line.substring(15).strip()));
                }
                if (line.toLowerCase(java.util.Locale.ROOT).startsWith("transfer-encoding:")) {
                    return chunks();
                }
            }
            return "";
        }

        private String chunks() throws IOException {
            StringBuilder body = new StringBuilder();
            while (true) {
                int length = Integer.parseInt(line(), 16);
                body.append(read(length));
                String end = line();
                if (length == 0) {
                    while (!end.isEmpty()) {
                        end = line();
                    }
                    return body.toString();
                }
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new IOException("the request broke off within its body");
                }
                line.append((char) next);
            }
            return line.toString().strip();
        }
    }

    private final ServerSocket listener;
    private final Script script;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    Origin(Script script) {
        this.script = script;
        try {
            listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Thread.ofVirtual().name("origin-accept").start(this::accept);
    }

    static Origin answering(String body) {
        return new Origin(exchange -> {
            exchange.body();
            return exchange.ok(body);
        });
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                sockets.add(socket);
                Thread.ofVirtual().name("origin").start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new java.io.BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            while (true) {
                String head = Wire.head(in);
                if (head.isEmpty()) {
                    return;
                }
                heads.add(head);
                if (!script.answer(new Exchange(head, in, out, socket))) {
                    return;
                }
            }
        } catch (IOException gone) {
            failures.add(gone);
        } finally {
            sockets.remove(socket);
        }
    }

    Upstream upstream(String id) {
        return new Upstream(id, address());
    }

    Address address() {
        return new Address.Inet("127.0.0.1", listener.getLocalPort());
    }

    int connections() {
        return connections.get();
    }

    int openConnections() {
        return sockets.size();
    }

    /// The heads of all requests so far.
    List<String> heads() {
        return heads;
    }

    void closeConnections() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        closeConnections();
    }
}
