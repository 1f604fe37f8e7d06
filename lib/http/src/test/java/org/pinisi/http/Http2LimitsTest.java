package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class Http2LimitsTest {
    @Test
    void defaultsAreThoseOfTheTable() {
        assertThat(Http2Limits.defaults())
                .isEqualTo(new Http2Limits(
                        128,
                        32 << 10,
                        64 << 10,
                        16,
                        256 << 10,
                        1 << 20,
                        128 << 10,
                        200,
                        200,
                        500,
                        10_000,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(1)));
    }

    @Test
    void eachChangeKeepsTheRest() {
        Http2Limits changed = Http2Limits.defaults().withStreams(5, 1000).withWindows(2000, 70_000, 3000);
        assertThat(changed.streams()).isEqualTo(5);
        assertThat(changed.headerListBytes()).isEqualTo(1000);
        assertThat(changed.headerBlockBytes()).isEqualTo(2000);
        assertThat(changed.streamWindow()).isEqualTo(2000);
        assertThat(changed.connectionWindow()).isEqualTo(70_000);
        assertThat(changed.queuedBytes()).isEqualTo(3000);
        assertThat(changed.resets()).isEqualTo(200);
    }

    @Test
    void whatIsOutOfRangeIsRefusedByName() {
        assertThatThrownBy(() -> Http2Limits.defaults().withStreams(0, 1000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("streams: 0 (expected: 1 to 65536)");
    }
}
