package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"localhost:8080", "127.0.0.1:0", "[::1]:443", ":80", "unix:/run/pinisi/host.sock"})
    void textSurvivesParsingAndPrinting(String text) {
        assertThat(Address.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host:", "host:x", "host:65536", "::1:80", "a/b:80", "unix:", "h:123456"})
    void aBadAddressIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Address.parse(text));
    }

    @Test
    void aUnixPathIsAsShortAsTheKernelWants() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Address.unix(Path.of("/" + "x".repeat(107))))
                .withMessageContaining("expected: 1 to 107");
    }
}
