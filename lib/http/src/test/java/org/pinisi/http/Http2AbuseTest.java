package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pinisi.http.Http2Wire.CONTINUATION;
import static org.pinisi.http.Http2Wire.DATA;
import static org.pinisi.http.Http2Wire.END_HEADERS;
import static org.pinisi.http.Http2Wire.HEADERS;
import static org.pinisi.http.Http2Wire.PING;
import static org.pinisi.http.Http2Wire.PRIORITY;
import static org.pinisi.http.Http2Wire.SETTINGS;
import static org.pinisi.http.Http2Wire.ask;
import static org.pinisi.http.Http2Wire.block;
import static org.pinisi.http.Http2Wire.frame;
import static org.pinisi.http.Http2Wire.get;
import static org.pinisi.http.Http2Wire.join;
import static org.pinisi.http.Http2Wire.number;
import static org.pinisi.http.Http2Wire.post;
import static org.pinisi.http.Http2Wire.reset;
import static org.pinisi.http.Http2Wire.settings;
import static org.pinisi.http.Http2Wire.windowUpdate;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Clients that flood, stall and bomb: each is refused or held, memory stays flat, and another client is
/// served meanwhile.
@ExtendWith(LeakCheck.class)
final class Http2AbuseTest {
    private static final long MOST_MEMORY = 64L << 20;
    private static final int INITIAL_WINDOW = 4;

    private final Loops loops = Loops.create("test", 1);
    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicInteger handlers = new AtomicInteger();
    private HttpServer server = start(HttpLimits.defaults());
    private long before;

    private HttpServer start(HttpLimits limits) {
        return HttpServer.builder(Address.inet("127.0.0.1", 0), this::handle, loops)
                .http2(true)
                .limits(limits)
                .start();
    }

    private Response handle(Request request) throws IOException, InterruptedException {
        handlers.incrementAndGet();
        try {
            if (request.rawPath().equals("/never")) {
                never.await();
            }
            if (request.rawPath().equals("/large")) {
                return Response.stream(200, "a/b", out -> {
                    for (int i = 0; i < 1000; i++) {
                        out.write(new byte[10_000]);
                    }
                });
            }
            return Response.text(200, request.body().readAllBytes().length + "");
        } finally {
            handlers.decrementAndGet();
        }
    }

    @BeforeEach
    void measure() {
        before = memory();
    }

    @AfterEach
    void stop() {
        server.close(Duration.ofMillis(1));
        loops.close();
    }

