package org.pinisi.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Times and sizes as flags give them.
final class Amounts {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h|d|)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([KMGT]?)");
    private static final Map<String, Duration> TIMES = Map.of(
            "ms", Duration.ofMillis(1),
            "", Duration.ofSeconds(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Map<String, Integer> SHIFTS = Map.of("", 0, "K", 10, "M", 20, "G", 30, "T", 40);

    private Amounts() {}

    /// `250ms`, `5s`, `10m`, `1h`, `365d`; a number alone means seconds.
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Matcher matcher = TIME.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "expected a time such as 250ms, 30s, 5m, 1h or 7d, found \"" + text + "\"");
            }
            Duration unit = TIMES.getOrDefault(matcher.group(2), Duration.ZERO);
            return unit.multipliedBy(Long.parseLong(matcher.group(1)));
        }
    }

    /// Bytes: `4096`, `512K`, `64M`, `2G`, in powers of 1024.
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
            if (!matcher.matches()) {
                throw new TypeConversionException("expected a size such as 512K, 64M or 2G, found \"" + text + "\"");
            }
            int shift = SHIFTS.getOrDefault(matcher.group(2), 0);
            long number = Long.parseLong(matcher.group(1));
            if (number > Long.MAX_VALUE >> shift) {
                throw new TypeConversionException("\"" + text + "\" is more than can be counted");
            }
            return number << shift;
        }
    }
}
