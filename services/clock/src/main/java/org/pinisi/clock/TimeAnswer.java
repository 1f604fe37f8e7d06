package org.pinisi.clock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.pinisi.http.PreparedAnswer;

/// The body of every answer, `{ "time": "YYYY-MM-DD HH:MM:SS +00:00" }`, written once a second however often it is
/// asked for.
///
/// Thread-safe: two threads that meet a new second both write it, to the same effect. The arrays are shared: read only.
final class TimeAnswer {
    private static final DateTimeFormatter BODY = DateTimeFormatter.ofPattern(
                    "'{ \"time\": \"'uuuu-MM-dd HH:mm:ss xxx'\" }'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    // No record, since those do not take arrays well.
    private static final class Second {
        private final long epochSecond;
        private final byte[] body;
        private final PreparedAnswer answer;

        private Second(long epochSecond) {
            Instant time = Instant.ofEpochSecond(epochSecond);
            String text = BODY.format(time);
            this.epochSecond = epochSecond;
            this.body = text.getBytes(US_ASCII);
            this.answer = PreparedAnswer.status(200)
                    .field("Content-Type", "application/json")
                    .field("X-Content-Type-Options", "nosniff")
                    .bytes(body)
                    .build();
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

    /// The whole answer, whatever the version of HTTP.
    PreparedAnswer answer() {
        return current().answer;
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
