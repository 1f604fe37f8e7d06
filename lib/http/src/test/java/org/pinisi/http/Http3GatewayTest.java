package org.pinisi.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.Http3Headers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Requests and answers over HTTP/3.
@ExtendWith(LeakCheck.class)
final class Http3GatewayTest {
    private static final String HOST = Http3Fixture.HOST;
    private static final int LARGE = 3_000_000;
    private static final int WINDOW = 64 << 10;
    private static final long INTERNAL_ERROR = 0x102;

    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    private Http3Fixture start(FastPath path) {
        Http3Fixture server = Http3Fixture.builder().path(path).start();
        open.add(server);
        return server;
    }

    private Http3Peer connect(FastPath path) throws Exception {
        return connect(start(path), 0);
    }

    private Http3Peer connect(Http3Fixture server, int window) throws Exception {
        Http3Peer peer = new Http3Peer(server.port, HOST, window);
        open.add(peer);
        return peer;
    }

    private Http3Peer echoing() throws Exception {
        return connect((_, _) -> false);
    }

    private static FastPath always(PreparedAnswer answer) {
        return (_, reply) -> {
            reply.send(answer);
            return true;
        };
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(3).nextBytes(bytes);
        return bytes;
    }

    @Test
    void anAnswerInMemoryArrives() throws Exception {
        Http3Peer peer = connect((request, reply) -> {
            reply.send(PreparedAnswer.status(200)
                    .field("X-Path", request.rawPath())
                    .text("hello")
                    .build());
            return true;
        });

        Http3Peer.Answer answer = peer.get(HOST, "/a");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("hello");
        assertThat(answer.field("x-path")).isEqualTo("/a");
        assertThat(answer.field("content-length")).isEqualTo("5");
        assertThat(answer.fields().contains("date")).isTrue();
    }

