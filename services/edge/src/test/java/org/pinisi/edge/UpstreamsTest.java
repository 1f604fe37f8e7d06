package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.http.Address;

/// How a route uses its upstreams, seen from clients.
@Timeout(120)
final class UpstreamsTest {
    @TempDir
    Path folder;

    private static void put(EdgeFixture edge, RouteRules rules, Balancing balancing, Upstream... upstreams) {
        edge.edge()
                .routes()
                .put(new EdgeRoute("app", List.of("app.test"), new Target.Upstreams(List.of(upstreams), balancing))
                        .withRules(rules));
    }

    private static void put(EdgeFixture edge, RouteRules rules, Upstream... upstreams) {
        put(edge, rules, Balancing.defaults(), upstreams);
    }

    private static Wire.Answer get(EdgeFixture edge, String fields) throws IOException {
        try (Wire wire = edge.connect()) {
            return wire.send("GET / HTTP/1.1\r\nHost: app.test\r\n" + fields + "\r\n")
                    .answer();
        }
    }

    private static RouteEntry entry(EdgeFixture edge) {
        return java.util.Objects.requireNonNull(edge.edge().routes().table().named("app"));
    }

    // ---- retries

    /// Takes requests and closes without an answer.
    private static Origin mute() {
        return new Origin(exchange -> false);
    }

    @Test
    void aRequestWhoseConnectionBreaksGoesToAnotherUpstream() throws Exception {
        try (Origin mute = mute();
                Origin well = Origin.answering("well");
                EdgeFixture edge = new EdgeFixture(folder)) {
            put(edge, RouteRules.none(), mute.upstream("a"), well.upstream("b"));
            for (int i = 0; i < 8; i++) {
                assertThat(get(edge, "").body()).isEqualTo("well");
            }
            assertThat(mute.heads()).isNotEmpty();
        }
    }

    @Test
    void aPostThatWasSentIsNotSentAgain() throws Exception {
        try (Origin mute = mute();
                Origin well = Origin.answering("well");
                EdgeFixture edge = new EdgeFixture(folder)) {
            put(edge, RouteRules.none(), mute.upstream("a"), well.upstream("b").withBackup(true));
            try (Wire wire = edge.connect()) {
                wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 0\r\n\r\n");
                assertThat(wire.answer().status()).isEqualTo(502);
            }
            assertThat(well.heads()).isEmpty();
        }
    }

    @Test
    void aPostMayBeAllowedToBeSentAgain() throws Exception {
        try (Origin mute = mute();
                Origin well = Origin.answering("well");
                EdgeFixture edge = new EdgeFixture(folder)) {
            RouteRules rules = RouteRules.none().withRetries(new RetriesRule(2, List.of("POST"), List.of(), 20));
            put(edge, rules, mute.upstream("a"), well.upstream("b").withBackup(true));
            try (Wire wire = edge.connect()) {
                wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 0\r\n\r\n");
                assertThat(wire.answer().body()).isEqualTo("well");
            }
        }
    }

