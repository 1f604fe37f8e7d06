package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// How clients prove where they are.
final class QuicTokensTest {
    private static final int REFUSED = -1;

    private final byte[] key = QuicTokens.newKey(new SecureRandom());
    private final AtomicLong now = new AtomicLong(-5_000_000_000L);
    private final QuicTokens tokens = new QuicTokens(key, () -> true, now::get);
    private final InetSocketAddress client = new InetSocketAddress("192.0.2.1", 4000);
    private final byte[] id = {1, 2, 3, 4, 5, 6, 7, 8};

    private ByteBuf token() {
        ByteBuf token = Unpooled.buffer();
        assertThat(tokens.writeToken(token, Unpooled.wrappedBuffer(id), client)).isTrue();
        return token;
    }

    private int check(ByteBuf token) {
        return tokens.validateToken(token, client);
    }

    @Test
    void aTokenIsTakenFromTheSameAddressAndTellsWhereTheConnectionIdIs() {
        ByteBuf token = token();

        int at = check(token);

        assertThat(at).isPositive();
        assertThat(token.slice(at, token.readableBytes() - at)).isEqualTo(Unpooled.wrappedBuffer(id));
        assertThat(token.readableBytes()).isLessThanOrEqualTo(tokens.maxTokenLength());
    }

    @Test
    void anotherLoopOfTheServerTakesItToo() {
        assertThat(new QuicTokens(key, () -> true, now::get).validateToken(token(), client))
                .isPositive();
    }

    @Test
    void anotherServerDoesNotTakeIt() {
        byte[] other = QuicTokens.newKey(new SecureRandom());

        assertThat(new QuicTokens(other, () -> true, now::get).validateToken(token(), client))
                .isEqualTo(REFUSED);
    }

    @Test
    void anotherAddressOrPortIsRefused() {
        assertThat(tokens.validateToken(token(), new InetSocketAddress("192.0.2.2", 4000)))
                .isEqualTo(REFUSED);
        assertThat(tokens.validateToken(token(), new InetSocketAddress("192.0.2.1", 4001)))
                .isEqualTo(REFUSED);
        assertThat(tokens.validateToken(token(), new InetSocketAddress("2001:db8::1", 4000)))
                .isEqualTo(REFUSED);
    }

    @Test
    void aTokenIsGoodForTwentySeconds() {
        ByteBuf token = token();

        now.addAndGet(Duration.ofMillis(19_999).toNanos());
        assertThat(check(token)).isPositive();
        now.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(check(token)).isEqualTo(REFUSED);
    }

    @Test
    void aTokenOfTheFutureIsRefused() {
        ByteBuf token = token();

        now.addAndGet(-1);
        assertThat(check(token)).isEqualTo(REFUSED);
    }

    @Test
    void anyChangedByteIsSeen() {
        ByteBuf token = token();
        for (int i = 0; i < token.readableBytes(); i++) {
            ByteBuf changed = token.copy();
            changed.setByte(i, changed.getByte(i) ^ 1);
            assertThat(check(changed)).as("byte " + i).isEqualTo(REFUSED);
        }
    }

    @Test
    void aTokenThatWasCutOrGrewIsRefused() {
        ByteBuf token = token();
        for (int length = 0; length < token.readableBytes(); length++) {
            assertThat(check(token.slice(0, length))).as("length " + length).isEqualTo(REFUSED);
        }
        assertThat(check(Unpooled.wrappedBuffer(token, Unpooled.wrappedBuffer(new byte[1]))))
                .isEqualTo(REFUSED);
        assertThat(check(Unpooled.wrappedBuffer(new byte[1000]))).isEqualTo(REFUSED);
    }

    @Test
    void noTokenIsAskedForWhileTheServerHasTime() {
        QuicTokens idle = new QuicTokens(key, () -> false, now::get);
        ByteBuf token = Unpooled.buffer();

        assertThat(idle.writeToken(token, Unpooled.wrappedBuffer(id), client)).isFalse();
        assertThat(token.isReadable()).isFalse();
    }

    @Test
    void aClientConnectsWhileTheServerIsBusy() throws Exception {
        try (Http3Fixture server =
                Http3Fixture.builder().handshakes(4, Duration.ofSeconds(10)).start()) {
            assertThat(server.tls.beginHandshake()).isTrue();
            assertThat(server.tls.beginHandshake()).isTrue();
            assertThat(server.tls.isBusy()).isTrue();
            try (Http3Peer peer = server.connect()) {
                assertThat(peer.get(Http3Fixture.HOST, "/").status()).isEqualTo(200);
            }
            server.tls.endHandshake();
            server.tls.endHandshake();
        }
    }
}
