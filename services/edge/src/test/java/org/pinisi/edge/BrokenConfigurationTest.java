package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each configuration of `broken-configurations.txt` is refused in exactly the words below it: what a
/// person will read.
///
/// A case begins with `=== name`, each of its files with `--- file`, and what is said of it with `>>>`; an
/// ellipsis stands for whatever follows.
final class BrokenConfigurationTest {
    /// @param files texts by name
    /// @param said a problem a line
    record Case(String name, Map<String, String> files, List<String> said) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() throws IOException {
        try (var in = Objects.requireNonNull(
                BrokenConfigurationTest.class.getResourceAsStream("broken-configurations.txt"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(text.split("(?m)^=== ")).skip(1).map(BrokenConfigurationTest::parse);
        }
    }

    private static Case parse(String text) {
        String[] halves = text.split("(?m)^>>>\n", 2);
        Map<String, String> files = new TreeMap<>();
        String[] parts = halves[0].split("(?m)^--- ");
        for (int i = 1; i < parts.length; i++) {
            int end = parts[i].indexOf('\n');
            files.put(parts[i].substring(0, end), parts[i].substring(end + 1));
        }
        return new Case(parts[0].strip(), files, halves[1].strip().lines().toList());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isRefusedInTheseWords(Case broken) {
        ConfigFiles files = new ConfigFiles("v", Path.of("/etc/edge"), new TreeMap<>(broken.files()));
        List<String> said = new ArrayList<>();
        switch (new ConfigReader(Path.of("/var/lib/edge"), Map.of()).read(files)) {
            case ConfigReader.Reading.Good good ->
                said.add("understood: " + good.setup().routes());
            case ConfigReader.Reading.Bad(List<ConfigProblem> problems) ->
                problems.forEach(problem -> said.add(problem.toString()));
        }
        assertThat(said).hasSameSizeAs(broken.said());
        for (int i = 0; i < said.size(); i++) {
            String expected = broken.said().get(i);
            if (expected.endsWith("…")) {
                assertThat(said.get(i)).startsWith(expected.substring(0, expected.length() - 1));
            } else {
                assertThat(said.get(i)).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isRefusedAlsoAfterAWayThroughTheDisk(Case broken, @TempDir Path folder) throws IOException {
        for (Map.Entry<String, String> file : broken.files().entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        assertThat(EdgeConfiguration.check(ConfigSource.folder(folder), folder.resolve("data"), Map.of()))
                .hasSameSizeAs(broken.said());
    }
}
