package org.pinisi.deployer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;

/// Collects the problems of one file, each with its line and a caret below the place.
final class ConfigReport {
    private static final int MOST_PROBLEMS = 10;
    private static final int EXCERPT_CHARACTERS = 100;
    private static final Pattern ASSIGNMENT = Pattern.compile("([A-Za-z_][A-Za-z0-9_-]*)[\"']?\\s*[:=]\\s*(?=\\S)");

    private final String file;
    private final List<String> lines;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private int unlisted;

    ConfigReport(String file, String text) {
        this.file = file;
        this.lines = text.lines().toList();
    }

    /// Notes a problem at a place that YAML knows; both counts of a mark begin at 0.
    void add(Optional<Mark> mark, String message, String expected) {
        add(mark.map(Mark::getLine).orElse(0) + 1, mark.map(Mark::getColumn).orElse(0) + 1, message, expected);
    }

    /// Notes a problem; `line` and `column` begin at 1.
    void add(int line, int column, String message, String expected) {
        if (problems.size() == MOST_PROBLEMS) {
            unlisted++;
        } else {
            problems.add(new ConfigProblem(file, line, column, message, expected, excerpt(line, column)));
        }
    }

    /// Ends the reading when there is anything to complain of.
    void throwIfAny() {
        if (!problems.isEmpty()) {
            problems.sort(Comparator.comparingInt(ConfigProblem::line).thenComparingInt(ConfigProblem::column));
            throw new ConfigException(problems, unlisted);
        }
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    private String excerpt(int line, int column) {
        if (line > lines.size()) {
            return "";
        }
        String shown = masked(lines.get(line - 1)).replace('\t', ' ');
        int[] points = shown.codePoints()
                .map(point -> Character.isISOControl(point) ? '?' : point)
                .toArray();
        int from = Math.max(0, column - 1 - EXCERPT_CHARACTERS * 3 / 4);
        from = Math.min(from, points.length);
        int to = Math.min(points.length, from + EXCERPT_CHARACTERS);
        String number = String.valueOf(line);
        String caret = " ".repeat(Math.max(0, Math.min(column - 1, points.length) - from)) + "^";
        return number + " | " + new String(points, from, to - from) + "\n" + " ".repeat(number.length()) + " | "
                + caret;
    }

    /// A value that may be a secret is not repeated: what we print ends in logs.
    private static String masked(String line) {
        Matcher assignment = ASSIGNMENT.matcher(line);
        while (assignment.find()) {
            if (ConfigSecrets.looksSecret(assignment.group(1))) {
                return line.substring(0, assignment.end()) + "***";
            }
        }
        return line;
    }
}
