package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class OutageTest {
    private static final long WAIT = TimeUnit.SECONDS.toNanos(1);

    private final Outage outage = new Outage();

    private long left(double seconds) {
        return outage.left((long) (seconds * 1e9), WAIT);
    }

    @Test
    void waitsAsLongAsItIsNew() {
        assertThat(left(5)).isEqualTo(WAIT);
        assertThat(left(5.25)).isEqualTo(WAIT * 3 / 4);
        assertThat(left(6)).isZero();
        assertThat(left(7)).isNegative();
    }

    @Test
    void isOverWithAConnection() {
        left(5);
        outage.over();
        assertThat(left(9)).isEqualTo(WAIT);
    }

    @Test
    void goesOnWhileRefusalsFollowOneAnother() {
        for (double at = 5; at < 60; at += 9) {
            left(at);
        }
        assertThat(left(60)).isNegative();
    }

    @Test
    void isAnotherOneAfterALongSilence() {
        left(5);
        assertThat(left(16)).isEqualTo(WAIT);
    }
}
