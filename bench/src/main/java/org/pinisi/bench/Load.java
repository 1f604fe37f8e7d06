package org.pinisi.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// A constant stream of requests to one app through the edge, over kept connections and **without any
/// retry**: whatever is not a right answer counts as lost. Ends with [#stop]; bounded in time by its
/// constructor.
final class Load implements AutoCloseable {
    private static final int CONNECTIONS = 16;
    private static final int MAX_NOTES = 20;

    private final int port;
    private final String host;
    private final Predicate<String> right;
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final LongAdder answered = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, LongAdder> bodies = new ConcurrentHashMap<>();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    /// What came of it.
    ///
    /// @param bodies how often each body was given
    record Report(long answered, long lost, List<String> notes, Map<String, Long> bodies) {}

    /// Starts at once.
    ///
    /// @param rate requests a second
    /// @param longest after this it stops by itself
    /// @param right whether a body is one that may be given now
    Load(int port, String host, int rate, Duration longest, Predicate<String> right) {
        this.port = port;
        this.host = host;
        this.right = right;
        long interval = TimeUnit.SECONDS.toNanos(CONNECTIONS) / rate;
        long begin = System.nanoTime();
        long end = begin + longest.toNanos();
        for (int i = 0; i < CONNECTIONS; i++) {
            long first = begin + interval * i / CONNECTIONS;
            workers.execute(() -> work(first, interval, end));
        }
    }

    private void work(long first, long interval, long end) {
        Connection connection = new Connection();
        long next = first;
        while (running.get() && next < end) {
            LockSupport.parkNanos(next - System.nanoTime());
            next += interval;
            try {
                String body = connection.get();
                bodies.computeIfAbsent(body, _ -> new LongAdder()).increment();
                if (right.test(body)) {
                    answered.increment();
                } else {
                    lost("wrong body: " + body);
                }
            } catch (IOException failure) {
                lost(failure.toString());
                connection.close();
                connection = new Connection();
            }
        }
        connection.close();
    }

    private void lost(String why) {
        lost.increment();
        if (notes.size() < MAX_NOTES) {
            notes.add(why);
        }
    }

    long answered() {
        return answered.sum();
    }

    long lostSoFar() {
        return lost.sum();
    }

    /// Ends the stream and waits for the requests under way.
    Report stop() {
        running.set(false);
        workers.close();
        Map<String, Long> counts = new ConcurrentHashMap<>();
        bodies.forEach((body, count) -> counts.put(body, count.sum()));
        return new Report(answered.sum(), lost.sum(), List.copyOf(notes), counts);
    }

    @Override
    public void close() {
        running.set(false);
        workers.close();
    }

    /// One kept HTTP/1.1 connection.
    private final class Connection {
        private static final int PATIENCE_MILLIS = 15_000;
        private Socket socket = new Socket();
        private InputStream input = InputStream.nullInputStream();

        String get() throws IOException {
            if (!socket.isConnected()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.setTcpNoDelay(true);
                input = new BufferedInputStream(socket.getInputStream());
            }
            String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String status = line();
            long length = -1;
            boolean chunked = false;
            boolean ends = false;
            for (String field = line(); !field.isEmpty(); field = line()) {
                String lower = field.toLowerCase(java.util.Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Long.parseLong(lower.substring(15).strip());
                }
                chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
                ends |= lower.startsWith("connection:") && lower.contains("close");
            }
            String body = chunked ? chunks() : text(length);
            if (ends) {
                close();
                socket = new Socket();
            }
            if (!status.startsWith("HTTP/1.1 200")) {
                throw new IOException("answered " + status);
            }
            return body;
        }

        private String chunks() throws IOException {
            StringBuilder body = new StringBuilder();
            while (true) {
                int size = Integer.parseInt(line().split(";", 2)[0].strip(), 16);
                if (size == 0) {
                    line();
                    return body.toString();
                }
                body.append(text(size));
                line();
            }
        }

        private String text(long length) throws IOException {
            if (length < 0) {
                throw new IOException("an answer without a length");
            }
            byte[] bytes = input.readNBytes((int) length);
            if (bytes.length < length) {
                throw new IOException("an answer cut short: " + bytes.length + " of " + length + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            while (true) {
                int next = input.read();
                if (next < 0) {
                    throw new IOException("the connection was closed instead of an answer");
                }
                if (next == '\n') {
                    return line.toString();
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException failure) {
                throw new BenchException("cannot close a socket", failure);
            }
        }
    }
}
