package org.pinisi.edge;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Times and sizes as people write them: `250ms`, `10s`, `5m`, `1h`, `30d`; `512`, `16KiB`, `10MiB`,
/// `1GiB`.
final class Units {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})(b|kib|mib|gib)?");

    private Units() {}

    static Duration time(String field, String text) {
        Matcher parts = TIME.matcher(text);
        if (!parts.matches()) {
            throw EdgeException.at(field, "\"" + text + "\" (expected: a time such as 250ms, 10s, 5m, 1h or 30d)");
        }
        long amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /// Written so that [#time] reads it back: the largest unit that divides it.
    static String text(Duration time) {
        long millis = time.toMillis();
        if (millis == 0 || millis % 1000 != 0) {
            return millis == 0 ? "0s" : millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    static long bytes(String field, String text) {
        Matcher parts = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            throw EdgeException.at(field, "\"" + text + "\" (expected: a size such as 512, 16KiB, 10MiB or 1GiB)");
        }
        long amount = Long.parseLong(parts.group(1));
        String unit = parts.group(2);
        return amount
                << (unit == null
                        ? 0
                        : switch (unit) {
                            case "kib" -> 10;
                            case "mib" -> 20;
                            case "gib" -> 30;
                            default -> 0;
                        });
    }

    static String text(long bytes) {
        if (bytes > 0 && bytes % (1 << 30) == 0) {
            return (bytes >> 30) + "GiB";
        }
        if (bytes > 0 && bytes % (1 << 20) == 0) {
            return (bytes >> 20) + "MiB";
        }
        return bytes > 0 && bytes % 1024 == 0 ? (bytes >> 10) + "KiB" : Long.toString(bytes);
    }
}
