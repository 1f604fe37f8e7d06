package org.pinisi.web;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Times and sizes as people read them. The script renews ages by the same rules.
///
/// @param now the moment at which the page is made
record Words(Instant now) {
    private static final DateTimeFormatter EXACT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB"};

    /// How long ago something was: `just now`, `12 s ago`, `3 min ago`, `5 h ago`, `2 days ago`, or the day.
    String age(Instant then) {
        long seconds = Duration.between(then, now).toSeconds();
        if (seconds < 5) {
            return "just now";
        }
        if (seconds < 60) {
            return seconds + " s ago";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min ago";
        }
        if (seconds < 86_400) {
            return seconds / 3600 + " h ago";
        }
        long days = seconds / 86_400;
        if (days < 30) {
            return days == 1 ? "1 day ago" : days + " days ago";
        }
        return DAY.format(then);
    }

    /// A moment in full.
    String exact(Instant then) {
        return EXACT.format(then);
    }

    /// How long something took: `12 ms`, `0.4 s`, `12.3 s`, `2 min 5 s`, `1 h 3 min`.
    String took(Duration duration) {
        long millis = Math.max(0, duration.toMillis());
        if (millis < 100) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        long seconds = millis / 1000;
        return seconds < 3600
                ? seconds / 60 + " min " + seconds % 60 + " s"
                : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }

    /// An amount of memory: `512 B`, `38.4 MiB`, `120 MiB`.
    String bytes(long bytes) {
        if (bytes < 1024) {
            return Math.max(0, bytes) + " B";
        }
        double value = bytes / 1024.0;
        int unit = 0;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, value < 100 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    }

    /// How long until something is: `in 43 days`, `in 5 h`, `in 3 min`, `now`, `2 days ago`.
    String until(Instant then) {
        if (!then.isAfter(now)) {
            return age(then);
        }
        long seconds = Duration.between(now, then).toSeconds();
        if (seconds < 60) {
            return "in less than a minute";
        }
        if (seconds < 3600) {
            return "in " + seconds / 60 + " min";
        }
        return seconds < 48 * 3600 ? "in " + seconds / 3600 + " h" : "in " + seconds / 86_400 + " days";
    }

    /// How long a request took: `0.84 ms`, `12 ms`, `1.3 s`.
    String latency(Duration duration) {
        double millis = duration.toNanos() / 1e6;
        if (millis < 10) {
            return String.format(Locale.ROOT, millis < 1 ? "%.2f ms" : "%.1f ms", millis);
        }
        return millis < 1000
                ? Math.round(millis) + " ms"
                : String.format(Locale.ROOT, millis < 10_000 ? "%.1f s" : "%.0f s", millis / 1000);
    }

    /// Something a second: `0`, `0.03`, `4.2`, `380`, `12,400`.
    String rate(double rate) {
        if (rate <= 0) {
            return "0";
        }
        if (rate < 10) {
            return String.format(Locale.ROOT, rate < 1 ? "%.2f" : "%.1f", rate);
        }
        return count(Math.round(rate));
    }

    /// A count: `12,400`.
    String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /// A share: `0 %`, `0.04 %`, `2.5 %`, `100 %`.
    String share(double share) {
        double percent = share * 100;
        if (percent == 0 || percent >= 10) {
            return Math.round(percent) + " %";
        }
        return String.format(Locale.ROOT, percent < 1 ? "%.2f %%" : "%.1f %%", percent);
    }
}
