package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
@ExtendWith(LeakCheck.class)
final class HttpServerTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Loops loops = Loops.create("test", 1);
    private final List<HttpServer> servers = new ArrayList<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicBoolean interrupted = new AtomicBoolean();

    @AfterEach
    void stop() {
        servers.forEach(server -> server.close(Duration.ofMillis(1)));
        loops.close();
    }

    private Wire connect(Handler handler) throws IOException {
        return connect(handler, HttpLimits.defaults());
    }

    private Wire connect(Handler handler, HttpLimits limits) throws IOException {
        return new Wire(start(handler, limits).address());
    }

    private HttpServer start(Handler handler, HttpLimits limits) {
        HttpServer server = HttpServer.builder(Address.inet("127.0.0.1", 0), handler, loops)
                .limits(limits)
                .clock(() -> Instant.EPOCH)
                .heartbeat(Duration.ofMillis(20))
                .start();
        servers.add(server);
        return server;
    }

    private Response waitForInterruption() throws InterruptedException {
        try {
            never.await();
        } catch (InterruptedException e) {
            interrupted.set(true);
            throw e;
        }
        return Response.empty(204);
    }

    @Test
    void answersWithLengthAndDate() throws IOException {
        try (Wire wire = connect(_ -> Response.text(200, "hello"))) {
            assertThat(wire.send(GET).head())
                    .isEqualTo("HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
                            + "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
                            + "Content-Length: 5");
            assertThat(wire.bytes(5)).isEqualTo("hello");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        try (Wire wire = connect(request -> Response.text(200, request.rawPath()))) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            wire.send(all.toString());
            for (int i = 0; i < 200; i++) {
                assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|/" + i);
            }
        }
    }

    @Test
    void aRequestInSingleBytesIsAnswered() throws IOException {
        try (Wire wire =
                connect(request -> Response.text(200, new String(request.bodyAsBytes(99), StandardCharsets.UTF_8)))) {
            for (char c : "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc".toCharArray()) {
                wire.send(String.valueOf(c));
            }
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|abc");
        }
    }

    @Test
    void aChunkedBodyIsDecoded() throws IOException {
        try (Wire wire =
                connect(request -> Response.text(200, new String(request.bodyAsBytes(99), StandardCharsets.UTF_8)))) {
            wire.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
                    + GET);
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|abcde");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|");
        }
    }

    @Test
    void aTruncatedChunkedBodyFailsInTheHandler() throws IOException {
        AtomicLong status = new AtomicLong();
        try (Wire wire = connect(request -> {
            try {
                return Response.text(200, "" + request.bodyAsBytes(99).length);
            } catch (HttpException e) {
                status.set(e.status());
                throw e;
            }
        })) {
            wire.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc");
        }
        await().untilAsserted(() -> assertThat(status).hasValue(400));
    }

    @Test
    void aMalformedChunkIsAnsweredAndEndsTheConnection() throws IOException {
        try (Wire wire = connect(request -> Response.text(200, "" + request.bodyAsBytes(99).length))) {
            wire.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
            assertThat(wire.rest()).startsWith("HTTP/1.1 400 Bad Request\r\n");
        }
    }

    @Test
    void aBodyBeyondTheLimitIsRefused() throws IOException {
        try (Wire wire = connect(_ -> Response.empty(204), HttpLimits.defaults().withBodyBytes(10))) {
            wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello");
            assertThat(wire.rest())
                    .startsWith("HTTP/1.1 413 Content Too Large\r\n")
                    .contains("Connection: close");
        }
    }

    @Test
    void anUnreadBodyIsDrainedAndTheConnectionKept() throws IOException {
        try (Wire wire = connect(request -> Response.text(200, request.method()))) {
            wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|POST");
            wire.send("x".repeat(100_000) + GET);
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|GET");
        }
    }

    @Test
    void anUnreadBodyBeyondTheBoundEndsTheConnection() throws IOException {
        try (Wire wire =
                connect(_ -> Response.text(200, "enough"), HttpLimits.defaults().withDrainBytes(1000))) {
            wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nx");
            assertThat(wire.rest()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("enough");
        }
    }

    @Test
    void aClientThatExpectsToContinueIsToldSoWhenTheBodyIsRead() throws IOException {
        try (Wire wire =
                connect(request -> Response.text(200, new String(request.bodyAsBytes(9), StandardCharsets.UTF_8)))) {
            wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(wire.head()).isEqualTo("HTTP/1.1 100 Continue");
            assertThat(wire.send("ok").answer()).isEqualTo("HTTP/1.1 200 OK|ok");
        }
    }

    @Test
    void aClientThatExpectsToContinueIsSentAwayWithoutBody() throws IOException {
        try (Wire wire = connect(_ -> Response.text(403, "no"))) {
            wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(wire.rest()).startsWith("HTTP/1.1 403 Forbidden\r\n").contains("Connection: close\r\n");
        }
    }

    @Test
    void headGetsTheHeadAlone() throws IOException {
        try (Wire wire = connect(request -> Response.text(200, request.method()))) {
            wire.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + GET);
            assertThat(wire.head()).contains("Content-Length: 4");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|GET");
        }
    }

    @Test
    void anOldPeerGetsAStreamToTheEndOfTheConnection() throws IOException {
        try (Wire wire = connect(_ -> Response.stream(200, "text/plain", out -> out.write('x')))) {
            assertThat(wire.send("GET / HTTP/1.0\r\n\r\n").rest())
                    .contains("Connection: close")
                    .doesNotContain("chunked")
                    .endsWith("\r\n\r\nx");
        }
    }

    @Test
    void anOldPeerMayKeepTheConnection() throws IOException {
        try (Wire wire = connect(_ -> Response.text(200, "x"))) {
            wire.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(wire.head()).contains("Connection: keep-alive");
        }
    }

    @Test
    void aStreamIsChunked() throws IOException {
        try (Wire wire = connect(_ -> Response.stream(200, "text/plain", out -> {
            out.write("one".getBytes(StandardCharsets.UTF_8));
            out.flush();
            out.write("two".getBytes(StandardCharsets.UTF_8));
        }))) {
            assertThat(wire.send(GET).head()).contains("Transfer-Encoding: chunked");
            assertThat(wire.bytes(21)).isEqualTo("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
            assertThat(wire.send(GET).head()).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void aStreamThatFailsIsCutSoThatTheClientNotices() throws IOException {
        try (Wire wire = connect(_ -> Response.stream(200, "text/plain", out -> {
            out.write('x');
            out.flush();
            throw new IOException("disk gone");
        }))) {
            assertThat(wire.send(GET).rest()).doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void aSlowReaderHoldsTheWriterBack() throws IOException {
        AtomicLong written = new AtomicLong();
        HttpServer server = start(
                _ -> Response.stream(200, "application/octet-stream", out -> {
                    byte[] block = new byte[8192];
                    for (int i = 0; i < 8192; i++) {
                        out.write(block);
                        written.addAndGet(block.length);
                    }
                }),
                HttpLimits.defaults());
        try (Wire wire = new Wire(server.address(), 8192)) {
            wire.send(GET);
            wire.head();
            await().during(Duration.ofMillis(300)).until(new Steady(written));

            assertThat(written.get()).isLessThan(16 << 20);
        }
    }

    @Test
    void aSlowHandlerHoldsTheSenderBack() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        HttpServer server = start(
                request -> {
                    read.await();
                    long count = 0;
                    byte[] block = new byte[65_536];
                    for (int n = request.body().read(block);
                            n >= 0;
                            n = request.body().read(block)) {
                        count += n;
                    }
                    return Response.text(200, "" + count);
                },
                HttpLimits.defaults());
        int size = 32 << 20;
        AtomicLong sent = new AtomicLong();
        try (Wire wire = new Wire(server.address())) {
            wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n");
            Thread sender = Thread.ofVirtual().start(() -> {
                String block = "x".repeat(65_536);
                try {
                    for (int i = 0; i < size / 65_536; i++) {
                        wire.send(block);
                        sent.addAndGet(65_536);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            await().during(Duration.ofMillis(300)).until(new Steady(sent));
            assertThat(sent.get()).isLessThan(size);
            read.countDown();
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|" + size);
            sender.join();
        }
    }

    @Test
    void aClientThatLeavesInterruptsTheHandler() throws IOException {
        CountDownLatch entered = new CountDownLatch(1);
        try (Wire wire = connect(_ -> {
            entered.countDown();
            return waitForInterruption();
        })) {
            wire.send(GET);
            await().until(() -> entered.getCount() == 0);
        }
        await().untilTrue(interrupted);
    }

    @Test
    void aSlowHeadIsAnsweredWithATimeout() throws IOException {
        HttpLimits limits = HttpLimits.defaults().withTimes(Duration.ofMillis(100), LONG, LONG);
        try (Wire wire = connect(_ -> Response.empty(204), limits)) {
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: h\r\nX: ").rest()).startsWith("HTTP/1.1 408 Request Timeout");
        }
    }

    @Test
    void aConnectionThatSaysNothingIsClosed() throws IOException {
        HttpLimits limits = HttpLimits.defaults().withTimes(Duration.ofMillis(50), LONG, LONG);
        try (Wire wire = connect(_ -> Response.empty(204), limits)) {
            assertThat(wire.rest()).isEmpty();
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws IOException {
        HttpLimits limits = HttpLimits.defaults().withTimes(LONG, Duration.ofMillis(100), LONG);
        try (Wire wire = connect(_ -> Response.text(200, "x"), limits)) {
            assertThat(wire.send(GET).answer()).isEqualTo("HTTP/1.1 200 OK|x");
            assertThat(wire.rest()).isEmpty();
        }
    }

    @Test
    void aBodyThatStopsComingIsATimeout() throws IOException {
        HttpLimits limits = HttpLimits.defaults().withTimes(LONG, LONG, Duration.ofMillis(100));
        try (Wire wire = connect(request -> Response.text(200, "" + request.bodyAsBytes(99).length), limits)) {
            wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
            assertThat(wire.answer()).startsWith("HTTP/1.1 408 Request Timeout|");
        }
    }

    @Test
    void anOversizedHeadIsRefused() throws IOException {
        try (Wire wire = connect(_ -> Response.empty(204))) {
            wire.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(40_000));
            assertThat(wire.rest()).startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void connectAndBadPathsAreRefused() throws IOException {
        try (Wire wire = connect(_ -> Response.empty(204))) {
            assertThat(wire.send("CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n").rest())
                    .startsWith("HTTP/1.1 501 ");
        }
        for (String path : List.of("/%", "/%zz", "/%00", "/%2e%2e/x", "/a/../b", "/%ff")) {
            try (Wire wire = connect(_ -> Response.empty(204))) {
                assertThat(wire.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n")
                                .rest())
                        .as(path)
                        .startsWith("HTTP/1.1 400 ");
            }
        }
    }

    @Test
    void anHttpExceptionBecomesItsStatusAndAnyOtherA500WithoutDetails() throws IOException {
        Handler handler = request -> {
            if (request.rawPath().equals("/known")) {
                throw new HttpException(409, "a run is in progress");
            }
            throw new IllegalStateException("secret detail");
        };
        try (Wire wire = connect(handler)) {
            assertThat(wire.send("GET /known HTTP/1.1\r\nHost: h\r\n\r\n").answer())
                    .isEqualTo("HTTP/1.1 409 Conflict|a run is in progress\n");
            assertThat(wire.send(GET).answer())
                    .startsWith("HTTP/1.1 500 Internal Server Error|")
                    .doesNotContain("secret");
        }
    }

    @Test
    void tooManyRequestsAtOnceAreRefused() throws IOException {
        CountDownLatch entered = new CountDownLatch(1);
        HttpServer server = start(
                _ -> {
                    entered.countDown();
                    return waitForInterruption();
                },
                HttpLimits.defaults().withConcurrency(2, 1));
        try (Wire first = new Wire(server.address());
                Wire second = new Wire(server.address())) {
            first.send(GET);
            await().until(() -> entered.getCount() == 0);
            assertThat(second.send(GET).rest()).startsWith("HTTP/1.1 503 Service Unavailable");
        }
    }

    @Test
    void tooManyConnectionsAreRefused() throws IOException {
        HttpServer server =
                start(_ -> Response.text(200, "x"), HttpLimits.defaults().withConcurrency(1, 1));
        try (Wire first = new Wire(server.address())) {
            assertThat(first.send(GET).answer()).isEqualTo("HTTP/1.1 200 OK|x");
            try (Wire second = new Wire(server.address())) {
                assertThat(second.rest()).startsWith("HTTP/1.1 503 Service Unavailable");
            }
        }
    }

    @Test
    void closingLetsTheRequestInProgressFinish() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        HttpServer server = start(
                _ -> {
                    entered.countDown();
                    leave.await();
                    return Response.text(200, "done");
                },
                HttpLimits.defaults());
        try (Wire idle = new Wire(server.address());
                Wire busy = new Wire(server.address())) {
            busy.send(GET);
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            Thread closer = Thread.ofVirtual().start(() -> server.close(LONG));
            assertThat(idle.rest()).isEmpty();
            leave.countDown();
            assertThat(busy.rest()).contains("Connection: close").endsWith("done");
            closer.join();
        }
    }

    @Test
    void closingCutsWhatTakesTooLong() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        HttpServer server = start(
                _ -> {
                    entered.countDown();
                    return waitForInterruption();
                },
                HttpLimits.defaults());
        try (Wire wire = new Wire(server.address())) {
            wire.send(GET);
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            server.close(Duration.ofMillis(10));
            assertThat(wire.rest()).isEmpty();
        }
        await().untilTrue(interrupted);
    }

    @Test
    void aFileIsSentWhole(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("a.css"), "x".repeat(300_000));
        Handler handler = request -> Response.file(request.rawPath().equals("/") ? file : folder.resolve("none"));
        try (Wire wire = connect(handler)) {
            assertThat(wire.send(GET).head()).contains("Content-Length: 300000", "text/css; charset=utf-8");
            assertThat(wire.bytes(300_000)).isEqualTo("x".repeat(300_000));
            assertThat(wire.send("GET /none HTTP/1.1\r\nHost: h\r\n\r\n").answer())
                    .startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    void eventsResumeAfterTheLastOneSeenAndHeartbeatsFillTheSilence() throws IOException {
        Handler handler = _ -> Response.events(sink -> {
            int last = sink.lastEventId().map(Integer::parseInt).orElse(0);
            sink.send(new ServerEvent("" + (last + 1), "tick", "a\nb"));
            waitForInterruption();
        });
        try (Wire wire = connect(handler)) {
            wire.send("GET / HTTP/1.0\r\nLast-Event-ID: 41\r\n\r\n");
            assertThat(wire.head()).contains("text/event-stream");
            assertThat(wire.bytes(50)).startsWith("id: 42\nevent: tick\ndata: a\ndata: b\n\n: still here\n\n");
        }
        await().untilTrue(interrupted);
    }

    @Test
    void aUnixSocketServesAndIsRemovedAtTheEnd(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("s");
        HttpServer server = HttpServer.builder(
                        Address.unix(path), request -> Response.text(200, "" + request.remoteAddress()), loops)
                .start();
        try (HttpClient client = HttpClient.create();
                ClientResponse answer = client.get(Address.unix(path), "/")) {
            assertThat(answer.bodyAsText(99)).isEqualTo("" + Optional.empty());
        }
        server.close();
        assertThat(path).doesNotExist();
    }

    @Test
    void theFastPathAnswersOnTheLoopAndLeavesTheRestToTheHandler() throws IOException {
        PreparedAnswer answer = PreparedAnswer.status(204).build();
        FastPath fast = (request, reply) -> {
            boolean mine = request.rawPath().equals("/fast");
            if (mine) {
                reply.send(answer);
            }
            return mine;
        };
        HttpServer server = HttpServer.builder(Address.inet("127.0.0.1", 0), _ -> Response.text(200, "x"), loops)
                .fastPath(fast)
                .start();
        servers.add(server);
        try (Wire wire = new Wire(server.address())) {
            wire.send("GET /fast HTTP/1.1\r\nHost: h\r\n\r\n" + GET + "GET /fast HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 204 No Content|");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|x");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 204 No Content|");
        }
    }
}
