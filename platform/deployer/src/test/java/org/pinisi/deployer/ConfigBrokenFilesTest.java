package org.pinisi.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each `broken/*.yaml` is refused with exactly the text beside it: what a pusher will read.
final class ConfigBrokenFilesTest {
    private static Path folder() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(ConfigBrokenFilesTest.class.getResource("/broken"))
                .toURI());
    }

    static List<String> names() throws IOException, URISyntaxException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.substring(0, name.length() - ".yaml".length()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void isRefusedInTheseWords(String name) throws Exception {
        String text = Files.readString(folder().resolve(name + ".yaml"));
        String message = Files.readString(folder().resolve(name + ".txt")).stripTrailing();

        ConfigException refusal =
                catchThrowableOfType(ConfigException.class, () -> AppConfig.parse(text, AppConfig.FILE));
        assertThat(refusal).hasMessage(message);
    }

    @Test
    void aSecretIsNeverRepeated() throws Exception {
        try (Stream<Path> files = Files.list(folder())) {
            assertThat(files.filter(file -> file.toString().endsWith(".txt")))
                    .allSatisfy(file -> assertThat(file).content().doesNotContain("hunter"));
        }
    }
}
