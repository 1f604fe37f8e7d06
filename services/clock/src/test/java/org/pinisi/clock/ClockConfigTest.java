package org.pinisi.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClockConfigTest {
    @Test
    void theDefaultsArePort80OnEveryAddressWithInfoLogs() {
        assertThat(ClockConfig.DEFAULT.port()).isEqualTo(80);
        assertThat(ClockConfig.DEFAULT.ips()).containsExactly(InetAddress.ofLiteral("0.0.0.0"));
        assertThat(ClockConfig.DEFAULT.logs()).isEqualTo(LogLevels.DEFAULT);
    }

    @Test
    void everySettingCanBeAnother() {
        ClockConfig config = new ClockConfig(ClockConfig.addresses("127.0.0.1, ::1"), 8080, LogLevels.parse("*:quiet"));

        assertThat(config.ips()).containsExactly(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));
        assertThat(config.port()).isEqualTo(8080);
        assertThat(config.logs().others()).isEqualTo(LogLevels.Level.QUIET);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536})
    void aPortOutOfRangeIsRefused(int port) {
        assertThatExceptionOfType(ClockException.class)
                .isThrownBy(() -> new ClockConfig(ClockConfig.DEFAULT.ips(), port, LogLevels.DEFAULT))
                .withMessage("port: %d (expected: 0 to 65535)", port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "1.2.3.4.5", "127.0.0.1,", "300.0.0.1"})
    void whatIsNoIpAddressIsRefusedByName(String text) {
        assertThatExceptionOfType(ClockException.class)
                .isThrownBy(() -> ClockConfig.addresses(text))
                .withMessageContaining("is no IP address");
    }

    @Test
    void noAddressAtAllIsRefused() {
        assertThatExceptionOfType(ClockException.class)
                .isThrownBy(() -> new ClockConfig(List.of(), 80, LogLevels.DEFAULT))
                .withMessageContaining("one or more");
    }
}