    @Test
    void aRequestIsSentOnceMoreToTheOnlyUpstreamThereIs() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (Origin origin = new Origin(exchange -> asked.incrementAndGet() > 1 && exchange.ok("well"));
                EdgeFixture edge = new EdgeFixture(folder)) {
            put(edge, RouteRules.none(), origin.upstream("a"));
            assertThat(get(edge, "").body()).isEqualTo("well");
            assertThat(origin.heads()).hasSize(2);
            assertThat(edge.stats("app").retried()).isEqualTo(1);
            assertThat(edge.inFlight("app", "a")).isZero();
        }
    }

    @Test
    void theOnlyUpstreamGetsARequestTwiceAtMost() throws Exception {
        try (Origin mute = mute();
                EdgeFixture edge = new EdgeFixture(folder)) {
            RouteRules rules = RouteRules.none().withRetries(new RetriesRule(10, List.of("GET"), List.of(), 100));
            put(edge, rules, mute.upstream("a"));
            assertThat(get(edge, "").status()).isEqualTo(502);
            assertThat(mute.heads()).hasSize(2);
        }
    }

    @Test
    void whatMayNotBeRepeatedIsSentOnceToTheOnlyUpstream() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.in().read();
                    return false;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            put(edge, RouteRules.none(), origin.upstream("a"));
            for (String method : List.of("POST", "PUT")) {
                try (Wire wire = edge.connect()) {
                    wire.send(method + " / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 3\r\n\r\nab");
                    assertThat(wire.answer().status()).as(method).isEqualTo(502);
                }
            }
            assertThat(origin.heads()).hasSize(2);
        }
    }

    /// Requests wait half a minute for whoever refuses.
    private static RouteRules patient() {
        return RouteRules.none()
                .withRetries(RetriesRule.defaults().withWait(Duration.ofSeconds(30)))
                .withTimeouts(TimeoutsRule.none().withConnect(Duration.ofSeconds(30)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return taken.getLocalPort();
        }
    }

    @Test
    void aRequestWaitsForTheOnlyUpstreamToStart() throws Exception {
        int port = freePort();
        try (EdgeFixture edge = new EdgeFixture(folder);
                Wire wire = edge.connect()) {
            put(edge, patient(), new Upstream("a", new Address.Inet("127.0.0.1", port)));
            wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 3\r\n\r\nabc");
            Awaitility.await().until(() -> edge.stats("app").retried() > 0);
            try (ServerSocket started = new ServerSocket(port, 10, InetAddress.getLoopbackAddress());
                    Socket accepted = started.accept()) {
                accepted.setSoTimeout(20_000);
                accepted.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere".getBytes(US_ASCII));
                assertThat(wire.answer().body()).isEqualTo("here");
            }
            assertThat(edge.stats("app").badGateway()).isZero();
        }
    }

    @Test
    void aWaitingRequestGoesToTheUpstreamThatTheRouteHasByThen() throws Exception {
        try (Origin other = Origin.answering("moved");
                EdgeFixture edge = new EdgeFixture(folder);
                Wire wire = edge.connect()) {
            put(edge, patient(), new Upstream("a", new Address.Inet("127.0.0.1", freePort())));
            wire.get("app.test", "/");
            Awaitility.await().until(() -> edge.stats("app").retried() > 0);
            put(edge, patient(), other.upstream("b"));
            assertThat(wire.answer().body()).isEqualTo("moved");
        }
    }

    @Test
    void nobodyWaitsForAnUpstreamThatHasRefusedForLong() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder)) {
            RouteRules rules =
                    RouteRules.none().withRetries(RetriesRule.defaults().withWait(Duration.ofMillis(60)));
            put(edge, rules, new Upstream("a", new Address.Inet("127.0.0.1", freePort())));
            assertThat(get(edge, "").status()).isEqualTo(502);
            long tried = edge.stats("app").retried();
            assertThat(tried).isPositive();
            assertThat(get(edge, "").status()).isEqualTo(502);
            assertThat(edge.stats("app").retried()).isEqualTo(tried);
        }
    }

    @Test
    void withoutPatienceARefusalIsTold() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder)) {
            RouteRules rules =
                    RouteRules.none().withRetries(RetriesRule.defaults().withWait(Duration.ZERO));
            put(edge, rules, new Upstream("a", new Address.Inet("127.0.0.1", freePort())));
            assertThat(get(edge, "").status()).isEqualTo(502);
            assertThat(edge.stats("app").retried()).isZero();
        }
    }

    @Test
    void aClientThatLeavesIsNotWaitedFor() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder)) {
            put(edge, patient(), new Upstream("a", new Address.Inet("127.0.0.1", freePort())));
            try (Wire wire = edge.connect()) {
                wire.get("app.test", "/");
                Awaitility.await().until(() -> edge.stats("app").retried() > 0);
            }
            Awaitility.await().until(() -> edge.edge().health().connections() == 0);
            assertThat(edge.inFlight("app", "a")).isZero();
        }
    }

    @Test
    void noMoreThanTheTriesAreMade() throws Exception {
        try (Origin first = mute();
                Origin second = mute();
                Origin third = mute();
                EdgeFixture edge = new EdgeFixture(folder)) {
            put(edge, RouteRules.none(), first.upstream("a"), second.upstream("b"), third.upstream("c"));
            assertThat(get(edge, "").status()).isEqualTo(502);
            assertThat(first.heads().size()
                            + second.heads().size()
                            + third.heads().size())
                    .isEqualTo(2);
        }
    }

    @Test
    void someAnswersAreTakenForFailuresWhileThereIsSomebodyElse() throws Exception {
        Origin.Script ill = exchange -> {
            exchange.send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 3\r\n\r\nill");
            return true;
        };
        try (Origin first = new Origin(ill);
                Origin well = Origin.answering("well");
                EdgeFixture edge = new EdgeFixture(folder)) {
            RouteRules rules = RouteRules.none().withRetries(new RetriesRule(2, List.of("GET"), List.of(503), 20));
            put(edge, rules, first.upstream("a"), well.upstream("b").withBackup(true));
            for (int i = 0; i < 4; i++) {
                assertThat(get(edge, "").body()).isEqualTo("well");
            }
            put(edge, rules, first.upstream("a"));
            assertThat(get(edge, "").body()).isEqualTo("ill");
            assertThat(edge.inFlight("app", "a")).isZero();
        }
    }

    // ---- health

    @Test
    void anUpstreamThatSaysItIsIllIsLeftOutUntilItIsWell() throws Exception {
        AtomicBoolean ill = new AtomicBoolean();
        Origin.Script script = exchange -> {
            if (exchange.target().equals("/up")) {
                exchange.send(
                        ill.get()
                                ? "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
                                : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready");
                return true;
            }
            return exchange.ok("first");
        };
        HealthCheckRule check = new HealthCheckRule(
                HealthCheckRule.Kind.HTTP,
                "/up",
                java.util.Optional.of("health.test"),
                200,
                204,
                "rea",
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                2,
                2);
        try (Origin first = new Origin(script);
                Origin second =
                        new Origin(exchange -> exchange.ok(exchange.target().equals("/up") ? "ready" : "second"));
                EdgeFixture edge = new EdgeFixture(folder)) {
            put(edge, RouteRules.none().withHealthCheck(check), first.upstream("a"), second.upstream("b"));
            ill.set(true);
            Awaitility.await().until(() -> !entry(edge).members().get(0).isHealthy());
            assertThat(status(edge, "a")).isEqualTo("false false its health check fails");
            assertThat(status(edge, "b")).isEqualTo("true false healthy");
            for (int i = 0; i < 6; i++) {
                assertThat(get(edge, "").body()).isEqualTo("second");
            }
            ill.set(false);
            Awaitility.await().until(() -> entry(edge).members().get(0).isHealthy());
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 6; i++) {
                seen.add(get(edge, "").body());
            }
            assertThat(seen).containsExactlyInAnyOrder("first", "second");
            assertThat(first.heads()).anySatisfy(head -> assertThat(head).contains("\r\nHost: health.test\r\n"));
        }
    }

    @Test
    void aConnectionIsProofEnoughWhereTheRuleSaysSo() throws Exception {
        HealthCheckRule check = new HealthCheckRule(
                HealthCheckRule.Kind.TCP,
                "/",
                java.util.Optional.empty(),
                200,
                200,
                "",
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                1,
                1);
        try (Mortal first = new Mortal();
                Origin second = Origin.answering("second");
                EdgeFixture edge = new EdgeFixture(folder)) {
            put(edge, RouteRules.none().withHealthCheck(check), first.upstream("a"), second.upstream("b"));
            first.die();
            Awaitility.await().until(() -> !entry(edge).members().get(0).isHealthy());
            assertThat(entry(edge).members().get(1).isHealthy()).isTrue();
        }
    }

    /// What people are told of that upstream: whether it is healthy, whether it is ejected, and in words.
    private static String status(EdgeFixture edge, String id) {
        return Names.upstreams(entry(edge), System.nanoTime()).stream()
                .filter(upstream -> upstream.id().equals(id))
                .map(upstream -> upstream.healthy() + " " + upstream.ejected() + " " + upstream.words())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anUpstreamThatFailsAgainAndAgainIsEjected() throws Exception {
        try (Origin mute = mute();
                Origin well = Origin.answering("well");
                EdgeFixture edge = new EdgeFixture(folder, "loops", "1")) {
            put(edge, RouteRules.none(), mute.upstream("a"), well.upstream("b"));
            for (int i = 0; i < 30; i++) {
                assertThat(get(edge, "").body()).isEqualTo("well");
            }
            assertThat(entry(edge).members().get(0).isEjected()).isTrue();
            assertThat(status(edge, "a")).isEqualTo("false true left out for a while");
            assertThat(status(edge, "b")).isEqualTo("true false healthy");
            assertThat(mute.heads()).hasSize(5);
        }
    }

    @Test
    void whatIsKnownOfAnUpstreamStaysWhenItsRouteIsPutAgain() throws Exception {
        try (Origin mute = mute();
                Origin well = Origin.answering("well");
                EdgeFixture edge = new EdgeFixture(folder)) {
            put(edge, RouteRules.none(), mute.upstream("a"), well.upstream("b"));
            entry(edge).members().get(0).healthy(false, System.nanoTime());
            put(
                    edge,
                    RouteRules.none().withTimeouts(TimeoutsRule.none().withConnect(Duration.ofSeconds(1))),
                    mute.upstream("a"),
                    well.upstream("b"));
            assertThat(entry(edge).members().get(0).isHealthy()).isFalse();
        }
    }

    // ---- sticky sessions

    @Test
    void aClientStaysWhereItsCookieLeads() throws Exception {
        try (Origin first = Origin.answering("first");
                Origin second = Origin.answering("second");
                EdgeFixture edge = new EdgeFixture(folder)) {
            Balancing sticky = Balancing.defaults().withSticky(new Balancing.Sticky("where", Duration.ofHours(1)));
            put(edge, RouteRules.none(), sticky, first.upstream("a"), second.upstream("b"));
            Wire.Answer answer = get(edge, "");
            assertThat(answer.head())
                    .containsPattern(
                            "\r\nSet-Cookie: where=[0-9a-f]{16}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax\r\n");
            int start = answer.head().indexOf("where=");
            String cookie = "Cookie: x=y; " + answer.head().substring(start, start + 22) + "; z=1\r\n";
            for (int i = 0; i < 6; i++) {
                Wire.Answer again = get(edge, cookie);
                assertThat(again.body()).isEqualTo(answer.body());
                assertThat(again.has("set-cookie")).isFalse();
            }
            put(edge, RouteRules.none(), sticky, (answer.body().equals("first") ? second : first).upstream("c"));
            Wire.Answer moved = get(edge, cookie);
            assertThat(moved.body()).isNotEqualTo(answer.body());
            assertThat(moved.has("set-cookie")).isTrue();
        }
    }

    // ---- the breaker's bounds and the queue

    @Test
    void requestsWaitForTheirTurnAndTooManyAreTurnedAway() throws Exception {
        Semaphore go = new Semaphore(0);
        try (Origin slow = new Origin(exchange -> {
                    try {
                        go.acquire();
                    } catch (InterruptedException interrupted) {
                        throw new IOException(interrupted);
                    }
                    return exchange.ok("done");
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            put(
                    edge,
                    RouteRules.none()
                            .withBreaker(BreakerRule.defaults().withRequests(1).withQueue(2, Duration.ofMinutes(1))),
                    slow.upstream("a"));
            List<Wire> wires = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    Wire wire = edge.connect();
                    wires.add(wire);
                    wire.get("app.test", "/" + i);
                    int waiting = i;
                    Awaitility.await()
                            .until(() -> edge.inFlight("app", "a") == 1
                                    && entry(edge).load().waiting() == waiting);
                }
                Wire.Answer refused = get(edge, "");
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.has("retry-after")).isTrue();
                go.release(3);
                for (Wire wire : wires) {
                    assertThat(wire.answer().body()).isEqualTo("done");
                }
                assertThat(slow.heads().stream().map(head -> head.substring(0, 6)))
                        .containsExactly("GET /0", "GET /1", "GET /2");
            } finally {
                for (Wire wire : wires) {
                    wire.close();
                }
            }
            assertThat(entry(edge).load().waiting()).isZero();
        }
    }

    @Test
    void waitingEnds() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (Origin slow = new Origin(exchange -> {
                    try {
                        end.await(60, TimeUnit.SECONDS);
                    } catch (InterruptedException interrupted) {
                        throw new IOException(interrupted);
                    }
                    return exchange.ok("done");
                });
                EdgeFixture edge = new EdgeFixture(folder);
                Wire first = edge.connect()) {
            put(
                    edge,
                    RouteRules.none()
                            .withBreaker(new BreakerRule(
                                    BreakerRule.UNBOUNDED,
                                    1,
                                    10,
                                    Duration.ofMillis(50),
                                    0,
                                    Duration.ofSeconds(10),
                                    Duration.ofSeconds(5))),
                    slow.upstream("a"));
            first.get("app.test", "/");
            Awaitility.await().until(() -> edge.inFlight("app", "a") == 1);
            assertThat(get(edge, "").status()).isEqualTo(503);
            assertThat(entry(edge).load().waiting()).isZero();
            end.countDown();
            assertThat(first.answer().body()).isEqualTo("done");
            assertThat(get(edge, "").body()).isEqualTo("done");
        }
    }

    @Test
    void aClientThatGoesAwayDoesNotWaitAnyMore() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (Origin slow = new Origin(exchange -> {
                    try {
                        end.await(60, TimeUnit.SECONDS);
                    } catch (InterruptedException interrupted) {
                        throw new IOException(interrupted);
                    }
                    return exchange.ok("done");
                });
                EdgeFixture edge = new EdgeFixture(folder);
                Wire first = edge.connect()) {
            put(
                    edge,
                    RouteRules.none()
                            .withBreaker(BreakerRule.defaults().withRequests(1).withQueue(5, Duration.ofMinutes(1))),
                    slow.upstream("a"));
            first.get("app.test", "/");
            Awaitility.await().until(() -> edge.inFlight("app", "a") == 1);
            try (Wire gone = edge.connect()) {
                gone.get("app.test", "/");
                Awaitility.await().until(() -> entry(edge).load().waiting() == 1);
            }
            Awaitility.await().until(() -> entry(edge).load().waiting() == 0);
            end.countDown();
            assertThat(first.answer().body()).isEqualTo("done");
        }
    }

    @Test
    void anOpenBreakerAnswers503AtOnce() throws Exception {
        try (Origin mute = mute();
                EdgeFixture edge = new EdgeFixture(folder)) {
            put(
                    edge,
                    RouteRules.none().withBreaker(BreakerRule.defaults().withErrors(50, Duration.ofHours(1))),
                    mute.upstream("a"));
            for (int i = 0; i < 10; i++) {
                assertThat(get(edge, "").status()).isEqualTo(502);
            }
            assertThat(get(edge, "").status()).isEqualTo(503);
            assertThat(mute.heads()).as("each once more on a fresh connection").hasSize(20);
        }
    }

    // ---- deadlines

    @Test
    void aRouteHasDeadlinesOfItsOwn() throws Exception {
        Origin.Script silent = exchange -> {
            exchange.in().read();
            return false;
        };
        try (Origin origin = new Origin(silent);
                EdgeFixture edge = new EdgeFixture(folder)) {
            put(
                    edge,
                    RouteRules.none().withTimeouts(TimeoutsRule.none().withFirstByte(Duration.ofMillis(150))),
                    origin.upstream("a"));
            assertThat(get(edge, "").status()).isEqualTo(504);
            put(
                    edge,
                    RouteRules.none().withTimeouts(TimeoutsRule.none().withExchange(Duration.ofMillis(150))),
                    origin.upstream("a"));
            assertThat(get(edge, "").status()).isEqualTo(504);
        }
    }

    // ---- names

    @Test
    void aNameIsLookedUpAgainAndEachOfItsAddressesIsTried() throws Exception {
        try (Origin origin = Origin.answering("here")) {
            int port = ((Address.Inet) origin.address()).port();
            UpstreamState state =
                    new UpstreamState(new Upstream("a", new Address.Inet("name.test", port)), List.of(), 1, 1);
            AtomicReference<List<InetAddress>> answer = new AtomicReference<>(
                    List.of(InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.1")));
            try (UpstreamCare care = care(answer)) {
                assertThat(state.isUnresolved()).isTrue();
                RouteEntry entry = new RouteEntry(
                        new EdgeRoute(
                                "app",
                                List.of("app.test"),
                                new Target.Upstreams(
                                        List.of(state.upstream()),
                                        Balancing.defaults().withResolveEvery(Duration.ofSeconds(1)))),
                        new RouteCounters(),
                        List.of(state),
                        null);
                care.follow(List.of(entry));
                Awaitility.await().until(() -> state.addressCount() == 2);
                assertThat(List.of(state.socketAddress(), state.socketAddress()))
                        .containsExactlyInAnyOrder(
                                new InetSocketAddress("127.0.0.1", port), new InetSocketAddress("127.0.0.2", port));
                answer.set(List.of());
                care.follow(List.of());
                assertThat(state.addressCount()).isEqualTo(2);
            }
        }
    }

    private static UpstreamCare care(AtomicReference<List<InetAddress>> answer) {
        return new UpstreamCare(
                address -> {
                    throw new AssertionError("no unix socket here: " + address);
                },
                _ -> answer.get(),
                UpstreamProbe::new);
    }

    // ---- all of it

    /// An upstream that can be killed, connections and all, and comes back at its address.
    private static final class Mortal implements AutoCloseable {
        private final int port;
        private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
        private volatile ServerSocket listener;

        Mortal() throws IOException {
            listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
            port = listener.getLocalPort();
            live(listener);
        }

        private void live(ServerSocket own) {
            Thread.ofVirtual().start(() -> {
                while (true) {
                    try {
                        Socket socket = own.accept();
                        sockets.add(socket);
                        Thread.ofVirtual().start(() -> serve(socket));
                    } catch (IOException dead) {
                        return;
                    }
                }
            });
        }

        private void serve(Socket socket) {
            try (socket) {
                while (!Wire.head(socket.getInputStream()).isEmpty()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                }
            } catch (IOException dead) {
                // as meant
            } finally {
                sockets.remove(socket);
            }
        }

        void die() throws IOException {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }

        void rise() throws IOException {
            ServerSocket again = new ServerSocket();
            again.setReuseAddress(true);
            again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 512);
            listener = again;
            live(again);
        }

        Upstream upstream(String id) {
            return new Upstream(id, new Address.Inet("127.0.0.1", port));
        }

        @Override
        public void close() throws IOException {
            die();
        }
    }

    @Test
    void withOneUpstreamWellNoRequestThatMayBeRepeatedIsLost() throws Exception {
        long seed = Long.getLong("pinisi.seed", 20_260_411L);
        Random random = new Random(seed);
        try (Mortal one = new Mortal();
                Mortal two = new Mortal();
                Mortal three = new Mortal();
                EdgeFixture edge = new EdgeFixture(folder)) {
            List<Mortal> all = List.of(one, two, three);
            RouteRules rules = RouteRules.none()
                    .withRetries(new RetriesRule(4, RetriesRule.defaults().methods(), List.of(), 100));
            put(edge, rules, one.upstream("a"), two.upstream("b"), three.upstream("c"));
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger answered = new AtomicInteger();
            List<String> lost = new CopyOnWriteArrayList<>();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                clients.add(Thread.ofVirtual().start(() -> ask(edge, over, answered, lost)));
            }
            for (int round = 0; round < 60; round++) {
                Mortal victim = all.get(random.nextInt(3));
                victim.die();
                int more = answered.get() + 20 + random.nextInt(40);
                Awaitility.await().until(() -> answered.get() >= more || !lost.isEmpty());
                victim.rise();
                int rest = answered.get() + random.nextInt(20);
                Awaitility.await().until(() -> answered.get() >= rest || !lost.isEmpty());
            }
            over.set(true);
            for (Thread client : clients) {
                assertThat(client.join(Duration.ofSeconds(30))).isTrue();
            }
            assertThat(lost).as("seed %d", seed).isEmpty();
            Awaitility.await().until(() -> edge.stats("app").inFlight().equals(Map.of("a", 0, "b", 0, "c", 0)));
        }
    }

    private static void ask(EdgeFixture edge, AtomicBoolean over, AtomicInteger answered, List<String> lost) {
        try (Wire wire = edge.connect()) {
            while (!over.get()) {
                Wire.Answer answer = wire.get("app.test", "/").answer();
                answered.incrementAndGet();
                if (answer.status() != 200) {
                    lost.add(answer.head());
                }
            }
        } catch (IOException broken) {
            lost.add(broken.toString());
        }
    }
}
