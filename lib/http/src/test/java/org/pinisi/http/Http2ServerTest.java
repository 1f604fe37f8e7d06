package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pinisi.http.Http2Wire.DATA;
import static org.pinisi.http.Http2Wire.END_HEADERS;
import static org.pinisi.http.Http2Wire.END_STREAM;
import static org.pinisi.http.Http2Wire.GOAWAY;
import static org.pinisi.http.Http2Wire.HEADERS;
import static org.pinisi.http.Http2Wire.RST_STREAM;
import static org.pinisi.http.Http2Wire.SETTINGS;
import static org.pinisi.http.Http2Wire.WINDOW_UPDATE;
import static org.pinisi.http.Http2Wire.block;
import static org.pinisi.http.Http2Wire.frame;
import static org.pinisi.http.Http2Wire.get;
import static org.pinisi.http.Http2Wire.post;
import static org.pinisi.http.Http2Wire.reset;
import static org.pinisi.http.Http2Wire.windowUpdate;

import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
final class Http2ServerTest {
    private static final int INITIAL_WINDOW = 4;

    private final Loops loops = Loops.create("test", 1);
    private final List<HttpServer> servers = new ArrayList<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicBoolean interrupted = new AtomicBoolean();

    @AfterEach
    void stop() {
        servers.forEach(server -> server.close(Duration.ofMillis(1)));
        loops.close();
    }

    private HttpServer start(Handler handler, HttpLimits limits) {
        HttpServer server = HttpServer.builder(Address.inet("127.0.0.1", 0), handler, loops)
                .http2(true)
                .limits(limits)
                .clock(() -> Instant.EPOCH)
                .heartbeat(Duration.ofMillis(20))
                .start();
        servers.add(server);
        return server;
    }

