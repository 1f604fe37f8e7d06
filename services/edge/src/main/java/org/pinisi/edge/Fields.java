package org.pinisi.edge;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// Reads one object of a route file or of the admin interface key by key; every mistake names its field by
/// its path, and [#build] refuses keys that nobody asked for.
final class Fields {
    private final String path;
    private final JsonNode node;
    private final TreeSet<String> known = new TreeSet<>();

    /// @param path where the object stands, empty for the outermost
    Fields(String path, JsonNode node) {
        this.path = path;
        this.node = node;
        if (!node.isObject()) {
            throw EdgeException.at(path.isEmpty() ? "route" : path, kind(node) + " (expected: keys and values)");
        }
    }

    boolean has(String key) {
        known.add(key);
        return !node.path(key).isMissingNode();
    }

    /// Makes a value of what was read: refuses unknown keys, and puts this object's path before what the
    /// value's own checks complain about.
    <T> T build(Supplier<T> value) {
        for (String key : new TreeSet<>(node.propertyNames())) {
            if (!known.contains(key)) {
                throw EdgeException.at(at(key), "no such key (there are " + String.join(", ", known) + ")");
            }
        }
        try {
            return value.get();
        } catch (EdgeException wrong) {
            throw path.isEmpty() && wrong.field() != null ? wrong : wrong.within(path.isEmpty() ? "route" : path);
        }
    }

    String text(String key) {
        JsonNode value = required(key);
        if (!value.isString()) {
            throw EdgeException.at(at(key), kind(value) + " (expected: text)");
        }
        return value.stringValue();
    }

    String text(String key, String usual) {
        return has(key) ? text(key) : usual;
    }

    Optional<String> optionalText(String key) {
        return has(key) ? Optional.of(text(key)) : Optional.empty();
    }

    boolean flag(String key, boolean usual) {
        if (!has(key)) {
            return usual;
        }
        JsonNode value = node.path(key);
        if (!value.isBoolean()) {
            throw EdgeException.at(at(key), kind(value) + " (expected: true or false)");
        }
        return value.booleanValue();
    }

    int number(String key, int usual) {
        return has(key) ? integer(at(key), node.path(key)) : usual;
    }

    private static int integer(String at, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw EdgeException.at(at, kind(value) + " (expected: a whole number)");
        }
        return value.intValue();
    }

    Duration time(String key, Duration usual) {
        return has(key) ? Units.time(at(key), text(key)) : usual;
    }

    Optional<Duration> optionalTime(String key) {
        return has(key) ? Optional.of(Units.time(at(key), text(key))) : Optional.empty();
    }

    /// A size, as a number of bytes or with a unit.
    long bytes(String key, long usual) {
        if (!has(key)) {
            return usual;
        }
        JsonNode value = node.path(key);
        return value.isIntegralNumber() && value.canConvertToLong()
                ? value.longValue()
                : Units.bytes(at(key), text(key));
    }

    Path file(String key) {
        return file(at(key), text(key));
    }

    Optional<Path> optionalFile(String key) {
        return has(key) ? Optional.of(file(key)) : Optional.empty();
    }

    private static Path file(String at, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException malformed) {
            throw EdgeException.at(at, "\"" + text + "\" is no path: " + malformed.getReason());
        }
    }

    /// One of a few words, each belonging to a value.
    <T> T word(String key, T usual, List<T> values, Function<T, String> words) {
        return has(key) ? oneOf(at(key), text(key), values, words) : usual;
    }

    static <T> T oneOf(String at, String given, List<T> values, Function<T, String> words) {
        for (T value : values) {
            if (words.apply(value).equals(given)) {
                return value;
            }
        }
        List<String> names = values.stream().map(words).toList();
        throw EdgeException.at(at, "\"" + given + "\" (expected: " + String.join(", ", names) + ")");
    }

    /// A list whose items are read one by one with their paths; what the list is when the key is missing.
    <T> List<T> list(String key, List<T> usual, BiFunction<String, JsonNode, T> item) {
        if (!has(key)) {
            return usual;
        }
        JsonNode value = node.path(key);
        if (!value.isArray()) {
            throw EdgeException.at(at(key), kind(value) + " (expected: a list)");
        }
        List<T> items = new ArrayList<>();
        for (JsonNode element : value) {
            items.add(item.apply(at(key) + "[" + items.size() + "]", element));
        }
        return items;
    }

    List<String> texts(String key, List<String> usual) {
        return list(key, usual, (at, value) -> {
            if (!value.isString()) {
                throw EdgeException.at(at, kind(value) + " (expected: text)");
            }
            return value.stringValue();
        });
    }

    List<Integer> numbers(String key, List<Integer> usual) {
        return list(key, usual, Fields::integer);
    }

    List<AddressRange> ranges(String key) {
        return list(key, List.of(), (at, value) -> {
            if (!value.isString()) {
                throw EdgeException.at(at, kind(value) + " (expected: an IP address or block, as text)");
            }
            try {
                return AddressRange.parse(value.stringValue());
            } catch (EdgeException wrong) {
                throw wrong.within(at);
            }
        });
    }

    /// Keys and texts that are not ours to know.
    Map<String, String> words(String key) {
        Map<String, String> words = new LinkedHashMap<>();
        if (has(key)) {
            Fields inner = object(key);
            for (String name : node.path(key).propertyNames()) {
                words.put(name, inner.text(name));
            }
        }
        return words;
    }

    /// Files by status.
    Map<Integer, Path> pages(String key) {
        Map<Integer, Path> pages = new LinkedHashMap<>();
        words(key).forEach((status, text) -> {
            if (!status.matches("[1-9][0-9]{2}")) {
                throw EdgeException.at(at(key) + "." + status, "no status (expected: 400 to 599)");
            }
            pages.put(Integer.parseInt(status), file(at(key) + "." + status, text));
        });
        return pages;
    }

    Fields object(String key) {
        return new Fields(at(key), required(key));
    }

    /// What is read from the object under the key, or the usual when the key is missing.
    <T> T part(String key, T usual, Function<Fields, T> reader) {
        return has(key) ? reader.apply(object(key)) : usual;
    }

    <T> Optional<T> optional(String key, Function<Fields, T> reader) {
        return has(key) ? Optional.of(reader.apply(object(key))) : Optional.empty();
    }

    String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private JsonNode required(String key) {
        if (!has(key)) {
            throw EdgeException.at(at(key), "missing");
        }
        return node.path(key);
    }

    private static String kind(JsonNode value) {
        if (value.isObject()) {
            return "keys and values";
        }
        return value.isArray() ? "a list" : value.isNull() ? "nothing" : value.toString();
    }
}
