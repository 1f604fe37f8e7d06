package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Has clients prove that they are where they say they are, before anything is kept for them (RFC 9000, section
/// 8.1.2). That costs a round trip, so it is asked for only while many handshakes are under way.
///
/// A token is the time, the first bytes of an HMAC over time, address and connection id, and that id. Belongs to
/// one event loop.
final class QuicTokens implements QuicTokenHandler {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int TIME_BYTES = Long.BYTES;
    private static final int MAC_BYTES = 16;
    private static final int LONGEST_ID = 20;
    private static final int HEAD = TIME_BYTES + MAC_BYTES;
    private static final long LIFE = Duration.ofSeconds(20).toNanos();

    private final Mac mac;
    private final BooleanSupplier busy;
    private final LongSupplier clock;

    /// @param key shared by the loops of one server, see [#newKey]
    /// @param busy whether clients must prove their address
    /// @param clock nanoseconds since any time, as [System#nanoTime] has them
    QuicTokens(byte[] key, BooleanSupplier busy, LongSupplier clock) {
        this.busy = busy;
        this.clock = clock;
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    static byte[] newKey(SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return key;
    }

    @Override
    public boolean writeToken(ByteBuf out, ByteBuf id, InetSocketAddress address) {
        if (!busy.getAsBoolean()) {
            return false;
        }
        byte[] idBytes = ByteBufUtil.getBytes(id);
        long now = clock.getAsLong();
        out.writeLong(now).writeBytes(sign(now, idBytes, address)).writeBytes(idBytes);
        return true;
    }

    @Override
    public int validateToken(ByteBuf token, InetSocketAddress address) {
        int length = token.readableBytes() - HEAD;
        if (length < 0 || length > LONGEST_ID) {
            return -1;
        }
        int start = token.readerIndex();
        long time = token.getLong(start);
        byte[] given = ByteBufUtil.getBytes(token, start + TIME_BYTES, MAC_BYTES);
        byte[] id = ByteBufUtil.getBytes(token, start + HEAD, length);
        boolean ours = MessageDigest.isEqual(given, sign(time, id, address));
        long age = clock.getAsLong() - time;
        return ours && age >= 0 && age < LIFE ? HEAD : -1;
    }

    private byte[] sign(long time, byte[] id, InetSocketAddress address) {
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            mac.update((byte) (time >>> shift));
        }
        mac.update((byte) id.length);
        mac.update(id);
        mac.update((byte) (address.getPort() >>> Byte.SIZE));
        mac.update((byte) address.getPort());
        mac.update(address.getAddress().getAddress());
        return Arrays.copyOf(mac.doFinal(), MAC_BYTES);
    }

    @Override
    public int maxTokenLength() {
        return HEAD + LONGEST_ID;
    }
}
