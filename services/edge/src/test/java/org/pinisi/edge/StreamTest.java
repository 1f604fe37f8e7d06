package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Large bodies, slow readers and upgraded connections.
@Timeout(120)
final class StreamTest {
    private static final long SIZE = 96L << 20;
    private static final long MOST_HELD = 24L << 20;

    @TempDir
    Path folder;

    private final AtomicLong sent = new AtomicLong();

    private void send(OutputStream out) throws IOException {
        byte[] piece = new byte[64 * 1024];
        for (long done = 0; done < SIZE; done += piece.length) {
            java.util.Arrays.fill(piece, (byte) (done >> 16));
            out.write(piece);
            sent.addAndGet(piece.length);
        }
        out.flush();
    }

    private static long expected() {
        CRC32 sum = new CRC32();
        byte[] piece = new byte[64 * 1024];
        for (long done = 0; done < SIZE; done += piece.length) {
            java.util.Arrays.fill(piece, (byte) (done >> 16));
            sum.update(piece);
        }
        return sum.getValue();
    }

    private static long receive(InputStream in) throws IOException {
        CRC32 sum = new CRC32();
        byte[] piece = new byte[256 * 1024];
        long left = SIZE;
        while (left > 0) {
            int count = in.read(piece, 0, (int) Math.min(left, piece.length));
            if (count < 0) {
                throw new java.io.EOFException("ended with " + left + " bytes to come");
            }
            sum.update(piece, 0, count);
            left -= count;
        }
        return sum.getValue();
    }

    private static long held() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    /// The sender has come to a stop because nobody reads.
    private void awaitStop() {
        AtomicLong last = new AtomicLong(-1);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(200))
                .until(() -> sent.get() > 0 && last.getAndSet(sent.get()) == sent.get());
    }

    @Test
    void holdsLittleOfALargeAnswerThatItsClientReadsSlowly() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n");
                    send(exchange.out());
                    return true;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.get("app.test", "/");
                awaitStop();
                assertThat(sent.get()).isLessThan(SIZE);
                assertThat(held()).isLessThan(MOST_HELD);
                Wire.head(wire.in());
                assertThat(receive(wire.in())).isEqualTo(expected());
                assertThat(wire.get("nobody.test", "/").answer().status()).isEqualTo(404);
            }
        }
    }

    @Test
    void deliversTheWholeAnswerWhenTheUpstreamEndsLongBeforeTheClientHasRead() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.send("HTTP/1.0 200 OK\r\n\r\n");
                    send(exchange.out());
                    return false;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send("GET / HTTP/1.0\r\nHost: app.test\r\n\r\n");
                awaitStop();
                assertThat(held()).isLessThan(MOST_HELD);
                Wire.head(wire.in());
                assertThat(receive(wire.in())).isEqualTo(expected());
                assertThat(wire.isEnded()).isTrue();
            }
        }
    }

    @Test
    void holdsLittleOfALargeRequestThatItsUpstreamReadsSlowly() throws Exception {
        CountDownLatch mayRead = new CountDownLatch(1);
        AtomicLong sum = new AtomicLong();
        try (Origin origin = new Origin(exchange -> {
                    try {
                        mayRead.await();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                    sum.set(receive(exchange.in()));
                    return exchange.ok("thanks");
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: " + SIZE + "\r\n\r\n");
                AtomicReference<Throwable> failure = new AtomicReference<>();
                Thread sender = Thread.ofVirtual().start(() -> {
                    try {
                        send(wire.socket().getOutputStream());
                    } catch (IOException broken) {
                        failure.set(broken);
                    }
                });
                awaitStop();
                assertThat(sent.get()).isLessThan(SIZE);
                assertThat(held()).isLessThan(MOST_HELD);
                mayRead.countDown();
                assertThat(wire.answer().body()).isEqualTo("thanks");
                sender.join();
                assertThat(failure).hasValue(null);
                assertThat(sum).hasValue(expected());
            }
        }
    }

    @Test
    void cutsAClientThatTakesNothing() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n");
                    send(exchange.out());
                    return true;
                });
                EdgeFixture edge = new EdgeFixture(folder, "write-idle", "300ms")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.get("app.test", "/");
                Awaitility.await().until(() -> sent.get() > 0 && origin.openConnections() == 0);
                // The upstream may see the end of its connection before the edge has written it down.
                Awaitility.await()
                        .untilAsserted(
                                () -> assertThat(edge.stats("app").inFlight()).containsEntry("app-1", 0));
            }
        }
    }

    @Test
    void cutsAnAnswerThatFallsSilent() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                    exchange.in().read();
                    return false;
                });
                EdgeFixture edge = new EdgeFixture(folder, "answer-idle", "300ms")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.get("app.test", "/");
                Wire.head(wire.in());
                assertThat(wire.in().readNBytes(3)).isEqualTo(new byte[] {'a', 'b', 'c'});
                assertThat(wire.isEnded()).isTrue();
            }
        }
    }

    @Test
    void keepsTheConnectionWhenTheAnswerComesBeforeTheBodyIsWhole() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.ok("early");
                    exchange.in().readAllBytes();
                    return false;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 10\r\n\r\nabc");
                assertThat(wire.answer().body()).isEqualTo("early");
                wire.send("defghij").get("nobody.test", "/");
                assertThat(wire.answer().status()).isEqualTo(404);
            }
        }
    }

    private static boolean echo(Origin.Exchange exchange) throws IOException {
        assertThat(exchange.head()).contains("\r\nConnection: Upgrade\r\n", "\r\nUpgrade: websocket\r\n");
        exchange.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhi!");
        byte[] piece = new byte[1000];
        while (true) {
            int count = exchange.in().read(piece);
            if (count < 0) {
                return false;
            }
            exchange.out().write(piece, 0, count);
        }
    }

    private static final String UPGRADE = Wire.lines(
            "GET /ws HTTP/1.1",
            "Host: app.test",
            "Connection: keep-alive, Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Key: x");

    @Test
    void passesAnUpgradedConnectionBothWays() throws Exception {
        try (Origin origin = new Origin(StreamTest::echo);
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send(UPGRADE + "first");
                assertThat(wire.answer().head()).contains("\r\nUpgrade: websocket\r\n");
                assertThat(wire.in().readNBytes(8)).asString().isEqualTo("hi!first");
                wire.send("second");
                assertThat(wire.in().readNBytes(6)).asString().isEqualTo("second");
                assertThat(edge.stats("app").inFlight()).containsEntry("app-1", 1);
                assertThat(edge.stats("app").informational()).isEqualTo(1);
                wire.socket().shutdownOutput();
            }
            Awaitility.await().until(() -> edge.inFlight("app", "app-1") == 0);
            Awaitility.await().until(() -> origin.openConnections() == 0);
        }
    }

    @Test
    void closesAnUpgradedConnectionThatStaysSilent() throws Exception {
        try (Origin origin = new Origin(StreamTest::echo);
                EdgeFixture edge = new EdgeFixture(folder, "tunnel-idle", "300ms")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send(UPGRADE).answer();
                assertThat(wire.in().readAllBytes()).asString().isEqualTo("hi!");
            }
        }
    }

    @Test
    void doesNotLetHttp2InClearThrough() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send(Wire.lines(
                        "GET / HTTP/1.1",
                        "Host: app.test",
                        "Connection: Upgrade, HTTP2-Settings",
                        "Upgrade: h2c",
                        "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"));
                assertThat(wire.answer().body()).isEqualTo("hello");
            }
            assertThat(origin.heads().getFirst()).doesNotContain("Upgrade").doesNotContain("HTTP2-Settings");
        }
    }
}
