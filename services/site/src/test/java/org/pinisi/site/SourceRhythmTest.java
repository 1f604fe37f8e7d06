package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SourceRhythmTest {
    private final Random random = new Random(3);

    @Test
    void polledEveryMinuteGiveOrTakeATenth() {
        for (int i = 0; i < 100; i++) {
            assertThat(SourceRhythm.DEFAULT.pause(0, random)).isBetween(Duration.ofSeconds(54), Duration.ofSeconds(66));
        }
    }

    @Test
    void neverPolledWhenPollingIsOff() {
        assertThat(SourceRhythm.DEFAULT.withPoll(Duration.ZERO).pause(0, random))
                .isEqualTo(SourceRhythm.NEVER);
    }

    @Test
    void failuresInARowDoubleThePauseUpToABound() {
        SourceRhythm rhythm = SourceRhythm.DEFAULT;
        assertThat(rhythm.pause(1, random)).isBetween(Duration.ofMillis(1800), Duration.ofMillis(2200));
        assertThat(rhythm.pause(4, random)).isBetween(Duration.ofMillis(14_400), Duration.ofMillis(17_600));
        assertThat(rhythm.pause(1_000_000, random)).isBetween(Duration.ofSeconds(270), Duration.ofSeconds(330));
    }

    @Test
    void aValueOutOfRangeIsNamed() {
        assertThatThrownBy(() -> SourceRhythm.DEFAULT.withPoll(Duration.ofSeconds(-1)))
                .isInstanceOf(SiteException.class)
                .hasMessageContaining("poll: PT-1S");
    }
}
