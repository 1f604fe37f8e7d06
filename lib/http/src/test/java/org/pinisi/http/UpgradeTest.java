package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
@ExtendWith(LeakCheck.class)
final class UpgradeTest {
    private static final String ASK =
            "GET /chat HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: echo\r\n\r\n";
    private static final String LARGE = "0123456789abcdef".repeat(100_000);

    private final Loops loops = Loops.create("test", 1);
    private final AtomicReference<HttpServer> server = new AtomicReference<>();
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void stop() {
        server.get().close(Duration.ofMillis(1));
        loops.close();
    }

    private Wire connect(DuplexHandler handler) throws IOException {
        return connect(handler, HttpLimits.defaults());
    }

    private Wire connect(DuplexHandler handler, HttpLimits limits) throws IOException {
        server.set(HttpServer.builder(
                        Address.inet("127.0.0.1", 0),
                        _ -> Response.upgrade("echo", Fields.of("X-More", "yes"), handler),
                        loops)
                .limits(limits)
                .clock(() -> java.time.Instant.EPOCH)
                .start());
        return new Wire(server.get().address());
    }

    /// Sends lines back until one says that it is the end.
    private static void echo(InputStream in, OutputStream out) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.append((char) b);
            if (b == '\n') {
                out.write(line.toString().getBytes(StandardCharsets.US_ASCII));
                out.flush();
                if (line.toString().equals("end\n")) {
                    return;
                }
                line.setLength(0);
            }
        }
    }

    private static void relay(InputStream in, OutputStream out) throws IOException {
        byte[] block = new byte[8192];
        for (int count = in.read(block); count >= 0; count = in.read(block)) {
            out.write(block, 0, count);
            out.flush();
        }
    }

    @Test
    void theConnectionGoesOnWithTheOtherProtocolAndEndsWithIt() throws IOException {
        try (Wire wire = connect(UpgradeTest::echo)) {
            assertThat(wire.send(ASK).head())
                    .isEqualTo("HTTP/1.1 101 Switching Protocols\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
                            + "Upgrade: echo\r\nConnection: Upgrade\r\nX-More: yes");
            assertThat(wire.send("one\n").bytes(4)).isEqualTo("one\n");
            assertThat(wire.send("GET / HTTP/1.1\n").bytes(15)).isEqualTo("GET / HTTP/1.1\n");
            assertThat(wire.send("end\nmore").rest()).isEqualTo("end\n");
        }
    }

    @Test
    void whatIsSentAheadBelongsToTheOtherProtocol() throws IOException {
        try (Wire wire = connect(UpgradeTest::echo)) {
            wire.send(ASK + "one\nend\n").head();
            assertThat(wire.rest()).isEqualTo("one\nend\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: echo\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: h\r\nConnection: upgrade, keep-alive\r\nUpgrade: echo\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: echo\r\nContent-Length: 1\r\n\r\nx"
            })
    void whoDoesNotAskForItIsToldAndKeepsHttp(String request) throws IOException {
        try (Wire wire = connect(UpgradeTest::echo)) {
            String head = wire.send(request).head();
            assertThat(head).startsWith("HTTP/1.1 426 Upgrade Required\r\n").contains("Upgrade: echo");
            assertThat(head).containsIgnoringCase("Connection: upgrade");
            wire.bytes("This needs the protocol echo.\n".length());
            assertThat(wire.send(ASK).head()).startsWith("HTTP/1.1 101 ");
        }
    }

    @Test
    void muchPassesInBothDirectionsAtOnce() throws Exception {
        try (Wire wire = connect(UpgradeTest::relay)) {
            wire.send(ASK).head();
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    wire.send(LARGE);
                } catch (IOException _) {
                    interrupted.set(true);
                }
            });
            assertThat(wire.bytes(LARGE.length()).equals(LARGE)).isTrue();
            sender.join();
        }
    }

    @Test
    void aHandlerThatDoesNotReadHoldsTheSenderBack() throws Exception {
        AtomicLong sent = new AtomicLong();
        Thread sender;
        try (Wire wire = connect((_, _) -> never.await())) {
            wire.send(ASK).head();
            sender = Thread.ofVirtual().start(() -> {
                try {
                    while (sent.addAndGet(LARGE.length()) < 256L << 20) {
                        wire.send(LARGE);
                    }
                } catch (IOException _) {
                    sent.addAndGet(1);
                }
            });
            await().during(Duration.ofMillis(300)).until(new Steady(sent));
            assertThat(sent.get()).isLessThan(64L << 20);
        }
        sender.join();
    }

    @Test
    void aPeerThatLeavesEndsTheInputAndInterrupts() throws IOException {
        AtomicLong read = new AtomicLong();
        try (Wire wire = connect((in, _) -> {
            read.set(in.readAllBytes().length);
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
            }
        })) {
            wire.send(ASK).head();
            wire.send("bye");
        }
        await().untilTrue(interrupted);
        assertThat(read).hasValue(3);
    }

    @Test
    void silenceBeyondTheLimitIsTold() throws IOException {
        HttpLimits limits = HttpLimits.defaults().withUpgradeIdleTime(Duration.ofMillis(100));
        try (Wire wire = connect(
                (in, out) -> {
                    try {
                        out.write(in.read());
                    } catch (HttpException e) {
                        out.write(String.valueOf(e.status()).getBytes(StandardCharsets.US_ASCII));
                    }
                },
                limits)) {
            wire.send(ASK).head();
            assertThat(wire.rest()).isEqualTo("408");
        }
    }

    @Test
    void aHandlerThatFailsCutsTheConnection() throws IOException {
        try (Wire wire = connect((_, out) -> {
            out.write('x');
            throw new IOException("no more");
        })) {
            wire.send(ASK).head();
            assertThat(wire.rest()).isEmpty();
        }
    }
}
