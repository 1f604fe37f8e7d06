package org.pinisi.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.process.Exit;

final class UnitSpecTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "A", "a_b", "a/b", "..", "a b"})
    void aUnitsNameIsAPlainWord(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new UnitId(name))
                .withMessageContaining("expected 1 to 80 characters of a-z, 0-9 and -");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PORT", "PINISI_APP", "PINISI_HOST_UNIT"})
    void whatTheHostSetsCannotBeSet(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(Map.of(name, "x"), Map.of(), Duration.ZERO))
                .withMessageContaining(name + " is set by the host");
        assertThatIllegalArgumentException().isThrownBy(() -> spec(Map.of(), Map.of(name, "x"), Duration.ZERO));
    }

    @Test
    void aGraceBeyondTenMinutesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(Map.of(), Map.of(), Duration.ofMinutes(11)))
                .withMessage("grace: expected 0 s to 10 min, found PT11M");
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,2", "2,4", "5,32", "6,60", "7,60", "1000000,60"})
    void theWaitDoublesUpToAMinute(int streak, int seconds) {
        assertThat(Backoff.delay(streak)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void anUnknownEndCountsAsAFailure() {
        assertThat(Backoff.wanted(RestartPolicy.ON_FAILURE, new Exit.Unknown())).isTrue();
        assertThat(Backoff.wanted(RestartPolicy.ON_FAILURE, new Exit.Code(0))).isFalse();
        assertThat(Backoff.wanted(RestartPolicy.ALWAYS, new Exit.Code(0))).isTrue();
        assertThat(Backoff.wanted(RestartPolicy.NEVER, new Exit.Signal(9))).isFalse();
    }

    private static UnitSpec spec(Map<String, String> environment, Map<String, String> secrets, Duration grace) {
        return new UnitSpec(
                new UnitId("a"),
                "a",
                1,
                Path.of("/image"),
                List.of("x"),
                environment,
                secrets,
                OptionalLong.empty(),
                OptionalDouble.empty(),
                RestartPolicy.NEVER,
                grace);
    }
}
