package org.pinisi.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.pinisi.deployer.Deployments;
import org.pinisi.deployer.Tail;
import org.pinisi.http.EventSink;
import org.pinisi.http.EventSource;

/// Sends a job's log from a byte offset on, while it grows. The id of each event is the offset at which the next
/// begins, so
/// that a browser that lost its connection goes on from there by itself.
///
/// @param from where to begin when the browser does not say
record JobEvents(Deployments deployments, String job, long from, InstantSource clock) implements EventSource {
    /// The longest that one stream goes on; the browser then comes again.
    static final Duration LONGEST = Duration.ofMinutes(30);

    private static final Duration LOOK = Duration.ofSeconds(1);

    @Override
    public void run(EventSink sink) throws Exception {
        Instant end = clock.instant().plus(LONGEST);
        AnsiText styles = new AnsiText();
        LogPieces pieces = new LogPieces();
        try (Tail tail = deployments.jobLog(job, begin(sink.lastEventId()))) {
            while (!tail.ended() && clock.instant().isBefore(end)) {
                byte[] bytes = tail.read(LOOK);
                byte[] piece = pieces.next(bytes, bytes.length > 0 && !tail.ended());
                if (piece.length > 0) {
                    sink.send(LogEvents.text(Long.toString(tail.offset() - pieces.held()), styles.next(piece)));
                }
            }
            if (tail.ended()) {
                sink.send(LogEvents.end());
            }
        }
    }

    private long begin(Optional<String> lastEventId) {
        return lastEventId.flatMap(Offsets::parse).orElse(from);
    }
}
