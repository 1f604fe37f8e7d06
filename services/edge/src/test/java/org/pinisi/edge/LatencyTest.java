package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Histograms of latencies, and what is told of the latest minute, five minutes and hour.
final class LatencyTest {
    private static final long TEN = TimeUnit.SECONDS.toNanos(10);
    private final RouteCounters counters = new RouteCounters();
    private final RouteWindows windows = new RouteWindows(counters, 0);
    private long now;

    private void tick(int times) {
        for (int i = 0; i < times; i++) {
            now += TEN;
            windows.tick(now);
        }
    }

    private void request(int loop, int status, long millis) {
        RouteTally tally = counters.tally(loop);
        tally.count(0, RouteTally.REQUESTS);
        tally.answered(0, status);
        tally.took(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private Traffic minute() {
        LatencySum sum = new LatencySum();
        return sum.over(windows.minute(now, sum));
    }

    private Traffic fiveMinutes() {
        LatencySum sum = new LatencySum();
        return sum.over(windows.fiveMinutes(now, sum));
    }

    private Traffic hour() {
        LatencySum sum = new LatencySum();
        return sum.over(windows.hour(now, sum));
    }

    @Test
    void eachBucketBeginsWhereTheOneBeforeEnds() {
        long nanos = 0;
        int last = LatencyScale.bucket(0);
        assertThat(last).isZero();
        while (nanos < TimeUnit.MINUTES.toNanos(3)) {
            int bucket = LatencyScale.bucket(nanos);
            assertThat(bucket).isBetween(last, last + 1);
            last = bucket;
            nanos += Math.max(100, nanos / 50);
        }
        assertThat(last).isEqualTo(LatencyScale.BUCKETS - 1);
    }

    @Test
    void aLatencyReadBackIsAtMostThreePercentOff() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            double seconds = Math.pow(10, random.nextDouble() * 6 - 4.5);
            double read = LatencyScale.middle(LatencyScale.bucket((long) (seconds * 1e9)));
            assertThat(read).isCloseTo(seconds, within(seconds * 0.0325));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE})
    void aClockThatJumpedBreaksNothing(long nanos) {
        assertThat(LatencyScale.bucket(nanos)).isIn(0, LatencyScale.BUCKETS - 1);
    }

    @Test
    void theBoundsForCollectorsAreBoundsOfBuckets() {
        for (double bound : RouteWindows.BOUNDS) {
            long nanos = Math.round(bound * 1e9);
            assertThat(LatencyScale.bucket(nanos)).isEqualTo(LatencyScale.bucket(nanos - 2000) + 1);
        }
    }

    @Test
    void percentilesAreThoseOfTheRequests() {
        for (int i = 1; i <= 1000; i++) {
            request(i % 2, 200, i);
        }
        now = TEN;
        Traffic traffic = minute();
        assertThat(traffic.requests()).isEqualTo(1000);
        assertThat(traffic.p50().toMillis()).isBetween(485L, 515L);
        assertThat(traffic.p95().toMillis()).isBetween(925L, 975L);
        assertThat(traffic.p99().toMillis()).isBetween(960L, 1020L);
        assertThat(traffic.rate()).isEqualTo(100);
    }

    @Test
    void aMinuteForgetsWhatIsOlder() {
        request(0, 200, 5);
        tick(1);
        assertThat(minute().requests()).isEqualTo(1);
        tick(5);
        assertThat(minute().requests()).isEqualTo(1);
        tick(1);
        assertThat(minute().requests()).isZero();
        assertThat(fiveMinutes().requests()).isEqualTo(1);
        tick(24);
        assertThat(fiveMinutes().requests()).isZero();
        assertThat(hour().requests()).isEqualTo(1);
        tick(336);
        assertThat(hour().requests()).isZero();
        assertThat(hour().span()).isEqualTo(Duration.ofSeconds(3610));
    }

    @Test
    void whatIsNewIsToldAtOnce() {
        tick(3);
        request(0, 503, 1);
        assertThat(minute().serverErrors()).isEqualTo(1);
        assertThat(minute().errorShare()).isEqualTo(1);
        assertThat(hour().requests()).isEqualTo(1);
    }

    @Test
    void theHourIsToldMinuteByMinute() {
        for (int minute = 0; minute < 70; minute++) {
            for (int i = 0; i < minute; i++) {
                request(0, minute == 65 ? 500 : 200, 20);
            }
            tick(6);
        }
        List<LatencySum> sums =
                Stream.generate(LatencySum::new).limit(RouteWindows.MINUTES).toList();
        assertThat(windows.minutes(sums)).isEqualTo(60);
        List<Traffic> minutes =
                sums.stream().map(sum -> sum.over(Duration.ofMinutes(1))).toList();
        assertThat(minutes.getFirst().requests()).isEqualTo(10);
        assertThat(minutes.getLast().requests()).isEqualTo(69);
        assertThat(minutes.get(55).serverErrors()).isEqualTo(65);
        assertThat(minutes.get(54).serverErrors()).isZero();
        assertThat(minutes.getLast().p99().toMillis()).isBetween(19L, 21L);
    }

    @Test
    void totalsOnlyGrow() {
        request(0, 200, 3);
        request(1, 200, 30);
        request(1, 200, 200_000);
        long[] first = windows.totals();
        assertThat(first[RouteWindows.BOUNDS.indexOf(0.0025)]).isZero();
        assertThat(first[RouteWindows.BOUNDS.indexOf(0.005)]).isEqualTo(1);
        assertThat(first[RouteWindows.BOUNDS.indexOf(0.05)]).isEqualTo(2);
        assertThat(first[RouteWindows.BOUNDS.size() - 1]).isEqualTo(2);
        assertThat(first[RouteWindows.BOUNDS.size()]).isEqualTo(3);
        tick(400);
        assertThat(windows.totals()).containsExactly(first);
    }

    @Test
    void packingKeepsEverything() {
        LatencySum sum = new LatencySum();
        Random random = new Random(3);
        for (int i = 0; i < 300; i++) {
            sum.add(random.nextInt(LatencyScale.BUCKETS), 1 + random.nextInt(1_000_000));
        }
        sum.addErrors(77);
        LatencySum copy = new LatencySum();
        copy.add(sum.pack());
        assertThat(copy.over(Duration.ofSeconds(1))).isEqualTo(sum.over(Duration.ofSeconds(1)));
        assertThat(copy.pack()).isEqualTo(sum.pack());
        assertThat(new LatencySum().pack()).isNull();
    }

    @Test
    void aRouteKeepsWhatEachLoopCounted() {
        request(3, 200, 1);
        request(0, 404, 1);
        RouteStats stats = counters.stats("app", java.util.Map.of());
        assertThat(stats.requests()).isEqualTo(2);
        assertThat(stats.successful()).isEqualTo(1);
        assertThat(stats.clientErrors()).isEqualTo(1);
        assertThat(counters.tallies()).hasSize(2);
    }
}
