package org.pinisi.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WordsTest {
    private final Words words = new Words(Scene.NOW);

    @ParameterizedTest
    @CsvSource({
        "0, just now",
        "-30, just now",
        "4, just now",
        "5, 5 s ago",
        "59, 59 s ago",
        "60, 1 min ago",
        "3599, 59 min ago",
        "3600, 1 h ago",
        "86399, 23 h ago",
        "86400, 1 day ago",
        "172800, 2 days ago",
        "2591999, 29 days ago",
        "2592000, 2026-10-22"
    })
    void agesAreSaidInTheLargestUnitThatFits(long seconds, String expected) {
        assertThat(words.age(Scene.ago(seconds))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "99, 99 ms",
        "100, 0.1 s",
        "1234, 1.2 s",
        "59949, 59.9 s",
        "60000, 1 min 0 s",
        "3599000, 59 min 59 s",
        "3780000, 1 h 3 min"
    })
    void timesThatThingsTookAreSaidShortly(long millis, String expected) {
        assertThat(words.took(Duration.ofMillis(millis))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "41300000, 39.4 MiB",
        "134217728, 128 MiB",
        "1073741824, 1.0 GiB"
    })
    void memoryIsSaidInPowersOf1024(long bytes, String expected) {
        assertThat(words.bytes(bytes)).isEqualTo(expected);
    }

    @Test
    void aMomentIsSaidInFullInUtc() {
        assertThat(words.exact(Scene.NOW)).isEqualTo("2026-11-21 09:00:00 UTC");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.00 ms",
        "840000, 0.84 ms",
        "3400000, 3.4 ms",
        "56000000, 56 ms",
        "1300000000, 1.3 s",
        "25000000000, 25 s"
    })
    void latenciesAreSaidWithTwoOrThreeDigits(long nanos, String expected) {
        assertThat(words.latency(Duration.ofNanos(nanos))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0 | 0", "0.034 | 0.03", "4.24 | 4.2", "380.4 | 380", "12400 | 12,400"})
    void ratesAreSaidWithTheDigitsThatMatter(double rate, String expected) {
        assertThat(words.rate(rate)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 %", "0.0004, 0.04 %", "0.025, 2.5 %", "0.341, 34 %", "1, 100 %"})
    void sharesAreSaidInPercent(double share, String expected) {
        assertThat(words.share(share)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "30, in less than a minute",
        "120, in 2 min",
        "7200, in 2 h",
        "172799, in 47 h",
        "172800, in 2 days",
        "-7200, 2 h ago"
    })
    void whatIsToComeIsSaidAsAgesAre(long seconds, String expected) {
        assertThat(words.until(Scene.ago(-seconds))).isEqualTo(expected);
    }
}
