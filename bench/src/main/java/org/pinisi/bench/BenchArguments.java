package org.pinisi.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/// What stands behind `bench/run NAME`: `--key=value` as often as wanted, and `--quick`.
///
/// @param quick whether short turns are wanted
/// @param values by key
record BenchArguments(boolean quick, Map<String, String> values) {
    private static final String QUICK = "--quick";

    BenchArguments {
        values = Map.copyOf(values);
    }

    /// @throws BenchException for a key that is not one of `keys`
    static BenchArguments parse(List<String> arguments, Set<String> keys, String help) {
        Map<String, String> values = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String key = equals < 0 ? "" : argument.substring(0, equals);
            if (key.startsWith("--") && keys.contains(key.substring(2))) {
                values.put(key.substring(2), argument.substring(equals + 1));
            } else if (!argument.equals(QUICK)) {
                throw new BenchException("unknown option " + argument + "\n" + help);
            }
        }
        return new BenchArguments(arguments.contains(QUICK), values);
    }

    int number(String key, int otherwise) {
        String value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        try {
            return Integer.parseUnsignedInt(value);
        } catch (NumberFormatException failure) {
            throw new BenchException("--" + key + "=" + value + ": expected a number", failure);
        }
    }

    Duration seconds(String key, int otherwise) {
        return Duration.ofSeconds(number(key, otherwise));
    }

    Path path(String key, Path otherwise) {
        String value = values.get(key);
        return value == null ? otherwise : Path.of(value);
    }

    /// Those of `all` that one of the given words means; all if no words are given.
    <T> List<T> chosen(String key, List<T> all, BiPredicate<T, String> means) {
        String value = values.get(key);
        if (value == null) {
            return all;
        }
        List<String> words = Arrays.asList(value.split(","));
        return all.stream()
                .filter(one -> words.stream().anyMatch(word -> means.test(one, word)))
                .toList();
    }
}
