package org.pinisi.edge;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;

/// Counts each client's requests (a token bucket, kept as the one time at which it would be full again).
/// The table is bounded: when it is full the client is forgotten that was silent longest, in each of
/// sixteen parts by itself, so that loops seldom wait for one another. Thread-safe.
final class RateLimiter implements Gate {
    private static final int PARTS = 16;
    private static final long IPV4 = 0x0000_FFFF_0000_0000L;

    private final RateLimitRule rule;
    private final LongSupplier clock;
    private final long each;
    private final long tolerance;
    private final Part[] parts = new Part[PARTS];

    /// @param clock in nanoseconds, as `System.nanoTime`
    RateLimiter(RateLimitRule rule, LongSupplier clock) {
        this.rule = rule;
        this.clock = clock;
        this.each = Math.max(1, rule.per().toNanos() / rule.requests());
        this.tolerance = each * (rule.burst() - 1L);
        for (int i = 0; i < PARTS; i++) {
            parts[i] = new Part(Math.ceilDiv(rule.clients(), PARTS));
        }
    }

    private static final class Part extends LinkedHashMap<Long, Long> {
        private static final long serialVersionUID = 1L;
        private final int most;

        Part(int most) {
            super(16, 0.75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > most;
        }
    }

    @Override
    public @Nullable Reply check(Head request, Client client) {
        long wait = take(client.address());
        if (wait == 0) {
            return null;
        }
        long seconds = Math.max(1, Math.ceilDiv(wait, 1_000_000_000L));
        return Reply.Refusal.of(
                429,
                Fault.RATE_LIMITED,
                "Retry-After: " + seconds,
                "RateLimit-Policy: \"client\";q=" + rule.requests() + ";w=" + seconds(rule.per()),
                "RateLimit: \"client\";r=0;t=" + seconds);
    }

    private static long seconds(Duration time) {
        return Math.max(1, time.toSeconds());
    }

    /// Takes one token.
    ///
    /// @return 0 if there was one, else after how many nanoseconds there will be
    long take(InetAddress address) {
        long key = key(address);
        Part part = parts[Math.floorMod(Long.hashCode(key * 0x9E3779B97F4A7C15L), PARTS)];
        long now = clock.getAsLong();
        synchronized (part) {
            Long known = part.get(key);
            long full = known == null || known - now < 0 ? now : known;
            long over = full - now - tolerance;
            if (over > 0) {
                return over;
            }
            part.put(key, full + each);
            return 0;
        }
    }

    /// How many clients are remembered.
    int size() {
        int size = 0;
        for (Part part : parts) {
            synchronized (part) {
                size += part.size();
            }
        }
        return size;
    }

    /// An IPv4 address, or the 64 bits in front of an IPv6 address: behind them one customer may change as
    /// he likes.
    private static long key(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == 4 ? IPV4 | (bytes.getInt() & 0xFFFF_FFFFL) : bytes.getLong();
    }
}