    @Test
    void anAnswerWithoutBodyArrives() throws Exception {
        Http3Peer peer = connect(always(PreparedAnswer.status(204).none().build()));

        Http3Peer.Answer answer = peer.get(HOST, "/");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void aLargeAnswerInMemoryArrivesWhole() throws Exception {
        byte[] body = noise(LARGE);
        Http3Peer peer = connect(always(PreparedAnswer.status(200).bytes(body).build()));

        assertThat(peer.get(HOST, "/").body()).isEqualTo(body);
    }

    @Test
    void nothingComesWhileABodyThatWaitedIsBeingPassedOn() throws Exception {
        Http3Fixture server = start((_, _) -> false);
        byte[] body = noise(LARGE);

        Http3Peer.Answer answer = connect(server, 0).ask(Http3Peer.head("POST", HOST, "/held"), body);

        assertThat(answer.body()).isEqualTo(body);
        assertThat(server.echoes.reentered).hasValue(0);
    }

    @Test
    void aSmallFileArrives() throws Exception {
        Path file = Files.writeString(folder.resolve("small"), "from a file");
        Http3Peer peer =
                connect(always(PreparedAnswer.status(200).file(file, 5, 6).build()));

        Http3Peer.Answer answer = peer.get(HOST, "/");

        assertThat(answer.text()).isEqualTo("a file");
        assertThat(answer.field("content-length")).isEqualTo("6");
    }

    @Test
    void aLargeFileArrivesWhole() throws Exception {
        byte[] body = noise(LARGE);
        Path file = Files.write(folder.resolve("large"), body);
        Http3Peer peer =
                connect(always(PreparedAnswer.status(200).file(file, 0, LARGE).build()));

        assertThat(peer.get(HOST, "/").body()).isEqualTo(body);
    }

    @Test
    void aMissingFileIs500() throws Exception {
        Http3Peer peer = connect(always(
                PreparedAnswer.status(200).file(folder.resolve("none"), 0, 10).build()));

        assertThat(peer.get(HOST, "/").status()).isEqualTo(500);
        assertThat(peer.get(HOST, "/").status()).isEqualTo(500);
    }

    @Test
    void aFileThatEndsEarlyBreaksItsAnswerOff() throws Exception {
        Path file = Files.writeString(folder.resolve("cut"), "short");
        Http3Peer peer =
                connect(always(PreparedAnswer.status(200).file(file, 0, 10).build()));

        Http3Peer.Reset reset = catchThrowableOfType(Http3Peer.Reset.class, () -> peer.get(HOST, "/"));

        assertThat(reset.code()).isEqualTo(INTERNAL_ERROR);
    }

    @Test
    void headHasTheFieldsOfGetAndNoBody() throws Exception {
        Path file = Files.writeString(folder.resolve("small"), "from a file");
        PreparedAnswer ofMemory = PreparedAnswer.status(200).text("hello").build();
        PreparedAnswer ofFile = PreparedAnswer.status(200).file(file, 0, 11).build();
        Http3Peer peer = connect((request, reply) -> {
            reply.send(request.rawPath().equals("/file") ? ofFile : ofMemory);
            return true;
        });

        Http3Peer.Answer memory = peer.ask(Http3Peer.head("HEAD", HOST, "/"), null);
        Http3Peer.Answer inFile = peer.ask(Http3Peer.head("HEAD", HOST, "/file"), null);

        assertThat(memory.body()).isEmpty();
        assertThat(memory.field("content-length")).isEqualTo("5");
        assertThat(inFile.body()).isEmpty();
        assertThat(inFile.field("content-length")).isEqualTo("11");
    }

    @Test
    void aFastPathMayAnswerLater() throws Exception {
        AtomicReference<FastReply> owed = new AtomicReference<>();
        Http3Peer peer = connect((_, reply) -> {
            owed.set(reply);
            return true;
        });
        Http3Peer.Stream stream = peer.begin(Http3Peer.head("GET", HOST, "/"), null);

        await().until(() -> owed.get() != null);
        owed.get().send(PreparedAnswer.status(200).text("late").build());

        assertThat(stream.awaitAnswer().text()).isEqualTo("late");
    }

    @Test
    void headBodyAndEndOfALateAnswerLeaveInOneDatagram() throws Exception {
        BlockingQueue<FastReply> owed = new LinkedBlockingQueue<>();
        Http3Peer peer = connect((_, reply) -> owed.add(reply));
        long most = 0;
        for (int i = 0; i < 20; i++) {
            Http3Peer.Stream stream = peer.begin(Http3Peer.head("GET", HOST, "/"), null);
            FastReply reply = requireNonNull(owed.poll(10, TimeUnit.SECONDS));
            long before = peer.datagrams();
            reply.send(PreparedAnswer.status(200).text("late").build());
            assertThat(stream.awaitAnswer().text()).isEqualTo("late");
            most = Math.max(most, peer.datagrams() - before);
        }

        // There may be one with an acknowledgement.
        assertThat(most).isBetween(1L, 2L);
    }

    @Test
    void aLateAnswerThatNobodyWantsAnyMoreIsDropped() throws Exception {
        AtomicReference<FastReply> owed = new AtomicReference<>();
        Http3Fixture server = start((request, reply) -> {
            if (request.rawPath().equals("/late")) {
                owed.set(reply);
            } else {
                reply.send(PreparedAnswer.status(200).text("next").build());
            }
            return true;
        });
        Http3Peer peer = connect(server, 0);
        peer.begin(Http3Peer.head("GET", HOST, "/late"), null);
        await().until(() -> owed.get() != null);
        peer.connection().close().sync();
        await().untilAsserted(() -> assertThat(server.echoes.connections).hasValue(0));

        owed.get().send(PreparedAnswer.status(200).text("late").build());

        assertThat(server.connect().get(HOST, "/").text()).isEqualTo("next");
    }

    @Test
    void aBodyIsEchoed() throws Exception {
        byte[] body = noise(1_600_000);

        Http3Peer.Answer answer = echoing().ask(Http3Peer.head("POST", HOST, "/echo"), body);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.field("x-head"))
                .contains("POST /echo HTTP/1.1|", "host: " + HOST, "transfer-encoding: chunked");
    }