    /// Heap and direct memory in use, in bytes.
    private static long memory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory()
                - runtime.freeMemory()
                + PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory()
                + Math.max(0, PlatformDependent.usedDirectMemory());
    }

    private void othersAreServedAndMemoryIsFlat() throws IOException {
        try (Http2Wire other = new Http2Wire(server.address())) {
            assertThat(other.begin().send(get(1, "/")).event()).isEqualTo("200 on 1");
        }
        assertThat(memory() - before).as("bytes more than before").isLessThan(MOST_MEMORY);
    }

    /// Sends pieces until the server has had enough; what it says then, or "closed" if that got lost.
    private String flood(int pieces, IntFunction<byte[]> piece) throws IOException {
        try (Http2Wire wire = new Http2Wire(server.address())) {
            wire.begin();
            try {
                for (int i = 0; i < pieces; i++) {
                    wire.send(piece.apply(i));
                }
            } catch (SocketException _) {
                // The server has closed already; what it said may still be there.
            }
            String event = wire.event();
            while (!event.startsWith("GOAWAY") && !event.equals("closed")) {
                event = wire.event();
            }
            return event;
        }
    }

    private void floodIsEnded(int pieces, IntFunction<byte[]> piece) throws IOException {
        assertThat(flood(pieces, piece)).isIn("GOAWAY ENHANCE_YOUR_CALM", "closed");
        othersAreServedAndMemoryIsFlat();
    }

    @Test
    void rapidResets() throws IOException {
        floodIsEnded(100_000, i -> join(get(i * 2 + 1, "/never"), reset(i * 2 + 1)));
        await().untilAsserted(() -> assertThat(handlers).hasValue(0));
    }

    @Test
    void resetsThatTheServerIsMadeToSend() throws IOException {
        floodIsEnded(100_000, i -> get(i * 2 + 1, "no-slash"));
    }

    @Test
    void resetsByWindowsThatOverflow() throws IOException {
        floodIsEnded(100_000, i -> join(get(i * 2 + 1, "/never"), windowUpdate(i * 2 + 1, Integer.MAX_VALUE)));
        await().untilAsserted(() -> assertThat(handlers).hasValue(0));
    }

    @Test
    void settings100000Times() throws IOException {
        floodIsEnded(100_000, i -> settings(INITIAL_WINDOW, i));
    }

    @Test
    void emptySettings() throws IOException {
        floodIsEnded(100_000, _ -> frame(SETTINGS, 0, 0));
    }

    @Test
    void pings() throws IOException {
        floodIsEnded(100_000, _ -> frame(PING, 0, 0, new byte[8]));
    }

    @Test
    void priorities() throws IOException {
        floodIsEnded(100_000, i -> frame(PRIORITY, 0, i * 2 + 1, number(0), new byte[1]));
    }

    @Test
    void windowUpdates() throws IOException {
        floodIsEnded(100_000, _ -> windowUpdate(0, 1));
    }

    @Test
    void unknownFrames() throws IOException {
        floodIsEnded(100_000, _ -> frame(0x77, 0, 0));
    }

    @Test
    void emptyData() throws IOException {
        floodIsEnded(100_000, i -> i == 0 ? post(1) : frame(DATA, 0, 1));
    }

    @Test
    void continuations() throws IOException {
        floodIsEnded(
                100_000,
                i -> i == 0 ? frame(HEADERS, 0, 1, ask("GET", "/")) : frame(CONTINUATION, 0, 1, block("a", "b")));
    }

    @Test
    void emptyContinuations() throws IOException {
        floodIsEnded(100_000, i -> frame(i == 0 ? HEADERS : CONTINUATION, 0, 1));
    }

    @Test
    void largeContinuations() throws IOException {
        byte[] part = block("a", "x".repeat(16_000));
        floodIsEnded(1_000, i -> frame(i == 0 ? HEADERS : CONTINUATION, 0, 1, part));
    }

    @Test
    void aHeaderBomb() throws IOException {
        // One large entry in the table, then thousands of references of one byte each.
        byte[] entry = Unpooled.buffer()
                .writeByte(0x40)
                .writeByte(1)
                .writeByte('a')
                .array()
                .clone();
        byte[] bomb = new byte[10_000];
        Arrays.fill(bomb, (byte) 0xbe);
        byte[] value = "x".repeat(3900).getBytes(StandardCharsets.US_ASCII);
        byte[] first = join(Arrays.copyOf(entry, 3), new byte[] {0x7f, (byte) 0xbd, 0x1d}, value);
        try (Http2Wire wire = new Http2Wire(server.address())) {
            wire.begin().send(frame(HEADERS, 5, 1, ask("GET", "/"), first, bomb));
            assertThat(wire.event()).isEqualTo("431 on 1");
        }
        othersAreServedAndMemoryIsFlat();
    }

    @Test
    void manyStreamsWithoutWindow() throws IOException {
        List<Http2Wire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                Http2Wire wire = new Http2Wire(server.address());
                wires.add(wire);
                wire.begin(INITIAL_WINDOW, 0);
                for (int j = 0; j < 128; j++) {
                    wire.send(get(j * 2 + 1, "/large"));
                }
            }
            for (Http2Wire wire : wires) {
                for (int j = 0; j < 128; j++) {
                    wire.fields(wire.read(HEADERS));
                }
            }
            // Each handler may have its queue full, and no more.
            try (Http2Wire other = new Http2Wire(server.address())) {
                assertThat(other.begin().send(get(1, "/")).event()).isEqualTo("200 on 1");
            }
            long most = 5L * 128 * (Http2Limits.defaults().queuedBytes() + (64 << 10));
            assertThat(memory() - before).isLessThan(MOST_MEMORY + most);
        } finally {
            for (Http2Wire wire : wires) {
                wire.close();
            }
        }
        await().untilAsserted(() -> assertThat(handlers).hasValue(0));
        await().untilAsserted(() -> assertThat(memory() - before).isLessThan(MOST_MEMORY));
    }

    @Test
    void aClientThatReadsNothingIsNotReadEither() throws IOException {
        try (Http2Wire wire = new Http2Wire(server.address(), 4096)) {
            wire.begin();
            Thread sender = Thread.ofVirtual().start(() -> send(wire));
            othersAreServedAndMemoryIsFlat();
            assertThat(sender.isAlive() || memory() - before < MOST_MEMORY).isTrue();
        }
    }

    private static void send(Http2Wire wire) {
        try {
            for (int i = 0; i < 200_000; i++) {
                wire.send(get(i * 2 + 1, "/", "accept", "x".repeat(100)));
            }
        } catch (IOException e) {
            assertThat(e).isNotNull();
        }
    }

    @Test
    void bodiesInTinyPiecesThatNobodyReads() throws IOException {
        try (Http2Wire wire = new Http2Wire(server.address())) {
            wire.begin();
            byte[] piece = frame(DATA, 0, 1, new byte[1]);
            byte[][] many = new byte[1000][];
            Arrays.fill(many, piece);
            wire.send(frame(HEADERS, END_HEADERS, 1, ask("POST", "/never")));
            for (int i = 0; i < 200; i++) {
                wire.send(many);
            }
            assertThat(wire.send(get(3, "/")).event()).isEqualTo("200 on 3");
            othersAreServedAndMemoryIsFlat();
        }
    }

    @Test
    void requestsThatNeverEnd() throws IOException {
        try (Http2Wire wire = new Http2Wire(server.address())) {
            wire.begin();
            for (int i = 0; i < 200; i++) {
                wire.send(post(i * 2 + 1));
            }
            assertThat(wire.event()).isEqualTo("RST 257 REFUSED_STREAM");
            othersAreServedAndMemoryIsFlat();
        }
        await().untilAsserted(() -> assertThat(handlers).hasValue(0));
    }

    @Test
    void aSlowBodyIsEnded() throws IOException {
        server.close(Duration.ofMillis(1));
        server = start(HttpLimits.defaults()
                .withTimes(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMillis(200)));
        try (Http2Wire wire = new Http2Wire(server.address())) {
            assertThat(wire.begin().send(post(1)).event()).isEqualTo("408 on 1");
        }
    }

    @Test
    void moreConnectionsThanAllowed() throws IOException {
        server.close(Duration.ofMillis(1));
        server = start(HttpLimits.defaults().withConcurrency(1, 10));
        try (Http2Wire first = new Http2Wire(server.address())) {
            assertThat(first.begin().send(get(1, "/")).event()).isEqualTo("200 on 1");
            try (Http2Wire second = new Http2Wire(server.address())) {
                assertThat(second.begin().send(get(1, "/")).event()).isEqualTo("closed");
            }
            assertThat(first.send(get(3, "/")).event()).isEqualTo("200 on 3");
        }
    }

    @Test
    void moreRequestsThanHandlers() throws IOException {
        server.close(Duration.ofMillis(1));
        server = start(HttpLimits.defaults().withConcurrency(10, 1));
        try (Http2Wire wire = new Http2Wire(server.address())) {
            assertThat(wire.begin().send(get(1, "/never"), get(3, "/")).event()).isEqualTo("503 on 3");
        }
    }
}
