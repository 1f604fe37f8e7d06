package org.pinisi.deployer;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads single values: text, lists, durations, sizes, commands, folders.
final class ConfigValues {
    private static final Pattern DURATION = Pattern.compile("(?:(\\d{1,9})(ms|s|m|h))+");
    private static final Pattern DURATION_PART = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?) ?([KMGkmg])(?:i?[Bb])?");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,6}(?:\\.\\d{1,6})?");
    private static final int MOST_ELEMENTS = 1000;
    private static final int KIBI = 1024;

    private ConfigValues() {}

    /// A scalar as it is written: `8080` and `true` are text too.
    static Optional<String> text(Node node, String path, ConfigReport report, String expected) {
        String found = switch (node) {
            case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> "has no value";
            case ScalarNode scalar when scalar.getValue().indexOf('\0') >= 0 -> "holds a zero character";
            case ScalarNode _ -> "";
            case SequenceNode _ -> "is a list";
            case MappingNode _ -> "is a map";
            default -> "is nothing we know";
        };
        if (found.isEmpty() && node instanceof ScalarNode scalar) {
            return Optional.of(scalar.getValue());
        }
        report.add(node.getStartMark(), path + " " + found, expected);
        return Optional.empty();
    }

    /// The message for a value that is not what was expected.
    static <T> Optional<T> refuse(Node node, String path, ConfigReport report, String value, String expected) {
        report.add(node.getStartMark(), "%s is '%s'".formatted(path, shortened(value)), expected);
        return Optional.empty();
    }

    /// As [#refuse(Node, String, ConfigReport, String, String)], at the element of a list that holds the
    /// value.
    static <T> Optional<T> refuseElement(
            Node node, String path, ConfigReport report, List<String> values, String value, String expected) {
        boolean listed = node instanceof SequenceNode;
        Node place = node instanceof SequenceNode sequence ? sequence.getValue().get(values.lastIndexOf(value)) : node;
        String name = listed ? "%s[%d]".formatted(path, values.lastIndexOf(value)) : path;
        return refuse(place, name, report, value, expected);
    }

    private static String shortened(String value) {
        String line = value.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= 60 ? line : line.substring(0, 57) + "...";
    }

    /// A list of text, or one text for a list of one.
    static Optional<List<String>> texts(Node node, String path, ConfigReport report, String expected) {
        if (!(node instanceof SequenceNode sequence)) {
            return text(node, path, report, expected).map(List::of);
        }
        if (sequence.getValue().size() > MOST_ELEMENTS) {
            report.add(node.getStartMark(), path + " has more than " + MOST_ELEMENTS + " elements", expected);
            return Optional.empty();
        }
        List<String> values = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            Optional<String> value = text(element, path + "[" + values.size() + "]", report, expected);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            values.add(value.get());
        }
        return Optional.of(values);
    }

    /// As [#texts], nothing twice.
    static Optional<List<String>> distinct(Node node, String path, ConfigReport report, String expected) {
        Optional<List<String>> values = texts(node, path, report, expected);
        Set<String> seen = new HashSet<>();
        Optional<String> again = values.flatMap(
                all -> all.stream().filter(value -> !seen.add(value)).findFirst());
        if (again.isPresent()) {
            String advice = "it is in the list already: keep one of them";
            return refuseElement(node, path, report, values.orElseThrow(), again.get(), advice);
        }
        return values;
    }

    /// A command: a list of arguments, or a line that is split as a shell would.
    static Optional<List<String>> command(Node node, String path, ConfigReport report) {
        String expected = "expected a command, such as [\"node\", \"server.js\"] or node server.js";
        Optional<List<String>> words = node instanceof SequenceNode
                ? texts(node, path, report, expected)
                : text(node, path, report, expected).flatMap(line -> split(node, path, report, line));
        if (words.isPresent()
                && (words.get().isEmpty() || words.get().getFirst().isBlank())) {
            report.add(node.getStartMark(), path + " is an empty command", expected);
            return Optional.empty();
        }
        return words;
    }

    private static Optional<List<String>> split(Node node, String path, ConfigReport report, String line) {
        try {
            return Optional.of(ConfigCommand.split(line));
        } catch (IllegalArgumentException unsplittable) {
            report.add(
                    node.getStartMark(),
                    "%s cannot be split into arguments: %s".formatted(path, unsplittable.getMessage()),
                    "quote it, or ask for a shell: [\"sh\", \"-c\", \"exec ...\"]; PORT is in the environment");
            return Optional.empty();
        }
    }

    /// A time such as `30s`, `200ms`, `1m30s`, within bounds.
    static ConfigMap.Reader<Duration> duration(Duration least, Duration most) {
        String expected = "expected a time with a unit, such as 200ms, 30s or 10m, from %s to %s"
                .formatted(written(least), written(most));
        return (node, path, report) -> {
            Optional<String> text = text(node, path, report, expected);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            Optional<Duration> duration = durationOf(text.get().strip())
                    .filter(time -> time.compareTo(least) >= 0 && time.compareTo(most) <= 0);
            return duration.isPresent() ? duration : refuse(node, path, report, text.get(), expected);
        };
    }

    private static Optional<Duration> durationOf(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        if (!DURATION.matcher(text).matches()) {
            return Optional.empty();
        }
        Duration sum = Duration.ZERO;
        Matcher part = DURATION_PART.matcher(text);
        while (part.find()) {
            long count = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "ms" -> Duration.ofMillis(count);
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        default -> Duration.ofHours(count);
                    });
        }
        return Optional.of(sum);
    }

    /// As a person writes it: `1h`, `90s`, `200ms`.
    static String written(Duration time) {
        if (time.isZero()) {
            return "0s";
        }
        if (time.toMillis() % 1000 != 0) {
            return time.toMillis() + "ms";
        }
        if (time.toSeconds() % 3600 == 0) {
            return time.toHours() + "h";
        }
        return time.toSeconds() % 60 == 0 ? time.toMinutes() + "m" : time.toSeconds() + "s";
    }

    /// A size such as `256M` or `1.5G`, in steps of 1024, from 16M to 1024G.
    static Optional<Long> memory(Node node, String path, ConfigReport report) {
        String expected = "expected a size with a unit, such as 256M or 1G, from 16M to 1024G";
        Optional<String> text = text(node, path, report, expected);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher size = SIZE.matcher(text.get().strip());
        if (!size.matches()) {
            return refuse(node, path, report, text.get(), expected);
        }
        int power = " KMG".indexOf(size.group(2).toUpperCase(Locale.ROOT));
        BigDecimal bytes =
                new BigDecimal(size.group(1)).multiply(BigDecimal.valueOf(KIBI).pow(power));
        long mebi = bytes.divide(BigDecimal.valueOf((long) KIBI * KIBI), RoundingMode.DOWN)
                .longValue();
        return mebi >= 16 && mebi <= (long) KIBI * KIBI
                ? Optional.of(bytes.longValue())
                : refuse(node, path, report, text.get(), expected);
    }

    /// `true` or `false`.
    static Optional<Boolean> truth(Node node, String path, ConfigReport report) {
        String expected = "expected true or false";
        Optional<String> text = text(node, path, report, expected);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return switch (text.get()) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> refuse(node, path, report, text.get(), expected);
        };
    }

    /// Cores, such as `0.5` or `2`, from 0.05 to 1024.
    static Optional<Double> cpus(Node node, String path, ConfigReport report) {
        String expected = "expected a number of cores, such as 0.5 or 2, from 0.05 to 1024";
        Optional<String> text = text(node, path, report, expected);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<Double> cores = text.map(String::strip)
                .filter(number -> NUMBER.matcher(number).matches())
                .map(Double::valueOf)
                .filter(number -> number >= 0.05 && number <= KIBI);
        return cores.isPresent() ? cores : refuse(node, path, report, text.get(), expected);
    }

    /// A path inside the repository, without `./` in front and `/` behind; the repository itself is `.`.
    static Optional<String> inside(Node node, String path, ConfigReport report) {
        String expected = "expected a path inside the repository, such as public or web/dist";
        Optional<String> text = text(node, path, report, expected);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        List<String> steps = new ArrayList<>();
        for (String step : text.get().split("/", -1)) {
            if (!step.isEmpty() && !step.equals(".")) {
                steps.add(step);
            }
        }
        boolean wrong =
                text.get().isBlank() || text.get().startsWith("/") || steps.contains("..") || steps.contains(".git");
        if (wrong) {
            return refuse(node, path, report, text.get(), expected);
        }
        return Optional.of(steps.isEmpty() ? "." : String.join("/", steps));
    }

    /// One word of a few; the Java constant is the word in capitals.
    static <E extends Enum<E>> ConfigMap.Reader<E> word(Class<E> type) {
        List<String> words = List.of(type.getEnumConstants()).stream()
                .map(ConfigValues::written)
                .toList();
        String expected = "expected one of: " + String.join(", ", words);
        return (node, path, report) -> {
            Optional<String> text = text(node, path, report, expected);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            int at = words.indexOf(text.get());
            return at >= 0
                    ? Optional.of(type.getEnumConstants()[at])
                    : refuse(node, path, report, text.get(), ConfigWords.advice(text.get(), words));
        };
    }

    /// `ON_FAILURE` is written `on-failure`.
    static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
