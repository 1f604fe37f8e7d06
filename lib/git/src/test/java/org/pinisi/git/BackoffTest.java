package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    @Test
    void doublesUpToTheLongestAndLosesUpToHalfByChance() {
        Backoff backoff = new Backoff(FIRST, LONGEST, new Random(1));
        for (int failures = 1; failures < 100; failures++) {
            Duration whole = failures > 9 ? LONGEST : FIRST.multipliedBy(1L << (failures - 1));

            assertThat(backoff.after(failures)).isBetween(whole.dividedBy(2), whole);
        }
    }

    @Test
    void twoWhoFailedTogetherDoNotComeBackTogether() {
        Backoff one = new Backoff(FIRST, LONGEST, new Random(1));
        Backoff other = new Backoff(FIRST, LONGEST, new Random(2));

        assertThat(one.after(5)).isNotEqualTo(other.after(5));
    }
}
