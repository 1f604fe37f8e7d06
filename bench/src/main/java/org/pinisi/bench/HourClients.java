package org.pinisi.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The clients of the mixed load: some hundred requests a second of all kinds, each answer checked by its
/// hash and by the route that it names. Nothing is tried twice, save what the JDK's HTTP/2 client repeats
/// by itself.
final class HourClients implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int REQUESTS_A_CONNECTION = 200;
    private static final int LARGE = 4 << 20;
    private static final int UPLOAD = 256 << 10;
    private static final int EVENTS = 100;
    private static final int MESSAGES = 100;
    private static final long BETWEEN_MESSAGES_MILLIS = 50;
    private static final int[] SIZES = {0, 200, 1_000, 20_000, 100_000};

    private final int plainPort;
    private final int securePort;
    private final SSLContext trust;
    private final HourTally tally;
    private final HourContent content = new HourContent();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    HourClients(int plainPort, int securePort, SSLContext trust, HourTally tally) {
        this.plainPort = plainPort;
        this.securePort = securePort;
        this.trust = trust;
        this.tally = tally;
    }

    /// One request, or a session of them.
    private interface Work {
        /// @param random for choices that are the same in each run
        void once(String route, SplittableRandom random) throws IOException, InterruptedException;
    }

    /// How a client gets a connection.
    private interface Opening {
        HourWire open(String host) throws IOException;
    }

    /// Starts them all.
    void start() {
        Opening plain = host -> HourWire.plain(plainPort, host);
        Opening secure = host -> HourWire.secure(securePort, host, trust);
        for (int i = 0; i < HourUnits.ROUTES.size(); i++) {
            String route = HourUnits.ROUTES.get(i);
            begin("plain", route, i, 30, new Kept("plain", plain));
            begin("tls", route, i, 60, new Kept("tls", secure));
            begin("tls-new", route, i, 1_000, (to, random) -> {
                try (HourWire wire = secure.open(to + ".localhost")) {
                    small("tls-new", to, wire, random);
                }
            });
            begin("upload", route, i, 1_000, (to, random) -> {
                try (HourWire wire = secure.open(to + ".localhost")) {
                    upload(to, wire, random);
                }
            });
            begin("large", route, i, 3_000, (to, _) -> {
                try (HourWire wire = plain.open(to + ".localhost")) {
                    check("large", to, "big", LARGE, wire.get("/bytes/" + LARGE + "/big"));
                }
            });
            begin("events", route, i, 500, (to, _) -> events(to));
            begin(
                    "socket",
                    route,
                    i,
                    500,
                    (to, _) -> new HourSocket(tally, trust, securePort, to).talk(MESSAGES, BETWEEN_MESSAGES_MILLIS));
            begin("h2", route, i, 2_000, (to, random) -> sessionOverHttp2(to, random));
        }
    }

    private void begin(String kind, String route, int index, long everyMillis, Work work) {
        SplittableRandom random = new SplittableRandom(kind.hashCode() + index);
        workers.execute(() -> {
            long next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextLong(everyMillis + 1));
            while (running.get()) {
                LockSupport.parkNanos(next - System.nanoTime());
                next = Math.max(next + TimeUnit.MILLISECONDS.toNanos(everyMillis), System.nanoTime() - 1_000_000_000L);
                long begun = System.nanoTime();
                try {
                    work.once(route, random);
                } catch (IOException failure) {
                    tally.failed(kind, route, begun, failure.toString());
                } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        });
    }

    /// One request after the other on a kept connection.
    private final class Kept implements Work {
        private final String kind;
        private final Opening opening;
        private @Nullable HourWire wire;
        private int asked;

        Kept(String kind, Opening opening) {
            this.kind = kind;
            this.opening = opening;
        }

        @Override
        public void once(String route, SplittableRandom random) throws IOException {
            HourWire current = wire;
            boolean whole = false;
            try {
                if (current == null) {
                    current = opening.open(route + ".localhost");
                    wire = current;
                    asked = 0;
                }
                small(kind, route, current, random);
                whole = true;
            } finally {
                if (current != null && (!whole || ++asked == REQUESTS_A_CONNECTION || !running.get())) {
                    wire = null;
                    current.close();
                }
            }
        }
    }

    private void small(String kind, String route, HourWire wire, SplittableRandom random) throws IOException {
        int length = SIZES[random.nextInt(SIZES.length)];
        String name = "file-" + random.nextInt(20);
        String how = random.nextBoolean() ? "/bytes/" : "/pieces/";
        check(kind, route, name, length, wire.get(how + length + "/" + name));
    }

    private void upload(String route, HourWire wire, SplittableRandom random) throws IOException {
        byte[] body = new byte[UPLOAD];
        random.nextBytes(body);
        HourWire.Answer answer = wire.post("/hash", body);
        String said = HourWire.text(answer.body());
        if (isRight("upload", route, answer.status(), answer.fields().getOrDefault("x-route", ""))) {
            String expected = HourContent.said(route, HourContent.digest(body));
            verdict("upload", said.equals(expected), route + " said " + said);
        }
    }

    private void check(String kind, String route, String name, long length, HourWire.Answer answer) throws IOException {
        String digest = HourContent.digest(answer.body());
        if (isRight(kind, route, answer.status(), answer.fields().getOrDefault("x-route", ""))) {
            verdict(kind, digest.equals(content.digest(route, name, length)), "other bytes for " + route + "/" + name);
        }
    }

    /// Whether the answer's head is an upstream's of that route.
    ///
    /// @throws IOException if it is the edge's own, as the request was lost then
    private boolean isRight(String kind, String route, int status, String from) throws IOException {
        if (status >= 500) {
            throw new IOException("answered " + status);
        }
        if (status != 200 || !from.equals(route)) {
            tally.wrong(kind, "asked " + route + ", answered " + status + " from \"" + from + "\"");
            return false;
        }
        return true;
    }

    private void verdict(String kind, boolean right, String what) {
        if (right) {
            tally.right(kind);
        } else {
            tally.wrong(kind, what);
        }
    }

    private void events(String route) throws IOException {
        try (HourWire wire = HourWire.plain(plainPort, route + ".localhost")) {
            HourWire.Answer answer = wire.get("/events/" + EVENTS);
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < EVENTS; i++) {
                expected.append("data: ")
                        .append(HourContent.said(route, Integer.toString(i)))
                        .append('\n');
            }
            String said = HourWire.text(answer.body());
            if (isRight("events", route, answer.status(), answer.fields().getOrDefault("x-route", ""))) {
                String data = said.lines()
                        .filter(line -> line.startsWith("data:"))
                        .reduce("", (all, line) -> all + line + "\n");
                verdict("events", data.contentEquals(expected), "events of " + route + " were\n" + said);
            }
        }
    }

    /// Many requests at once on one HTTP/2 connection, small ones and large ones.
    private void sessionOverHttp2(String route, SplittableRandom random) throws InterruptedException {
        try (HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_2)
                        .sslContext(trust)
                        .connectTimeout(PATIENCE)
                        .build();
                ExecutorService streams = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40 && running.get(); i++) {
                int length = i % 20 == 19 ? LARGE : SIZES[random.nextInt(SIZES.length)];
                String name = "stream-" + random.nextInt(20);
                streams.execute(() -> stream(client, route, name, length));
                TimeUnit.MILLISECONDS.sleep(i % 4 == 0 ? 100 : 0);
            }
        }
    }

    private void stream(HttpClient client, String route, String name, long length) {
        long begun = System.nanoTime();
        URI address = URI.create("https://" + route + ".localhost:" + securePort + "/bytes/" + length + "/" + name);
        try {
            HttpResponse<InputStream> answer = client.send(
                    HttpRequest.newBuilder(address).timeout(PATIENCE).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                String digest = HourContent.digest(body);
                if (isRight(
                        "h2",
                        route,
                        answer.statusCode(),
                        answer.headers().firstValue("X-Route").orElse(""))) {
                    verdict(
                            answer.version() == HttpClient.Version.HTTP_2 ? "h2" : "h2-as-h1",
                            digest.equals(content.digest(route, name, length)),
                            "other bytes for " + route + "/" + name);
                }
            }
        } catch (IOException failure) {
            tally.failed("h2", route, begun, failure.toString());
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /// Lets what is under way end, for at most a minute.
    @Override
    public void close() {
        running.set(false);
        workers.shutdown();
        try {
            if (!workers.awaitTermination(1, TimeUnit.MINUTES)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException _) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
