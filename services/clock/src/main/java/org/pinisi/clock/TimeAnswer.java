package org.pinisi.clock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The body of every answer, `{ "time": "YYYY-MM-DD HH:MM:SS +00:00" }`, written once a second however often it is
/// asked for.
///
/// Thread-safe: two threads that meet a new second both write it, to the same effect. The arrays are shared: read only.
final class TimeAnswer {
    private static final DateTimeFormatter BODY = DateTimeFormatter.ofPattern(
                    "'{ \"time\": \"'uuuu-MM-dd HH:mm:ss xxx'\" }'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    // No record, since those do not take arrays well.
    private static final class Second {
        private final long epochSecond;
        private final byte[] body;
        private final byte[] message;

        private Second(long epochSecond) {
            Instant time = Instant.ofEpochSecond(epochSecond);
            String text = BODY.format(time);
            this.epochSecond = epochSecond;
            this.body = text.getBytes(US_ASCII);
            this.message = """
                    HTTP/1.1 200 OK\r
                    Date: %s\r
                    Content-Type: application/json\r
                    X-Content-Type-Options: nosniff\r
                    Content-Length: %d\r
                    \r
                    %s""".formatted(DATE.format(time), text.length(), text).getBytes(US_ASCII);
        }
    }

    private final InstantSource clock;
    private volatile Second latest;

    TimeAnswer(InstantSource clock) {
        this.clock = clock;
        this.latest = new Second(epochSecond());
    }

    /// The JSON alone.
    byte[] body() {
        return current().body;
    }

    /// The whole HTTP/1.1 message around it, for a connection that stays open.
    byte[] message() {
        return current().message;
    }

    private Second current() {
        long now = epochSecond();
        Second known = latest;
        if (known.epochSecond == now) {
            return known;
        }
        Second next = new Second(now);
        latest = next;
        return next;
    }

    private long epochSecond() {
        return Math.floorDiv(clock.millis(), 1000L);
    }
}