    @Test
    void aBodyOfKnownLengthIsEchoed() throws Exception {
        byte[] body = noise(100_000);

        Http3Peer.Answer answer = echoing().ask(Http3Peer.head("POST", HOST, "/", "content-length", "100000"), body);

        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.field("x-head")).contains("content-length: 100000");
    }

    @Test
    void whatASlowReaderDoesNotTakeIsNotReadFromItEither() throws Exception {
        byte[] body = noise(1_600_000);
        Http3Fixture server = start((_, _) -> false);
        Http3Peer peer = connect(server, WINDOW);
        Http3Peer.Stream stream = peer.open();
        stream.read(false);
        stream.send(Http3Peer.head("POST", HOST, "/"));
        stream.sendAll(body);
        await().untilAsserted(() -> assertThat(server.echoes.stalls).hasPositiveValue());

        stream.read(true);

        assertThat(stream.awaitAnswer().body()).isEqualTo(body);
        assertThat(server.echoes.mostOwed.get()).isLessThan(400_000);
    }

    @Test
    void trailersGoBothWays() throws Exception {
        Http3Peer.Stream stream = echoing().open();
        stream.send(Http3Peer.head("POST", HOST, "/"));
        stream.send("body".getBytes(StandardCharsets.US_ASCII));
        Http3Headers trailers = new DefaultHttp3Headers(false).add("x-sum", "42");
        stream.sendLast(trailers);

        Http3Peer.Answer answer = stream.awaitAnswer();

        assertThat(answer.text()).isEqualTo("body");
        assertThat(String.valueOf(answer.trailers().get("x-sum"))).isEqualTo("42");
    }

    @Test
    void anInterimAnswerComesFirst() throws Exception {
        Http3Peer.Answer answer = echoing().get(HOST, "/hints");

        assertThat(answer.interim()).containsExactly(103);
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void anAnswerMayComeBeforeTheRequestHasEnded() throws Exception {
        Http3Fixture server = start((_, _) -> false);
        Http3Peer peer = connect(server, 0);
        for (int i = 0; i < 300; i++) {
            Http3Peer.Stream stream = peer.open();
            stream.send(Http3Peer.head("POST", HOST, "/early"));
            stream.send(new byte[1000]);
            assertThat(stream.awaitAnswer().status()).isEqualTo(200);
            stream.end();
        }
        await().untilAsserted(() -> assertThat(server.echoes.completed).hasValue(300));
        assertThat(peer.get(HOST, "/").status()).isEqualTo(200);
    }

    @Test
    void manyStreamsAtOnceAreServed() throws Exception {
        Http3Peer peer = echoing();
        List<Http3Peer.Stream> streams = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Http3Peer.Stream stream = peer.open();
            stream.send(Http3Peer.head("POST", HOST, "/" + i));
            streams.add(stream);
        }
        for (int i = 0; i < 100; i++) {
            streams.get(i).sendAll(("body " + i).getBytes(StandardCharsets.US_ASCII));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(streams.get(i).awaitAnswer().text()).isEqualTo("body " + i);
        }
    }

    @Test
    void aConnectionServesMoreRequestsThanItMayHaveAtOnce() throws Exception {
        Http3Peer peer = echoing();
        for (int i = 0; i < 500; i++) {
            assertThat(peer.get(HOST, "/" + i).field("x-head")).contains("GET /" + i + " ");
        }
    }

    @Test
    void streamsThatAreBrokenOffMakeRoomForOthers() throws Exception {
        Http3Fixture server = start((_, _) -> false);
        Http3Peer peer = connect(server, 0);
        for (int i = 0; i < 150; i++) {
            Http3Peer.Stream stream = peer.open();
            stream.send(Http3Peer.head("POST", HOST, "/never"));
            stream.reset(0x10c);
            int expected = i + 1;
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> server.echoes.cancelled.get() == expected || peer.isFree());
        }

        assertThat(peer.get(HOST, "/").status()).isEqualTo(200);
    }

    @Test
    void requestsThatAreRefusedMakeRoomForOthers() throws Exception {
        Http3Peer peer = echoing();
        for (int i = 0; i < 150; i++) {
            Http3Peer.Stream stream = peer.open();
            stream.rawAll(Http3Wire.headers(":method", "GET"));
            assertThat(catchThrowableOfType(Http3Peer.Reset.class, stream::awaitAnswer))
                    .isNotNull();
        }

        assertThat(peer.get(HOST, "/").status()).isEqualTo(200);
    }

    @Test
    void manyRequestsThatAreBrokenOffAtOnceMakeRoomForOthers() throws Exception {
        Http3Fixture server = start((_, _) -> false);
        Http3Peer peer = connect(server, 0);
        byte[] head = Http3Wire.headers(":method", "POST", ":scheme", "https", ":path", "/never", ":authority", HOST);
        for (int i = 0; i < 100; i++) {
            peer.resetAtOnce(head, 0x10c);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(peer.get(HOST, "/").status()).isEqualTo(200);
        }
        await().until(server.echoes::isIdle);
    }

    @Test
    void aClientThatWantsNoMoreOfAnAnswerEndsIt() throws Exception {
        Http3Fixture server = start((_, _) -> false);
        Http3Peer peer = connect(server, WINDOW);
        Http3Peer.Stream stream = peer.begin(Http3Peer.head("GET", HOST, "/much"), null);
        await().until(() -> stream.received() > 0);

        stream.stopSending(0x10c);

        await().untilAsserted(() -> assertThat(server.echoes.cancelled).hasValue(1));
        assertThat(server.echoes.sent.get()).isLessThan(10_000_000);
        assertThat(peer.get(HOST, "/").status()).isEqualTo(200);
    }
}
