package org.pinisi.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/// Requests at a steady rate over TLS, each answer checked, on connections of HTTP/1.1 and of HTTP/2 that
/// are kept from the beginning to the end, and one in six on a new one. Nothing is tried twice. Each handshake must
/// show a
/// certificate for its name that is valid at that moment and signed by an authority that is trusted.
final class RenewalLoad implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int KEPT = 10;
    private static final int KEPT_OVER_HTTP2 = 5;
    private static final int NEWCOMERS = 4;
    private static final int NEW_ONE_IN = 6;

    private final int port;
    private final Duration every;
    private final Duration newEvery;
    private final PebbleAuthority authority;
    private final List<String> names = new CopyOnWriteArrayList<>();
    private final Map<String, String> shown = new ConcurrentHashMap<>();
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private final List<String> badHandshakes = new CopyOnWriteArrayList<>();
    private final List<String> dropped = new CopyOnWriteArrayList<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong handshakes = new AtomicLong();
    private final AtomicLong opened = new AtomicLong();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    /// @param port of the edge, with TLS
    /// @param rate requests a second, once all kept connections are there
    RenewalLoad(int port, PebbleAuthority authority, int rate) {
        this.port = port;
        Duration second = Duration.ofSeconds(1);
        this.newEvery = second.multipliedBy((long) NEWCOMERS * NEW_ONE_IN).dividedBy(rate);
        this.every = second.multipliedBy((long) kept() * NEW_ONE_IN).dividedBy((long) rate * (NEW_ONE_IN - 1));
        this.authority = authority;
        for (int i = 0; i < NEWCOMERS; i++) {
            int index = i;
            workers.execute(() -> newcomer(index));
        }
    }

    /// A step of a client; repeated until the load ends.
    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    /// The name has a certificate, so that it is asked for from now on. The first ones get connections that
    /// are kept.
    void include(String name) {
        names.add(name);
        int count = names.size();
        if (count <= KEPT) {
            workers.execute(() -> kept(name));
        }
        if (count <= KEPT_OVER_HTTP2) {
            workers.execute(() -> keptOverHttp2(name));
        }
    }

    private void repeat(Duration pause, String what, Step step) {
        long next = System.nanoTime();
        while (running.get()) {
            LockSupport.parkNanos(next - System.nanoTime());
            next = Math.max(next + pause.toNanos(), System.nanoTime());
            try {
                step.run();
            } catch (SSLException refused) {
                badHandshakes.add(what + ": " + refused);
            } catch (IOException failure) {
                lost.add(what + ": " + failure);
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void kept(String name) {
        List<HourWire> current = new ArrayList<>();
        String what = "kept connection to " + name;
        repeat(every, what, () -> {
            if (current.isEmpty()) {
                current.add(open(name));
                opened.incrementAndGet();
            }
            boolean whole = false;
            try {
                ask(current.getFirst(), name);
                whole = true;
            } finally {
                if (!whole) {
                    dropped.add(what);
                    current.removeFirst().close();
                }
            }
        });
        try {
            for (HourWire wire : current) {
                wire.close();
            }
        } catch (IOException failure) {
            dropped.add(what + ": " + failure);
        }
    }

    private void keptOverHttp2(String name) {
        List<SSLSession> sessions = new ArrayList<>();
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(authority.clientContext())
                .connectTimeout(PATIENCE)
                .build()) {
            repeat(every, "HTTP/2 to " + name, () -> {
                String path = path(name);
                HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + name + ":" + port + path))
                        .timeout(PATIENCE)
                        .build();
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                check(answer.statusCode(), answer.body(), name, path);
                if (answer.version() != HttpClient.Version.HTTP_2) {
                    throw new IOException("answered over " + answer.version());
                }
                same(sessions, answer.sslSession().orElseThrow(), name);
            });
        }
    }

    /// A connection has one session from its beginning to its end: another one is another connection's.
    private void same(List<SSLSession> sessions, SSLSession now, String name) {
        if (sessions.isEmpty()) {
            opened.incrementAndGet();
            handshakes.incrementAndGet();
            sessions.add(now);
        } else if (now.getCreationTime() != sessions.getFirst().getCreationTime()) {
            dropped.add("HTTP/2 connection to " + name);
            sessions.set(0, now);
        }
    }

    /// Goes through its share of the names; once the server has shown a new certificate it must not show
    /// the old one.
    private void newcomer(int index) {
        Map<String, List<String>> serials = new HashMap<>();
        int[] turn = {index};
        repeat(newEvery, "new connection", () -> {
            List<String> mine = List.copyOf(names);
            if (mine.size() <= index) {
                return;
            }
            turn[0] = turn[0] < mine.size() ? turn[0] : index;
            String name = mine.get(turn[0]);
            turn[0] += NEWCOMERS;
            try (HourWire wire = open(name)) {
                ask(wire, name);
                String serial = serial(wire.shown());
                List<String> before = serials.computeIfAbsent(name, _ -> new ArrayList<>());
                if (before.isEmpty() || !before.getLast().equals(serial)) {
                    if (before.contains(serial)) {
                        badHandshakes.add(name + " shows an old certificate again: " + serial);
                    }
                    before.add(serial);
                }
                shown.put(name, serial);
            }
        });
    }

    /// Checks by itself that the certificate is for that name, not past its end, and trusted.
    private HourWire open(String name) throws IOException {
        HourWire wire = HourWire.secure(port, name, authority.clientContext());
        handshakes.incrementAndGet();
        return wire;
    }

    private void ask(HourWire wire, String name) throws IOException {
        String path = path(name);
        HourWire.Answer answer = wire.get(path);
        check(answer.status(), HourWire.text(answer.body()), name, path);
    }

    private String path(String name) {
        return "/" + name + "/" + requests.incrementAndGet();
    }

    private static void check(int status, String body, String name, String path) throws IOException {
        if (status != 200 || !body.equals(name + " " + path)) {
            throw new IOException("asked " + name + path + ", answered " + status + ": " + body);
        }
    }

    /// In hexadecimal.
    static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(16);
    }

    /// What a client sees now.
    String served(String name) throws IOException {
        try (HourWire wire = open(name)) {
            ask(wire, name);
            return serial(wire.shown());
        }
    }

    /// The certificate that a new connection of the load was last shown.
    Optional<String> shown(String name) {
        return Optional.ofNullable(shown.get(name));
    }

    long requests() {
        return requests.get();
    }

    long handshakes() {
        return handshakes.get();
    }

    /// Connections that were to be kept, each opened once when none was dropped.
    long opened() {
        return opened.get();
    }

    static int kept() {
        return KEPT + KEPT_OVER_HTTP2;
    }

    /// Requests without the right answer.
    List<String> lost() {
        return lost;
    }

    /// Handshakes that failed, or showed another certificate than they should.
    List<String> badHandshakes() {
        return badHandshakes;
    }

    /// Kept connections that did not last.
    List<String> dropped() {
        return dropped;
    }

    /// Lets what is under way end.
    @Override
    public void close() {
        running.set(false);
        workers.close();
    }
}
