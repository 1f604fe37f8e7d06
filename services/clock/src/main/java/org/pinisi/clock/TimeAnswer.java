package org.pinisi.clock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// The body of every answer, `{ "time": "YYYY-MM-DD HH:MM:SS +00:00" }`, written once a second however often it is
/// asked for.
///
/// Thread-safe: two threads that meet a new second both write it, to the same effect. The array is shared: read only.
final class TimeAnswer {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss xxx").withZone(ZoneOffset.UTC);

    // No record, since those do not take arrays well.
    private static final class Second {
        private final long epochSecond;
        private final byte[] body;

        private Second(long epochSecond, byte[] body) {
            this.epochSecond = epochSecond;
            this.body = body;
        }
    }

    private final InstantSource clock;
    private volatile Second current;

    TimeAnswer(InstantSource clock) {
        this.clock = clock;
        this.current = write(clock.instant().getEpochSecond());
    }

    byte[] body() {
        long now = Math.floorDiv(clock.millis(), 1000L);
        Second known = current;
        if (known.epochSecond == now) {
            return known.body;
        }
        Second next = write(now);
        current = next;
        return next.body;
    }

    private static Second write(long epochSecond) {
        String time = FORMAT.format(Instant.ofEpochSecond(epochSecond));
        return new Second(epochSecond, ("{ \"time\": \"" + time + "\" }").getBytes(US_ASCII));
    }
}
