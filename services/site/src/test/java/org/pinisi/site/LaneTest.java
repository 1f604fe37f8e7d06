package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Jobs one after the other.
final class LaneTest {
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());

    private static Lane lane() {
        return new Lane(Thread.ofVirtual().name("lane-test")).start();
    }

    @Test
    void jobsAreDoneInOrderAndAKeyThatWaitsIsNotAddedAgain() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (Lane lane = lane()) {
            assertThat(lane.add("gate", () -> {
                        begun.countDown();
                        gate.await();
                    }))
                    .isTrue();
            begun.await();
            assertThat(lane.add("a", () -> done.add("a"))).isTrue();
            assertThat(lane.add("b", () -> done.add("b"))).isTrue();
            assertThat(lane.add("a", () -> done.add("again"))).isFalse();
            assertThat(lane.isIdle()).isFalse();
            gate.countDown();
            await().until(lane::isIdle);
            assertThat(done).containsExactly("a", "b");
            assertThat(lane.add("a", () -> done.add("later"))).isTrue();
            await().until(lane::isIdle);
            assertThat(done).containsExactly("a", "b", "later");
        }
    }

    @Test
    void aJobThatFailsDoesNotEndTheOthers() {
        try (Lane lane = lane()) {
            lane.add("bad", () -> {
                throw new IllegalStateException("bad");
            });
            lane.add("good", () -> done.add("good"));
            await().until(lane::isIdle);
            assertThat(done).containsExactly("good");
        }
    }

    @Test
    void closingInterruptsWhatIsUnderWayAndDropsTheRest() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        Lane lane = lane();
        lane.add("long", () -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
            }
        });
        lane.add("never", () -> done.add("never"));
        begun.await();
        lane.close();
        assertThat(interrupted).isTrue();
        assertThat(done).isEmpty();
        assertThat(lane.add("late", () -> done.add("late"))).isFalse();
    }
}
