package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RateLimiterTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong clock = new AtomicLong(-5 * SECOND);

    private RateLimiter limiter(int requests, Duration per, int burst, int clients) {
        return new RateLimiter(new RateLimitRule(requests, per, burst, clients), clock::get);
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static int taken(RateLimiter limiter, String client, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += limiter.take(address(client)) == 0 ? 1 : 0;
        }
        return taken;
    }

    @Test
    void aBurstPassesAndThenTheRate() {
        RateLimiter limiter = limiter(10, Duration.ofSeconds(1), 5, 100);
        assertThat(taken(limiter, "192.0.2.1", 20)).isEqualTo(5);
        clock.addAndGet(SECOND / 10);
        assertThat(taken(limiter, "192.0.2.1", 20)).isEqualTo(1);
        clock.addAndGet(SECOND);
        assertThat(taken(limiter, "192.0.2.1", 20)).isEqualTo(5);
    }

    @Test
    void saysHowLongToWait() {
        RateLimiter limiter = limiter(1, Duration.ofSeconds(10), 1, 100);
        limiter.take(address("192.0.2.1"));
        clock.addAndGet(4 * SECOND);
        assertThat(limiter.take(address("192.0.2.1"))).isEqualTo(6 * SECOND);
    }

    @Test
    void clientsDoNotCountForOneAnother() {
        RateLimiter limiter = limiter(1, Duration.ofSeconds(1), 1, 100);
        assertThat(taken(limiter, "192.0.2.1", 2)).isEqualTo(1);
        assertThat(taken(limiter, "192.0.2.2", 2)).isEqualTo(1);
        assertThat(taken(limiter, "2001:db8::1", 2)).isEqualTo(1);
    }

    @Test
    void anIpv6NetworkIsOneClient() {
        RateLimiter limiter = limiter(1, Duration.ofSeconds(1), 1, 100);
        assertThat(taken(limiter, "2001:db8:0:1::1", 1)).isEqualTo(1);
        assertThat(taken(limiter, "2001:db8:0:1:ffff::2", 1)).isZero();
        assertThat(taken(limiter, "2001:db8:0:2::1", 1)).isEqualTo(1);
    }

    @Test
    void remembersNoMoreClientsThanAllowedAndForgetsTheLongestSilent() {
        RateLimiter limiter = limiter(1, Duration.ofDays(1), 1, 160);
        for (int i = 0; i < 100_000; i++) {
            limiter.take(address("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)));
            if (i % 5 == 0) {
                limiter.take(address("192.0.2.1"));
            }
        }
        assertThat(limiter.size()).isLessThanOrEqualTo(160);
        assertThat(taken(limiter, "192.0.2.1", 1))
                .as("who asks all the time is not forgotten")
                .isZero();
    }
}
