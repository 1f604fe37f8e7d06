package org.pinisi.edge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pinisi.http.Address;

/// Reads typed values out of a map of words, and remembers which keys were asked for.
final class EdgeSettings {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,12})(ms|s|m|h)");

    private final Map<String, String> words;
    private final Set<String> known = new HashSet<>();

    EdgeSettings(Map<String, String> words) {
        this.words = Map.copyOf(words);
    }

    String text(String key, String usual) {
        known.add(key);
        String value = words.getOrDefault(key, usual).strip();
        if (value.isEmpty()) {
            throw new EdgeException(
                    key + ": empty (leave the key out for the default" + (usual.isEmpty() ? "" : ", " + usual) + ")");
        }
        return value;
    }

    long number(String key, long usual) {
        String value = text(key, Long.toString(usual));
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException malformed) {
            throw new EdgeException(
                    key + ": \"" + value + "\" (expected: a whole number, such as " + usual + ")", malformed);
        }
    }

    int count(String key, int usual) {
        long value = number(key, usual);
        if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
            throw new EdgeException(key + ": " + value + " (expected: at most " + Integer.MAX_VALUE + ")");
        }
        return (int) value;
    }

    Duration time(String key, Duration usual) {
        String value = text(key, usual.toMillis() + "ms");
        Matcher parts = TIME.matcher(value);
        if (!parts.matches()) {
            throw new EdgeException(key + ": \"" + value + "\" (expected: a time such as 250ms, 5s, 10m or 1h)");
        }
        long amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    boolean isOn(String key, boolean usual) {
        String value = text(key, usual ? "on" : "off");
        if (!value.equals("on") && !value.equals("off")) {
            throw new EdgeException(key + ": \"" + value + "\" (expected: on or off)");
        }
        return value.equals("on");
    }

    /// Addresses and blocks of addresses; none without the key.
    List<AddressRange> ranges(String key) {
        List<AddressRange> ranges = new ArrayList<>();
        for (String word : parts(key)) {
            try {
                ranges.add(AddressRange.parse(word.strip()));
            } catch (EdgeException malformed) {
                throw new EdgeException(key + ": " + malformed.getMessage(), malformed);
            }
        }
        return ranges;
    }

    /// None without the key.
    List<Address> addressesIfAny(String key) {
        return parts(key).isEmpty() ? List.of() : addresses(key, "");
    }

    private List<String> parts(String key) {
        known.add(key);
        return words.containsKey(key) ? List.of(text(key, "").split(",", -1)) : List.of();
    }

    List<Address> addresses(String key, String usual) {
        List<Address> addresses = new ArrayList<>();
        for (String word : text(key, usual).split(",", -1)) {
            try {
                addresses.add(Address.parse(word.strip()));
            } catch (RuntimeException malformed) {
                throw new EdgeException(key + ": " + malformed.getMessage(), malformed);
            }
        }
        return addresses;
    }

    void refuseUnknown() {
        for (String key : new TreeSet<>(words.keySet())) {
            if (!known.contains(key)) {
                throw new EdgeException(
                        key + ": no such setting (there are " + String.join(", ", new TreeSet<>(known)) + ")");
            }
        }
    }
}
