package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A thousand clients that mean no good, and one that does.
@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
@ExtendWith(LeakCheck.class)
final class AbuseTest {
    private static final int BAD = 1000;
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    /// What each kind of bad client sends, and then nothing any more.
    private static final List<String> BEGINNINGS = List.of(
            "",
            "GET / HTTP/1.1\r\nHost: h\r\nX: ",
            "GET / HTTP/1.1\r\nHost: h\r\n" + "X: y\r\n".repeat(100),
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 50000000\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n1",
            "GET /large HTTP/1.1\r\nHost: h\r\n\r\n".repeat(50),
            "GET /fast HTTP/1.1\r\nHost: h\r\n\r\n".repeat(50),
            "\0\1\2\3".repeat(100));

    private final Loops loops = Loops.create("test", 1);
    private final AtomicInteger connected = new AtomicInteger();
    private final HttpServer server = start();

    private HttpServer start() {
        byte[] large = new byte[1 << 20];
        PreparedAnswer fast = PreparedAnswer.status(200).bytes(large).build();
        return HttpServer.builder(
                        Address.inet("127.0.0.1", 0),
                        request -> switch (request.rawPath()) {
                            case "/large" ->
                                Response.stream(200, "text/plain", out -> {
                                    for (int i = 0; i < 64; i++) {
                                        out.write(large);
                                    }
                                });
                            default -> Response.text(200, "" + request.bodyAsBytes(1 << 20).length);
                        },
                        loops)
                .fastPath((request, reply) -> {
                    boolean mine = request.rawPath().equals("/fast");
                    if (mine) {
                        reply.send(fast);
                    }
                    return mine;
                })
                .limits(HttpLimits.defaults().withTimes(SHORT, SHORT, SHORT))
                .start();
    }

    @AfterEach
    void stop() {
        server.close(Duration.ofMillis(1));
        loops.close();
    }

    private SocketChannel begin(String text) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.connect(new InetSocketAddress("127.0.0.1", ((Address.Inet) server.address()).port()));
        connected.incrementAndGet();
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
        channel.configureBlocking(false);
        return channel;
    }

    private static long heapAndBuffers() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory() + PlatformDependent.usedDirectMemory();
    }

    @Test
    void othersAreServedOnInBoundedMemoryAndAllBadOnesAreSentAway() throws Exception {
        List<SocketChannel> bad = new ArrayList<>();
        System.gc();
        long before = heapAndBuffers();
        try (Wire good = new Wire(server.address())) {
            for (int i = 0; i < BAD; i++) {
                bad.add(begin(BEGINNINGS.get(i % BEGINNINGS.size())));
                if (i % 10 == 0) {
                    assertThat(good.send(GET).answer()).isEqualTo("HTTP/1.1 200 OK|0");
                }
            }
            System.gc();
            assertThat(heapAndBuffers() - before).isLessThan(128L << 20);
            assertThat(good.send(GET).answer()).isEqualTo("HTTP/1.1 200 OK|0");
        } finally {
            // A slow reader learns of its end only behind what it did not read.
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(server.connections()).isZero());
            for (SocketChannel channel : bad) {
                channel.close();
            }
        }
        assertThat(connected).hasValue(BAD);
    }
}
