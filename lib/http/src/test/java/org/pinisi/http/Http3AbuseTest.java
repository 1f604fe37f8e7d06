package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.pinisi.http.Http3Wire.announced;
import static org.pinisi.http.Http3Wire.data;
import static org.pinisi.http.Http3Wire.frame;
import static org.pinisi.http.Http3Wire.headers;
import static org.pinisi.http.Http3Wire.join;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Clients that flood, stall and bomb: each is refused or held, memory stays flat, and another client is served
/// meanwhile.
@ExtendWith(LeakCheck.class)
final class Http3AbuseTest {
    private static final String HOST = Http3Fixture.HOST;
    private static final long MOST_MEMORY = 64L << 20;
    private static final int EXCESSIVE_LOAD = 0x107;
    private static final int REQUEST_CANCELLED = 0x10c;
    private static final int CRITICAL_STREAM_CLOSED = 0x104;
    private static final int STREAM_CREATION_ERROR = 0x103;
    private static final byte[] HEAD =
            headers(":method", "POST", ":scheme", "https", ":path", "/never", ":authority", HOST);

    private Http3Fixture server = Http3Fixture.builder().start();
    private long before;

    @BeforeEach
    void measure() {
        before = memory();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void restart(Http3Fixture.Builder with) {
        server.close();
        server = with.start();
    }

    /// Heads and stalls are looked for every tenth of a second.
    private static HttpLimits hasty() {
        return HttpLimits.defaults().withTimes(Duration.ofMillis(100), Duration.ofSeconds(20), Duration.ofSeconds(1));
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

    private void othersAreServedAndMemoryIsFlat() throws Exception {
        try (Http3Peer other = server.connect()) {
            assertThat(other.get(HOST, "/").status()).isEqualTo(200);
        }
        assertThat(memory() - before).as("bytes more than before").isLessThan(MOST_MEMORY);
    }

    @Test
    void rapidResets() throws Exception {
        restart(Http3Fixture.builder().streams(Http2Limits.defaults().withStreams(1000, 32 << 10)));
        try (Http3Peer peer = server.connect()) {
            for (int i = 0; i < 1000 && peer.connection().isActive(); i++) {
                peer.resetAtOnce(HEAD, REQUEST_CANCELLED);
            }
            assertThat(peer.ended()).isEqualTo(EXCESSIVE_LOAD);
        }
        await().until(server.echoes::isIdle);
        othersAreServedAndMemoryIsFlat();
    }

    @Test
    void resetsThatTheServerIsMadeToSend() throws Exception {
        restart(Http3Fixture.builder().streams(Http2Limits.defaults().withStreams(1000, 32 << 10)));
        byte[] malformed = headers(":method", "GET", ":scheme", "https", ":path", "no-slash", ":authority", HOST);
        try (Http3Peer peer = server.connect()) {
            for (int i = 0; i < 1000 && peer.connection().isActive(); i++) {
                peer.rawAtOnce(malformed);
            }
            assertThat(peer.ended()).isEqualTo(EXCESSIVE_LOAD);
        }
        othersAreServedAndMemoryIsFlat();
    }

    @Test
    void aClientThatHasBrokenOffVeryManyRequestsIsSentToAnotherConnection() throws Exception {
        Http2Limits patient = new Http2Limits(
                2000,
                32 << 10,
                64 << 10,
                16,
                256 << 10,
                1 << 20,
                128 << 10,
                100_000,
                100_000,
                500,
                10_000,
                Duration.ofSeconds(10),
                Duration.ofMillis(100));
        restart(Http3Fixture.builder().streams(patient));
        try (Http3Peer peer = server.connect()) {
            assertThat(peer.get(HOST, "/").status()).isEqualTo(200);
            for (int i = 0; i < 1100; i++) {
                peer.resetAtOnce(HEAD, REQUEST_CANCELLED);
            }
            await().until(() -> peer.isToldToGo() || peer.isOver());
        }
        othersAreServedAndMemoryIsFlat();
    }

    @Test
    void aFieldSectionLargerThanTheLimit() throws Exception {
        String[] fields = new String[2000];
        for (int i = 0; i < fields.length; i += 2) {
            fields[i] = "x";
            fields[i + 1] = "";
        }
        String[] pseudo = {":method", "GET", ":scheme", "https", ":path", "/", ":authority", HOST};
        String[] all = Arrays.copyOf(pseudo, pseudo.length + fields.length);
        System.arraycopy(fields, 0, all, pseudo.length, fields.length);
        try (Http3Peer peer = server.connect()) {
            peer.open().raw(headers(all));

            assertThat(peer.ended()).isEqualTo(EXCESSIVE_LOAD);
        }
        assertThat(server.echoes.accepted).hasValue(0);
        othersAreServedAndMemoryIsFlat();
    }

    @Test
    void moreFieldsThanTheLimit() throws Exception {
        String[] all = new String[8 + 2 * 200];
        String[] pseudo = {":method", "GET", ":scheme", "https", ":path", "/", ":authority", HOST};
        System.arraycopy(pseudo, 0, all, 0, 8);
        for (int i = 8; i < all.length; i += 2) {
            all[i] = "x";
            all[i + 1] = "y";
        }
        try (Http3Peer peer = server.connect()) {
            Http3Peer.Stream stream = peer.open();
            stream.rawAll(headers(all));

            assertThat(stream.awaitAnswer().status()).isEqualTo(431);
        }
    }

    @Test
    void aFieldSectionThatIsAnnouncedToBeHuge() throws Exception {
        try (Http3Peer peer = server.connect()) {
            peer.open().raw(announced(Http3Wire.HEADERS, 1L << 30));

            assertThat(peer.ended()).isEqualTo(EXCESSIVE_LOAD);
        }
        othersAreServedAndMemoryIsFlat();
    }

    @Test
    void aFrameThatNobodyKnowsAndIsAnnouncedToBeHuge() throws Exception {
        try (Http3Peer peer = server.connect()) {
            peer.open().raw(join(HEAD, announced(Http3Wire.UNKNOWN + 0x1f * 10, 1L << 30)));

            assertThat(peer.ended()).isEqualTo(EXCESSIVE_LOAD);
        }
        othersAreServedAndMemoryIsFlat();
    }

    @Test
    void aFloodOfEmptyPieces() throws Exception {
        byte[] empty = frame(Http3Wire.DATA, new byte[0]);
        isEndedByAFloodOf(empty);
    }

    @Test
    void aFloodOfFramesThatNobodyKnows() throws Exception {
        isEndedByAFloodOf(frame(Http3Wire.UNKNOWN + 0x1f, new byte[1]));
    }

    private void isEndedByAFloodOf(byte[] small) throws Exception {
        byte[] many = new byte[small.length * 1000];
        for (int i = 0; i < many.length; i++) {
            many[i] = small[i % small.length];
        }
        try (Http3Peer peer = server.connect()) {
            Http3Peer.Stream stream = peer.open();
            stream.raw(HEAD);
            for (int i = 0; i < 12; i++) {
                stream.raw(many);
            }
            assertThat(peer.ended()).isEqualTo(EXCESSIVE_LOAD);
        }
        othersAreServedAndMemoryIsFlat();
    }

    @Test
    void streamsThatNobodyKnows() throws Exception {
        try (Http3Peer peer = server.connect()) {
            for (int i = 0; i < 1000 && peer.connection().isActive(); i++) {
                peer.oneWayAtOnce(join(Http3Wire.number(0x21), new byte[1000]));
            }
            assertThat(peer.get(HOST, "/").status()).isEqualTo(200);
        }
        othersAreServedAndMemoryIsFlat();
    }

    @Test
    void aSecondControlStreamEndsTheConnection() throws Exception {
        try (Http3Peer peer = server.connect()) {
            assertThat(peer.get(HOST, "/").status()).isEqualTo(200);
            peer.oneWayAtOnce(new byte[] {Http3Wire.CONTROL});

            assertThat(peer.ended()).isIn(STREAM_CREATION_ERROR, CRITICAL_STREAM_CLOSED);
        }
        othersAreServedAndMemoryIsFlat();
    }

    @Test
    void aClientThatNeverSendsAHead() throws Exception {
        restart(Http3Fixture.builder().limits(hasty()));
        try (Http3Peer peer = server.connect()) {
            Http3Peer.Stream stream = peer.open();
            stream.raw(Arrays.copyOf(HEAD, HEAD.length - 1));

            Http3Peer.Reset reset = catchThrowableOfType(Http3Peer.Reset.class, stream::awaitAnswer);

            assertThat(reset.code()).isEqualTo(REQUEST_CANCELLED);
            assertThat(peer.get(HOST, "/").status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatTakesNoAnswer() throws Exception {
        restart(Http3Fixture.builder().limits(hasty()));
        try (Http3Peer peer = new Http3Peer(server.port, HOST, 64 << 10)) {
            Http3Peer.Stream stream = peer.open();
            stream.read(false);
            stream.rawAll(headers(":method", "GET", ":scheme", "https", ":path", "/much", ":authority", HOST));

            await().untilAsserted(() -> assertThat(server.echoes.cancelled).hasValue(1));
            assertThat(server.echoes.sent.get()).isLessThan(1_000_000);
        }
        othersAreServedAndMemoryIsFlat();
    }

    @Test
    void aClientThatHasGoneOnItsWayIsNoticedThoughNothingIsSent() throws Exception {
        restart(Http3Fixture.builder().limits(hasty()));
        try (Http3Peer peer = server.connect()) {
            Http3Peer.Stream stream = peer.open();
            stream.rawAll(HEAD);
            await().untilAsserted(() -> assertThat(server.echoes.accepted).hasValue(1));

            stream.stopSending(REQUEST_CANCELLED);

            await().untilAsserted(() -> assertThat(server.echoes.cancelled).hasValue(1));
        }
    }

    @Test
    void aBodyThatNobodyReadsIsHeldBack() throws Exception {
        try (Http3Peer peer = server.connect()) {
            Http3Peer.Stream stream = peer.open();
            stream.rawAll(join(HEAD, announced(Http3Wire.DATA, 5_000_000), new byte[5_000_000]));
            await().untilAsserted(() -> assertThat(server.echoes.mostOwed.get()).isGreaterThanOrEqualTo(64 << 10));

            othersAreServedAndMemoryIsFlat();
            assertThat(server.echoes.mostOwed.get()).isLessThan(256 << 10);
        }
    }

    @Test
    void aBodyLargerThanTheLimit() throws Exception {
        restart(Http3Fixture.builder().limits(HttpLimits.defaults().withBodyBytes(100_000)));
        try (Http3Peer peer = server.connect()) {
            Http3Peer.Stream stream = peer.open();
            stream.send(Http3Peer.head("POST", HOST, "/"));
            stream.sendAll(new byte[200_000]);

            Http3Peer.Reset reset = catchThrowableOfType(Http3Peer.Reset.class, stream::awaitAnswer);

            assertThat(reset.code()).isEqualTo(REQUEST_CANCELLED);
            assertThat(server.echoes.tooLarge).hasValue(1);
            assertThat(peer.get(HOST, "/").status()).isEqualTo(200);
        }
    }

    @Test
    void halfARequestKeepsNobodyElseWaiting() throws Exception {
        try (Http3Peer peer = server.connect()) {
            peer.open().raw(Arrays.copyOf(HEAD, HEAD.length / 2));
            peer.open().raw(join(HEAD, announced(Http3Wire.DATA, 100), new byte[50]));
            peer.open().raw(join(HEAD, data("half")));

            assertThat(peer.get(HOST, "/").status()).isEqualTo(200);
        }
        await().until(server.echoes::isIdle);
        othersAreServedAndMemoryIsFlat();
    }

    @Test
    void garbageInPlaceOfPackets() throws Exception {
        Random random = new Random(5);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < 2000; i++) {
                byte[] garbage = new byte[random.nextInt(1400)];
                random.nextBytes(garbage);
                socket.send(new DatagramPacket(garbage, garbage.length, InetAddress.getLoopbackAddress(), server.port));
            }
        }
        othersAreServedAndMemoryIsFlat();
        assertThat(server.echoes.connections.get()).isLessThanOrEqualTo(1);
    }
}
