package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pinisi.edge.FrameWire.CONTINUATION;
import static org.pinisi.edge.FrameWire.DATA;
import static org.pinisi.edge.FrameWire.END_HEADERS;
import static org.pinisi.edge.FrameWire.END_STREAM;
import static org.pinisi.edge.FrameWire.HEADERS;
import static org.pinisi.edge.FrameWire.PING;
import static org.pinisi.edge.FrameWire.RST_STREAM;
import static org.pinisi.edge.FrameWire.SETTINGS;
import static org.pinisi.edge.FrameWire.WINDOW_UPDATE;
import static org.pinisi.edge.FrameWire.block;
import static org.pinisi.edge.FrameWire.frame;
import static org.pinisi.edge.FrameWire.number;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients of HTTP/2 that mean harm: each is refused or bounded, little is held for it, its requests leave the
/// upstream, and another client is served on.
@Timeout(60)
final class Http2AbuseTest {
    private static final String CALM = "GOAWAY 11";
    private static final String HOST = "app.test";
    private static final int LARGE = 4 << 20;
    private static final long MOST_HELD = 24L << 20;
    private static final int SETTING_WINDOW = 4;

    @TempDir
    Path folder;

    private Origin origin;
    private EdgeFixture edge;

    Http2AbuseTest() {
        origin = new Origin(exchange -> {
            if (exchange.head().startsWith("POST")) {
                exchange.in().read();
                return false;
            }
            byte[] large = new byte[LARGE];
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
            exchange.out().write(large);
            exchange.out().flush();
            return true;
        });
    }

    @BeforeEach
    void open() {
        edge = new EdgeFixture(folder, "body-idle", "500ms", "idle-time", "1s", "first-byte-time", "2s");
        edge.route("app", origin.upstream("app-1"));
    }

    @AfterEach
    void close() throws IOException {
        edge.close();
        origin.close();
    }

    private FrameWire connect() throws IOException {
        return new FrameWire(edge.edge().addresses().getFirst());
    }

    private static byte[] get(int stream) {
        return frame(HEADERS, END_STREAM | END_HEADERS, stream, block("GET", HOST));
    }

    private static byte[] both(byte[] first, byte[] second) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(first);
        all.writeBytes(second);
        return all.toByteArray();
    }

    private void assertOthersAreServed() throws IOException {
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(edge.inFlight("app", "app-1")).isZero();
            assertThat(((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                            .metric()
                            .usedDirectMemory())
                    .isLessThan(MOST_HELD);
        });
        try (Wire wire = edge.connect()) {
            assertThat(wire.get(HOST, "/").answer().body()).hasSize(LARGE);
        }
    }

    @Test
    void aRapidResetEndsTheConnection() throws Exception {
        try (FrameWire wire = connect().begin()) {
            wire.flood(2000, i -> both(get(2 * i + 1), frame(RST_STREAM, 0, 2 * i + 1, number(8))));
            assertThat(wire.end()).isIn(CALM, "closed");
        }
        assertOthersAreServed();
    }

    @Test
    void aFloodOfContinuationsEndsTheConnection() throws Exception {
        try (FrameWire wire = connect().begin()) {
            wire.send(frame(HEADERS, END_STREAM, 1, block("GET", HOST)));
            wire.flood(20_000, _ -> frame(CONTINUATION, 0, 1));
            assertThat(wire.end()).isIn(CALM, "closed");
        }
        assertOthersAreServed();
    }

    @Test
    void aFloodOfSettingsOrPingsEndsTheConnection() throws Exception {
        try (FrameWire wire = connect().begin()) {
            wire.flood(5000, _ -> frame(SETTINGS, 0, 0));
            assertThat(wire.end()).isIn(CALM, "closed");
        }
        try (FrameWire wire = connect().begin()) {
            wire.flood(5000, _ -> frame(PING, 0, 0, new byte[8]));
            assertThat(wire.end()).isIn(CALM, "closed");
        }
        assertOthersAreServed();
    }

    @Test
    void aHeaderBombIsRefused() throws Exception {
        try (FrameWire wire = connect().begin()) {
            ByteArrayOutputStream bomb = new ByteArrayOutputStream();
            bomb.writeBytes(block("GET", HOST));
            // One long field goes into the dynamic table, and is named thousands of times.
            bomb.write(0x40);
            bomb.writeBytes(new byte[] {1, 'a'});
            bomb.write(127);
            bomb.write(0x80 | 0x01);
            bomb.write(0x1e);
            bomb.writeBytes("x".repeat(127 + 0x01 + 0x1e * 128).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            for (int i = 0; i < 8000; i++) {
                bomb.write(0x80 | 62);
            }
            byte[] all = bomb.toByteArray();
            wire.send(frame(HEADERS, END_STREAM | END_HEADERS, 1, all));
            FrameWire.Frame answer = wire.read(HEADERS);
            assertThat(answer.stream()).isEqualTo(1);
            assertThat(edge.stats("app").requests()).isZero();
        }
        assertOthersAreServed();
    }

    @Test
    void aClientThatOpensNoWindowLosesItsStreams() throws Exception {
        try (FrameWire wire = connect().begin(SETTING_WINDOW, 0)) {
            for (int i = 0; i < 20; i++) {
                wire.send(get(2 * i + 1));
            }
            assertThat(wire.read(RST_STREAM).stream()).isOdd();
        }
        assertOthersAreServed();
    }

    @Test
    void aClientThatOpensTinyWindowsLosesItsStreams() throws Exception {
        try (FrameWire wire = connect().begin(SETTING_WINDOW, 1)) {
            for (int i = 0; i < 20; i++) {
                wire.send(get(2 * i + 1));
            }
            for (int i = 0; i < 5; i++) {
                wire.send(frame(WINDOW_UPDATE, 0, 1, number(1)));
            }
            assertThat(wire.read(RST_STREAM).stream()).isOdd();
        }
        assertOthersAreServed();
    }

    @Test
    void manyBodiesThatDoNotComeAreAnsweredAndGivenUp() throws Exception {
        try (FrameWire wire = connect().begin()) {
            for (int i = 0; i < 50; i++) {
                wire.send(frame(HEADERS, END_HEADERS, 2 * i + 1, block("PUT", HOST, "content-length", "9999")));
                wire.send(frame(DATA, 0, 2 * i + 1, new byte[10]));
            }
            assertThat(wire.read(HEADERS).stream()).isOdd();
        }
        assertOthersAreServed();
    }

    @Test
    void moreStreamsThanAllowedAreRefused() throws Exception {
        try (FrameWire wire = connect().begin(SETTING_WINDOW, 0)) {
            for (int i = 0; i < 130; i++) {
                wire.send(get(2 * i + 1));
            }
            FrameWire.Frame refused = wire.read(RST_STREAM);
            assertThat(refused.payload()[3]).isIn((byte) 7, (byte) 8);
        }
        assertOthersAreServed();
    }
}
