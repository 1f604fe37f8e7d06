package org.pinisi.deployer;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What someone may have meant by a word that we do not know.
final class ConfigWords {
    /// What other systems call it, and what it is called here.
    private static final Map<String, String> FOREIGN = Map.ofEntries(
            Map.entry("environment", "env"),
            Map.entry("variables", "env"),
            Map.entry("domain", "domains"),
            Map.entry("host", "hosts"),
            Map.entry("cmd", "start"),
            Map.entry("command", "start"),
            Map.entry("entrypoint", "start"),
            Map.entry("run", "start"),
            Map.entry("cpu", "cpus"),
            Map.entry("mem", "memory"),
            Map.entry("healthcheck", "health"),
            Map.entry("health-check", "health"),
            Map.entry("root", "folder"),
            Map.entry("directory", "folder"),
            Map.entry("dir", "folder"),
            Map.entry("type", "kind"),
            Map.entry("args", "options"),
            Map.entry("interval", "health.interval"),
            Map.entry("grace", "stop.grace"),
            Map.entry("deadline", "health.deadline"),
            Map.entry("timeout", "build.timeout"),
            Map.entry("output", "build.output"));

    private ConfigWords() {}

    /// A sentence for the one who wrote `word` where only `known` words are.
    static String advice(String word, Collection<String> known) {
        String lower = word.toLowerCase(Locale.ROOT).replace('_', '-');
        if (lower.equals("port") || lower.equals("ports")) {
            return "there is no such key: the app reads its port from the environment variable PORT";
        }
        Optional<String> meant = closest(lower, known).or(() -> foreign(lower, known));
        return meant.map(other -> "did you mean " + other + "?").orElseGet(() -> "expected one of: " + list(known));
    }

    static String list(Collection<String> known) {
        return String.join(", ", known.stream().sorted().toList());
    }

    private static Optional<String> foreign(String word, Collection<String> known) {
        return Optional.ofNullable(FOREIGN.get(word))
                .filter(other -> known.contains(other) || (other.contains(".") && known.contains("start")));
    }

    private static Optional<String> closest(String word, Collection<String> known) {
        int allowed = Math.clamp(word.length() / 3, 1, 2);
        return known.stream()
                .filter(other -> distance(word, other) <= allowed)
                .min(Comparator.comparingInt((String other) -> distance(word, other))
                        .thenComparing(other -> other));
    }

    /// Letters inserted, deleted, replaced or swapped with their neighbour (Damerau and Levenshtein,
    /// restricted).
    static int distance(String left, String right) {
        int[][] costs = new int[left.length() + 1][right.length() + 1];
        for (int row = 0; row <= left.length(); row++) {
            for (int column = 0; column <= right.length(); column++) {
                costs[row][column] = cost(costs, left, right, row, column);
            }
        }
        return costs[left.length()][right.length()];
    }

    private static int cost(int[][] costs, String left, String right, int row, int column) {
        if (row == 0 || column == 0) {
            return row + column;
        }
        int replaced = left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1;
        int best = Math.min(
                Math.min(costs[row - 1][column], costs[row][column - 1]) + 1, costs[row - 1][column - 1] + replaced);
        boolean swapped = row > 1
                && column > 1
                && left.charAt(row - 1) == right.charAt(column - 2)
                && left.charAt(row - 2) == right.charAt(column - 1);
        return swapped ? Math.min(best, costs[row - 2][column - 2] + 1) : best;
    }
}
