package org.pinisi.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostNamesTest {
    private final HostNames names = new HostNames(List.of("pinisi.example.org"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.0.0.1:7400",
                "[::1]:7400",
                "[fe80::1]",
                "localhost",
                "LOCALHOST:7400",
                "pages.localhost:1",
                "pinisi.example.org",
                "Pinisi.Example.org:443"
            })
    void addressesLocalhostAndTheSetNamesAreAnswered(String host) {
        assertThat(names.allows(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "evil.example",
                "evil.example:7400",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "notlocalhost",
                "other.pinisi.example.org",
                "localhost:7400@evil.example",
                "127.0.0.1,evil.example",
                "[::1].evil.example"
            })
    void anyOtherNameIsForeign(String host) {
        assertThat(names.allows(host)).isFalse();
    }
}
