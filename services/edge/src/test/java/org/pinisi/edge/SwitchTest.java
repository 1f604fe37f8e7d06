package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Routes that change while requests are under way.
@Timeout(120)
final class SwitchTest {
    private static final int SWITCHES = 200;
    private static final int CLIENTS = 6;

    @TempDir
    Path folder;

    @Test
    void losesNoRequestOverManySwitchesEachWithDrainAndStop() throws Exception {
        AtomicInteger served = new AtomicInteger();
        AtomicInteger current = new AtomicInteger();
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        AtomicBoolean done = new AtomicBoolean();
        try (EdgeFixture edge = new EdgeFixture(folder)) {
            Origin old = Origin.answering("0");
            edge.route("app", old.upstream("app-0"));
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofVirtual().start(() -> ask(edge, done, current, served, wrong)));
            }
            for (int number = 1; number <= SWITCHES; number++) {
                int enough = served.get() + 15;
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> served.get() >= enough || !wrong.isEmpty());
                Origin next = Origin.answering(Integer.toString(number));
                edge.route("app", next.upstream("app-" + number));
                current.set(number);
                assertThat(edge.edge().routes().drain("app-" + (number - 1), Duration.ofSeconds(20)))
                        .isZero();
                old.close();
                old = next;
            }
            done.set(true);
            for (Thread client : clients) {
                client.join();
            }
            old.close();
            assertThat(wrong).isEmpty();
            assertThat(served.get()).isGreaterThan(SWITCHES * 15);
            RouteStats stats = edge.stats("app");
            assertThat(stats.badGateway() + stats.unavailable() + stats.timedOut())
                    .isZero();
        }
    }

    private static void ask(
            EdgeFixture edge,
            AtomicBoolean done,
            AtomicInteger current,
            AtomicInteger served,
            ConcurrentLinkedQueue<String> wrong) {
        int count = 0;
        try {
            while (!done.get()) {
                try (Wire wire = edge.connect()) {
                    for (int i = 0; i < 200 && !done.get(); i++) {
                        int least = current.get();
                        String request = ++count % 3 == 0
                                ? "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 3\r\n\r\nabc"
                                : "GET / HTTP/1.1\r\nHost: app.test\r\n\r\n";
                        Wire.Answer answer = wire.send(request).answer();
                        if (answer.status() != 200 || Integer.parseInt(answer.body()) < least) {
                            wrong.add(answer + " though " + least + " was in place");
                        }
                        served.incrementAndGet();
                    }
                }
            }
        } catch (Exception lost) {
            wrong.add(lost.toString());
        }
    }

    @Test
    void followsASwitchOnAConnectionThatIsOpenAlready() throws Exception {
        try (Origin one = Origin.answering("1");
                Origin two = Origin.answering("2");
                EdgeFixture edge = new EdgeFixture(folder);
                Wire wire = edge.connect()) {
            edge.route("app", one.upstream("app-1"));
            assertThat(wire.get("app.test", "/").answer().body()).isEqualTo("1");
            edge.route("app", two.upstream("app-2"));
            assertThat(wire.get("app.test", "/").answer().body()).isEqualTo("2");
            Awaitility.await().until(() -> one.openConnections() == 0);
        }
    }

    @Test
    void letsARequestUnderWayEndOnTheOldUpstream() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        try (Origin one = new Origin(exchange -> {
                    awaitQuietly(mayAnswer);
                    return exchange.ok("1");
                });
                Origin two = Origin.answering("2");
                EdgeFixture edge = new EdgeFixture(folder);
                Wire slow = edge.connect();
                Wire quick = edge.connect()) {
            edge.route("app", one.upstream("app-1"));
            slow.get("app.test", "/");
            Awaitility.await().until(() -> one.heads().size() == 1);
            edge.route("app", two.upstream("app-2"));
            assertThat(quick.get("app.test", "/").answer().body()).isEqualTo("2");
            assertThat(edge.edge().routes().drain("app-1", Duration.ofMillis(200)))
                    .isEqualTo(1);
            mayAnswer.countDown();
            assertThat(slow.answer().body()).isEqualTo("1");
            assertThat(edge.edge().routes().drain("app-1", Duration.ofSeconds(20)))
                    .isZero();
            assertThat(slow.get("app.test", "/").answer().body()).isEqualTo("2");
        }
    }

    @Test
    void countsUpgradedConnectionsWhenDraining() throws Exception {
        try (Origin one = new Origin(exchange -> {
                    exchange.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
                    exchange.in().read();
                    return false;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", one.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send("GET / HTTP/1.1\r\nHost: app.test\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
                assertThat(wire.answer().status()).isEqualTo(101);
                edge.route("app");
                assertThat(edge.edge().routes().drain("app-1", Duration.ofMillis(100)))
                        .isEqualTo(1);
            }
            assertThat(edge.edge().routes().drain("app-1", Duration.ofSeconds(20)))
                    .isZero();
        }
    }

    @Test
    void refusesToDrainAnUpstreamThatStillTakesRequests() throws Exception {
        try (Origin one = Origin.answering("1");
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", one.upstream("app-1"));
            assertThatThrownBy(() -> edge.edge().routes().drain("app-1", Duration.ofSeconds(1)))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("app-1 still takes requests");
        }
    }

    @Test
    void callsAnUpstreamDrainedThatItNeverHeardOf() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder)) {
            assertThat(edge.edge().routes().drain("app-9", Duration.ofSeconds(1)))
                    .isZero();
        }
    }

    @Test
    void keepsItsCountsWhenARouteIsReplaced() throws Exception {
        try (Origin one = Origin.answering("1");
                EdgeFixture edge = new EdgeFixture(folder);
                Wire wire = edge.connect()) {
            edge.route("app", one.upstream("app-1"));
            wire.get("app.test", "/").answer();
            edge.route("app", one.upstream("app-2"));
            wire.get("app.test", "/").answer();
            assertThat(edge.stats("app").requests()).isEqualTo(2);
        }
    }

    @Test
    void hasItsRoutesBackAfterARestart() throws Exception {
        try (Origin one = Origin.answering("1")) {
            try (EdgeFixture edge = new EdgeFixture(folder)) {
                edge.route("app", one.upstream("app-1"));
                edge.route("gone", one.upstream("gone-1"));
                edge.edge().routes().delete("gone");
            }
            try (EdgeFixture edge = new EdgeFixture(folder);
                    Wire wire = edge.connect()) {
                assertThat(wire.get("app.test", "/").answer().body()).isEqualTo("1");
                assertThat(wire.get("gone.test", "/").answer().status()).isEqualTo(404);
            }
        }
    }

    @Test
    void endsRequestsUnderWayBeforeItStops() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        try (Origin one = new Origin(exchange -> {
                    awaitQuietly(mayAnswer);
                    return exchange.ok("1");
                });
                EdgeFixture edge = new EdgeFixture(folder, "stop-time", "30s");
                Wire wire = edge.connect();
                Wire idle = edge.connect()) {
            edge.route("app", one.upstream("app-1"));
            wire.get("app.test", "/");
            Awaitility.await().until(() -> one.heads().size() == 1);
            Thread stopper = Thread.ofVirtual().start(() -> edge.edge().close());
            assertThat(idle.isEnded()).isTrue();
            mayAnswer.countDown();
            Wire.Answer answer = wire.answer();
            assertThat(answer.body()).isEqualTo("1");
            assertThat(answer.head()).contains("Connection: close");
            assertThat(stopper.join(Duration.ofSeconds(20))).isTrue();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
