package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads metrics by the rules of the text format and of OpenMetrics, and refuses what a collector would
/// refuse.
final class MetricsReader {
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-z_][a-z0-9_]*)(\\{((?:[a-z]+=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)*)\\})? (-?[0-9.]+(?:E-?[0-9]+)?)");

    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Map<String, String> types = new HashMap<>();

    MetricsReader(String text, boolean open) {
        assertThat(text).endsWith("\n");
        Set<String> ended = new HashSet<>();
        String family = "";
        boolean over = false;
        for (String line : text.split("\n", -1)) {
            if (line.isEmpty()) {
                continue;
            }
            assertThat(over).as("nothing comes after # EOF").isFalse();
            if (line.equals("# EOF")) {
                over = true;
            } else if (line.startsWith("# HELP ")) {
                String next = line.split(" ", 4)[2];
                ended.add(family);
                assertThat(ended).as("a family stands in one place").doesNotContain(next);
                family = next;
            } else if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", -1);
                assertThat(words[2]).isEqualTo(family);
                types.put(family, words[3]);
            } else {
                read(line, family, open);
            }
        }
        assertThat(over).isEqualTo(open);
    }

    private void read(String line, String family, boolean open) {
        Matcher parts = SAMPLE.matcher(line);
        assertThat(parts.matches()).as(line).isTrue();
        String name = parts.group(1);
        switch (types.getOrDefault(family, "")) {
            case "counter" -> assertThat(name).isEqualTo(open ? family + "_total" : family);
            case "gauge" -> assertThat(name).isEqualTo(family);
            case "histogram" -> assertThat(name).isIn(family + "_bucket", family + "_count", family + "_sum");
            default -> throw new AssertionError("no type: " + line);
        }
        String labels = parts.group(2) == null ? "" : parts.group(2);
        Double before = samples.put(name + labels, Double.valueOf(parts.group(4)));
        assertThat(before).as("twice: " + line).isNull();
    }

    double value(String sample) {
        assertThat(samples).containsKey(sample);
        return samples.getOrDefault(sample, Double.NaN);
    }

    Set<String> names() {
        return samples.keySet();
    }
}
