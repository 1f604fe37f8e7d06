package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HttpLimitsTest {
    private static final HttpLimits DEFAULTS = HttpLimits.defaults();

    @Test
    void theDefaultsAreThoseOfTheTable() {
        assertThat(DEFAULTS)
                .isEqualTo(new HttpLimits(
                        32_768,
                        8_192,
                        128,
                        1_024,
                        8_192,
                        67_108_864,
                        262_144,
                        65_536,
                        10_000,
                        1_000,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(30),
                        240,
                        Duration.ofMinutes(10)));
    }

    @Test
    void eachChangeLeavesTheRestAlone() {
        HttpLimits changed = DEFAULTS.withHead(1024, 512, 7)
                .withBodyBytes(1)
                .withDrainBytes(2)
                .withChunks(3, 4)
                .withConcurrency(5, 6)
                .withTimes(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3))
                .withUpgradeIdleTime(Duration.ofSeconds(4));

        assertThat(changed)
                .isEqualTo(new HttpLimits(
                        1024,
                        512,
                        7,
                        3,
                        4,
                        1,
                        2,
                        65_536,
                        5,
                        6,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        240,
                        Duration.ofSeconds(4)));
    }

    @Test
    void aLimitOutOfItsRangeIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULTS.withHead(10, 5, 1))
                .withMessage("headBytes: 10 (expected: 64 to 1048576)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULTS.withTimes(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .withMessageContaining("headTime");
    }
}