    private Http2Wire connect(Handler handler) throws IOException {
        return new Http2Wire(start(handler, HttpLimits.defaults()).address());
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

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void answersWithLengthAndDate() throws IOException {
        try (Http2Wire wire = connect(_ -> Response.text(200, "hello"))) {
            Http2Headers fields = wire.fields(wire.begin().send(get(1, "/")).read(HEADERS));
            assertThat(fields).containsExactlyInAnyOrderElementsOf(fields);
            assertThat(fields.status()).hasToString("200");
            assertThat(fields.get("date")).hasToString("Thu, 01 Jan 1970 00:00:00 GMT");
            assertThat(fields.get("content-type")).hasToString("text/plain; charset=utf-8");
            assertThat(fields.get("content-length")).hasToString("5");
            assertThat(text(wire.read(DATA).payload())).isEqualTo("hello");
        }
    }

    @Test
    void theSamePortSpeaksHttp1() throws IOException {
        HttpServer server = start(_ -> Response.text(200, "hello"), HttpLimits.defaults());
        try (Wire wire = new Wire(server.address())) {
            String get = "POST / HTTP/1.1\r\nHost: h\r\n\r\n";
            for (int i = 0; i < get.length(); i++) {
                wire.send(get.substring(i, i + 1));
            }
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|hello");
        }
        try (Wire wire = new Wire(server.address())) {
            assertThat(wire.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n").head()).startsWith("HTTP/1.1 ");
        }
    }

    @Test
    void theHandlerSeesHostAndJoinedCookies() throws IOException {
        Handler handler = request -> Response.text(
                200,
                request + " " + request.rawQuery() + " " + request.fields().values("host")
                        + request.fields().values("cookie"));
        try (Http2Wire wire = connect(handler)) {
            wire.begin().send(get(1, "/a?b", "cookie", "x=1", "host", "h", "cookie", "y=2"));
            assertThat(text(wire.body())).isEqualTo("GET /a b [h][x=1; y=2]");
        }
    }

    @Test
    void aHeadRequestGetsNoBody() throws IOException {
        try (Http2Wire wire = connect(_ -> Response.text(200, "hello"))) {
            wire.begin().send(frame(HEADERS, END_STREAM | END_HEADERS, 1, Http2Wire.ask("HEAD", "/")));
            Http2Wire.Frame head = wire.read(HEADERS);
            assertThat(head.has(END_STREAM)).isTrue();
            assertThat(wire.fields(head).get("content-length")).hasToString("5");
        }
    }

    @Test
    void fieldsOfTheConnectionAreNotSent() throws IOException {
        try (Http2Wire wire = connect(_ -> Response.text(200, "x")
                .with("Connection", "close")
                .with("Keep-Alive", "1")
                .with("Set-Cookie", "a=b"))) {
            Http2Headers fields = wire.fields(wire.begin().send(get(1, "/")).read(HEADERS));
            assertThat(fields.names().stream().map(CharSequence::toString))
                    .containsExactlyInAnyOrder(
                            ":status",
                            "date",
                            "content-type",
                            "x-content-type-options",
                            "set-cookie",
                            "content-length");
        }
    }

    @Test
    void aHeaderBlockLargerThanAFrameIsContinued() throws IOException {
        String large = "x".repeat(40_000);
        try (Http2Wire wire = connect(_ -> Response.text(200, "x").with("Large", large))) {
            Http2Wire.Frame head = wire.begin().send(get(1, "/")).read(HEADERS);
            assertThat(head.has(END_HEADERS)).isFalse();
            Http2Wire.Frame second = wire.read();
            Http2Wire.Frame third = wire.read();
            assertThat(List.of(second.type(), third.type())).containsOnly(Http2Wire.CONTINUATION);
            assertThat(third.has(END_HEADERS)).isTrue();
        }
    }

    @Test
    void aLargeBodyWaitsForBothWindows() throws IOException {
        byte[] large = new byte[300_000];
        new Random(1).nextBytes(large);
        try (Http2Wire wire = connect(_ -> Response.bytes(200, "a/b", large))) {
            wire.begin(INITIAL_WINDOW, 100_000).send(get(1, "/"));
            int first = 0;
            while (first < 65_535) {
                first += wire.read(DATA).payload().length;
            }
            assertThat(first).as("the connection's window").isEqualTo(65_535);
            wire.send(windowUpdate(0, 1 << 20));
            while (first < 100_000) {
                first += wire.read(DATA).payload().length;
            }
            assertThat(first).as("the stream's window").isEqualTo(100_000);
            wire.send(windowUpdate(1, 1 << 20));
            assertThat(wire.body()).hasSize(200_000);
        }
    }

    @Test
    void aFileArrivesWhole(@TempDir Path folder) throws IOException {
        byte[] large = new byte[5 << 20];
        new Random(1).nextBytes(large);
        Path file = Files.write(folder.resolve("large"), large);
        try (Http2Wire wire = connect(_ -> Response.file(file))) {
            assertThat(wire.begin().send(get(1, "/")).body()).isEqualTo(large);
        }
    }

    @Test
    void aPreparedFileArrivesWholeAndAMissingOneIsAnError(@TempDir Path folder) throws IOException {
        byte[] large = new byte[1 << 20];
        new Random(1).nextBytes(large);
        Path file = Files.write(folder.resolve("large"), large);
        FastPath fast = (request, reply) -> {
            boolean there = request.rawPath().equals("/there");
            reply.send(PreparedAnswer.status(200)
                    .file(there ? file : folder.resolve("none"), 10, large.length - 20)
                    .build());
            return true;
        };
        HttpServer server = HttpServer.builder(Address.inet("127.0.0.1", 0), _ -> Response.empty(204), loops)
                .http2(true)
                .fastPath(fast)
                .start();
        servers.add(server);
        try (Http2Wire wire = new Http2Wire(server.address())) {
            assertThat(wire.begin().send(get(1, "/there")).body())
                    .isEqualTo(Arrays.copyOfRange(large, 10, large.length - 10));
            assertThat(wire.send(get(3, "/none")).event()).isEqualTo("500 on 3");
        }
    }

    @Test
    void manyStreamsShareTheConnection() throws IOException {
        PreparedAnswer large =
                PreparedAnswer.status(200).bytes(new byte[200_000]).build();
        HttpServer server = HttpServer.builder(Address.inet("127.0.0.1", 0), _ -> Response.empty(204), loops)
                .http2(true)
                .fastPath((_, reply) -> {
                    reply.send(large);
                    return true;
                })
                .start();
        servers.add(server);
        try (Http2Wire wire = new Http2Wire(server.address())) {
            wire.begin(INITIAL_WINDOW, 1 << 20);
            for (int i = 0; i < 10; i++) {
                wire.send(get(i * 2 + 1, "/"));
            }
            wire.send(windowUpdate(0, 1_000_000));
            int[] sizes = new int[10];
            int all = 0;
            while (all < 1_000_000) {
                Http2Wire.Frame data = wire.read(DATA);
                sizes[data.stream() / 2] += data.payload().length;
                all += data.payload().length;
            }
            assertThat(Arrays.stream(sizes).min().orElseThrow())
                    .as(Arrays.toString(sizes))
                    .isGreaterThan(16_384);
        }
    }

    @Test
    void theHandlerReadsTheBodyAndTheWindowsOpenAgain() throws IOException {
        byte[] piece = new byte[16_384];
        Handler handler = request -> Response.text(200, request.body().readAllBytes().length + "");
        try (Http2Wire wire = connect(handler)) {
            wire.begin().send(post(1));
            int window = 256 << 10;
            for (int sent = 0; sent < 2 << 20; sent += piece.length) {
                while (window < piece.length) {
                    Http2Wire.Frame update = wire.read(WINDOW_UPDATE);
                    window += update.stream() == 1 ? update.number(0) : 0;
                }
                wire.send(frame(DATA, 0, 1, piece));
                window -= piece.length;
            }
            wire.send(frame(DATA, END_STREAM, 1));
            assertThat(text(wire.read(DATA).payload())).isEqualTo(Integer.toString(2 << 20));
        }
    }

    @Test
    void aHandlerThatDoesNotReadHoldsBackItsClientOnly() throws IOException {
        Handler handler =
                request -> request.method().equals("POST") ? waitForInterruption() : Response.text(200, "other");
        try (Http2Wire wire = connect(handler)) {
            wire.begin().send(post(1));
            for (int i = 0; i < 16; i++) {
                wire.send(frame(DATA, 0, 1, new byte[16_384]));
            }
            assertThat(wire.send(get(3, "/")).event()).isEqualTo("200 on 3");
        }
    }

    @Test
    void anAnswerBeforeTheBodysEndStopsTheClientAndWhatIsUnderWayIsIgnored() throws IOException {
        try (Http2Wire wire = connect(_ -> Response.text(200, "enough"))) {
            wire.begin().send(post(1), frame(DATA, 0, 1, new byte[100]));
            assertThat(wire.event()).isEqualTo("200 on 1");
            Http2Wire.Frame reset = wire.read(RST_STREAM);
            assertThat(reset.number(0)).as("NO_ERROR").isZero();
            for (int i = 0; i < 300; i++) {
                wire.send(frame(DATA, 0, 1, new byte[10]));
            }
            assertThat(wire.send(get(3, "/")).event()).isEqualTo("200 on 3");
        }
    }

    @Test
    void expectContinueIsAnsweredWhenTheHandlerReads() throws IOException {
        Handler handler = request -> Response.text(200, text(request.body().readAllBytes()));
        try (Http2Wire wire = connect(handler)) {
            Http2Wire.Frame interim =
                    wire.begin().send(post(1, "expect", "100-continue")).read(HEADERS);
            assertThat(wire.fields(interim).status()).hasToString("100");
            assertThat(wire.fields(wire.send(frame(DATA, END_STREAM, 1, new byte[] {'b'}))
                                    .read(HEADERS))
                            .status())
                    .hasToString("200");
        }
    }

    @Test
    void aResetInterruptsTheHandler() throws IOException {
        try (Http2Wire wire = connect(_ -> waitForInterruption())) {
            wire.begin().send(get(1, "/"), reset(1));
            await().untilTrue(interrupted);
        }
    }

    @Test
    void theConnectionsEndInterruptsTheHandler() throws IOException {
        try (Http2Wire wire = connect(_ -> waitForInterruption())) {
            wire.begin().send(get(1, "/"));
            wire.read(SETTINGS);
        }
        await().untilTrue(interrupted);
    }

    @Test
    void aResetEndsAWriterThatWaits() throws IOException {
        AtomicReference<String> failure = new AtomicReference<>("");
        Handler handler = _ -> Response.stream(200, "a/b", out -> fill(out, failure));
        try (Http2Wire wire = connect(handler)) {
            wire.begin(INITIAL_WINDOW, 0).send(get(1, "/"));
            wire.read(HEADERS);
            wire.send(reset(1));
            await().until(failure::get, reason -> !reason.isEmpty());
        }
    }

    @SuppressWarnings("InfiniteLoopStatement")
    private static void fill(OutputStream out, AtomicReference<String> failure) throws IOException {
        try {
            while (true) {
                out.write(new byte[1000]);
            }
        } catch (IOException e) {
            failure.set(e.toString());
            throw e;
        }
    }

    @Test
    void aHandlerThatFailsInTheMiddleResetsItsStreamOnly() throws IOException {
        Handler handler = request -> request.rawPath().equals("/ok")
                ? Response.text(200, "ok")
                : Response.stream(200, "a/b", out -> {
                    out.write(new byte[20_000]);
                    throw new IOException("disk gone");
                });
        try (Http2Wire wire = connect(handler)) {
            assertThat(wire.begin().send(get(1, "/")).event()).isEqualTo("RST 1 INTERNAL_ERROR");
            wire.send(get(3, "/ok"));
            assertThat(wire.fields(wire.read(HEADERS)).status()).hasToString("200");
        }
    }

    @Test
    void eventsAndHeartbeatsArrive() throws IOException {
        Handler handler = _ -> Response.events(sink -> {
            sink.send(ServerEvent.data("one"));
            never.await();
        });
        try (Http2Wire wire = connect(handler)) {
            wire.begin().send(get(1, "/"));
            assertThat(text(wire.read(DATA).payload())).isEqualTo("data: one\n\n");
            assertThat(text(wire.read(DATA).payload())).isEqualTo(": still here\n\n");
        }
    }

    @Test
    void trailersFollowTheWholeBody() throws IOException {
        byte[] large = new byte[100_000];
        Handler handler =
                _ -> Response.stream(200, "a/b", out -> out.write(large)).withTrailers(() -> Fields.of("Sum", "42"));
        try (Http2Wire wire = connect(handler)) {
            wire.begin(INITIAL_WINDOW, 60_000).send(get(1, "/"));
            wire.fields(wire.read(HEADERS));
            int size = wire.read(DATA).payload().length;
            wire.send(windowUpdate(0, 100_000), windowUpdate(1, 100_000));
            while (size < large.length) {
                size += wire.read(DATA).payload().length;
            }
            Http2Wire.Frame trailers = wire.read();
            assertThat(trailers.has(END_STREAM)).isTrue();
            assertThat(wire.fields(trailers).get("sum")).hasToString("42");
        }
    }

    @Test
    void anExtendedConnectGoesOverToAnotherProtocol() throws IOException {
        Handler handler = _ -> Response.upgrade("echo", Fields.of("X", "y"), (in, out) -> {
            byte[] bytes = new byte[100];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                out.write(bytes, 0, count);
                out.flush();
            }
        });
        try (Http2Wire wire = connect(handler)) {
            Http2Wire.Frame settings = wire.begin().read(SETTINGS);
            assertThat(settings.payload()).as("ENABLE_CONNECT_PROTOCOL").containsSequence(0, 8, 0, 0, 0, 1);
            wire.send(frame(
                    HEADERS,
                    END_HEADERS,
                    1,
                    block(
                            ":method",
                            "CONNECT",
                            ":protocol",
                            "echo",
                            ":scheme",
                            "http",
                            ":path",
                            "/",
                            ":authority",
                            "h")));
            assertThat(wire.fields(wire.read(HEADERS)).status()).hasToString("200");
            wire.send(frame(DATA, 0, 1, "one".getBytes(StandardCharsets.UTF_8)));
            assertThat(text(wire.read(DATA).payload())).isEqualTo("one");
            wire.send(frame(DATA, END_STREAM, 1, "two".getBytes(StandardCharsets.UTF_8)));
            assertThat(text(wire.read(DATA).payload())).isEqualTo("two");
            assertThat(wire.read(DATA).has(END_STREAM)).isTrue();
        }
    }

    @Test
    void aClientThatTakesNothingLosesItsStream() throws IOException {
        HttpLimits limits =
                HttpLimits.defaults().withTimes(Duration.ofSeconds(10), Duration.ofMillis(200), Duration.ofSeconds(10));
        HttpServer server = start(_ -> Response.bytes(200, "a/b", new byte[1000]), limits);
        try (Http2Wire wire = new Http2Wire(server.address())) {
            wire.begin(INITIAL_WINDOW, 0).send(get(1, "/"));
            assertThat(wire.event()).isEqualTo("RST 1 CANCEL");
        }
    }

    @Test
    void anIdleConnectionIsClosedWithNotice() throws IOException {
        HttpLimits limits =
                HttpLimits.defaults().withTimes(Duration.ofSeconds(10), Duration.ofMillis(200), Duration.ofSeconds(10));
        HttpServer server = start(_ -> Response.text(200, "x"), limits);
        try (Http2Wire wire = new Http2Wire(server.address())) {
            assertThat(wire.begin().event()).isEqualTo("GOAWAY NO_ERROR");
            assertThat(wire.event()).isEqualTo("closed");
        }
    }

    @Test
    void aSlowFrameEndsTheConnection() throws IOException {
        HttpLimits limits =
                HttpLimits.defaults().withTimes(Duration.ofMillis(200), Duration.ofSeconds(60), Duration.ofSeconds(60));
        HttpServer server = start(_ -> Response.text(200, "x"), limits);
        try (Http2Wire wire = new Http2Wire(server.address())) {
            wire.begin().send(frame(HEADERS, END_STREAM, 1, Http2Wire.ask("GET", "/")));
            assertThat(wire.event()).isEqualTo("GOAWAY ENHANCE_YOUR_CALM");
        }
        try (Http2Wire wire = new Http2Wire(server.address())) {
            assertThat(wire.send(Arrays.copyOf(Http2Wire.PREFACE, 10)).event()).isEqualTo("closed");
        }
    }

    @Test
    void closingTellsFirstAndLetsTheLastRequestsEnd() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        HttpServer server = start(
                request -> {
                    begun.countDown();
                    go.await();
                    return Response.text(200, request.rawPath());
                },
                HttpLimits.defaults());
        try (Http2Wire wire = new Http2Wire(server.address())) {
            wire.begin().send(get(1, "/"));
            begun.await();
            Thread closing = Thread.ofVirtual().start(() -> server.close(Duration.ofSeconds(20)));
            Http2Wire.Frame first = wire.read(GOAWAY);
            assertThat(first.number(0)).isEqualTo(Integer.MAX_VALUE);
            wire.send(get(3, "/late"));
            Http2Wire.Frame ping = wire.read(Http2Wire.PING);
            wire.send(frame(Http2Wire.PING, Http2Wire.ACK, 0, ping.payload()));
            assertThat(wire.read(GOAWAY).number(0)).isEqualTo(3);
            go.countDown();
            assertThat(List.of(wire.event(), wire.event())).containsExactlyInAnyOrder("200 on 1", "200 on 3");
            assertThat(wire.event()).isEqualTo("GOAWAY NO_ERROR");
            assertThat(wire.event()).isEqualTo("closed");
            closing.join();
        }
    }
}
