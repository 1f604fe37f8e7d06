package org.pinisi.http;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/// Dates of RFC 9110, section 5.6.7. An object keeps the present one, made anew once a second; thread-safe.
public final class HttpDate {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Entry(long second, byte[] line) {}

    private final InstantSource clock;
    private volatile Entry entry = new Entry(Long.MIN_VALUE, new byte[0]);

    HttpDate(InstantSource clock) {
        this.clock = clock;
    }

    /// The whole line `Date: …`, its line feed included. Not to be changed.
    byte[] line() {
        long second = clock.millis() / 1000;
        Entry current = entry;
        if (current.second == second) {
            return current.line;
        }
        byte[] line = ("Date: " + format(Instant.ofEpochSecond(second)) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        entry = new Entry(second, line);
        return line;
    }

    /// The preferred form, to the second.
    public static String format(Instant instant) {
        return FORMAT.format(instant.truncatedTo(ChronoUnit.SECONDS));
    }

    /// Empty if the text is no date of the preferred form; the obsolete forms count as absent, which is safe.
    public static Optional<Instant> parse(String text) {
        try {
            return Optional.of(FORMAT.parse(text, Instant::from));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
