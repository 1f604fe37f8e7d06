package org.pinisi.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pinisi.process.Exit;
import org.pinisi.process.Support;
import org.pinisi.process.Usage;

final class WireTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    @Test
    void aSpecificationComesOverWhole() {
        UnitSpec spec = new UnitSpec(
                new UnitId("shop-r12-1"),
                "shop",
                12,
                Path.of("/data/images/one"),
                List.of("java", "-jar", "schöner laden.jar", ""),
                Map.of("A", "b", "C", "two\nlines"),
                Map.of("TOKEN", "hush \"quoted\""),
                OptionalLong.of(64 << 20),
                OptionalDouble.of(0.25),
                RestartPolicy.ON_FAILURE,
                Duration.ofMillis(2500));
        assertThat(Wire.spec(Wire.parse(Wire.bytes(Wire.spec(spec, secrets -> secrets))), secrets -> secrets))
                .isEqualTo(spec);
    }

    static Stream<UnitState> states() {
        return Stream.of(
                new UnitState.Starting(),
                new UnitState.Running(4711, NOW),
                new UnitState.BackingOff(NOW, 3, new Exit.Code(2)),
                new UnitState.Stopped(new Exit.Signal(9)),
                new UnitState.Stopped(new Exit.Unknown()),
                new UnitState.Failed("no such program"));
    }

    @ParameterizedTest
    @MethodSource("states")
    void everyStateComesOverWhole(UnitState state) {
        UnitStatus status = new UnitStatus(
                new UnitId("shop-r12-1"),
                "shop",
                12,
                state,
                20_001,
                4,
                Optional.of(new Exit.Code(2)),
                true,
                new Usage(1, Duration.ofMillis(5), 2, 1),
                List.of("not kept apart"));
        assertThat(Wire.status(Wire.parse(Wire.bytes(Wire.status(status))))).isEqualTo(status);
    }

    @Test
    void whatTheHostIsComesOverWhole() {
        HostInfo info = new HostInfo(
                "ab", "process", new Support(true, "x"), new Support(false, "y"), 2, 1, 2, 3, 4, 5, List.of("w"));
        assertThat(Wire.info(Wire.parse(Wire.bytes(Wire.info(info))))).isEqualTo(info);
    }

    @Test
    void aMissingFieldIsNamed() {
        assertThatThrownBy(() ->
                        Wire.spec(Wire.parse("{\"id\":\"x\"}".getBytes(StandardCharsets.UTF_8)), secrets -> secrets))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("app: missing");
    }

    @Test
    void malformedTextIsNotQuotedForItMayHoldSecrets() {
        assertThatThrownBy(() -> Wire.parse("{\"secrets\": hush}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected JSON, found something else");
    }
}
