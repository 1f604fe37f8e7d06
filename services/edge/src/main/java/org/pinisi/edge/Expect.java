package org.pinisi.edge;

import java.time.Duration;
import java.util.Collection;
import java.util.regex.Pattern;

/// The checks that the parts of a route make on their values; each names the field as a route file spells
/// it.
final class Expect {
    private Expect() {}

    static void between(String field, long value, long least, long most) {
        if (value < least || value > most) {
            throw EdgeException.at(field, value + " (expected: " + least + " to " + most + ")");
        }
    }

    static void between(String field, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw EdgeException.at(
                    field, Units.text(value) + " (expected: " + Units.text(least) + " to " + Units.text(most) + ")");
        }
    }

    static void atMost(String field, Collection<?> values, int most) {
        if (values.size() > most) {
            throw EdgeException.at(field, values.size() + " of them (expected: at most " + most + ")");
        }
    }

    static void form(String field, String value, Pattern form, String expected) {
        if (!form.matcher(value).matches()) {
            throw EdgeException.at(field, "\"" + value + "\" (expected: " + expected + ")");
        }
    }

    /// A path of a URL as rules name it: begins with a slash, printable ASCII, no query, no fragment, no
    /// dot segments.
    static void path(String field, String value) {
        boolean plain = value.startsWith("/")
                && value.length() <= 1024
                && value.chars().allMatch(c -> c > ' ' && c <= '~' && c != '?' && c != '#' && c != '\\');
        if (!plain || value.contains("//") || (value + "/").contains("/./") || (value + "/").contains("/../")) {
            throw EdgeException.at(
                    field,
                    "\"" + value + "\" (expected: a path such as /shop, without query, \"//\" or dots as segments)");
        }
    }
}
