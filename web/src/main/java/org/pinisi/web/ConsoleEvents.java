package org.pinisi.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.pinisi.deployer.Deployments;
import org.pinisi.deployer.Tail;
import org.pinisi.http.EventSink;
import org.pinisi.http.EventSource;

/// Sends what an app writes, from its last lines on. A console has no offset that outlives a connection, so each stream
/// begins afresh and says so.
record ConsoleEvents(Deployments deployments, String app, int lines, InstantSource clock) implements EventSource {
    private static final Duration LOOK = Duration.ofSeconds(1);

    @Override
    public void run(EventSink sink) throws Exception {
        Instant end = clock.instant().plus(JobEvents.LONGEST);
        AnsiText styles = new AnsiText();
        LogPieces pieces = new LogPieces();
        try (Tail tail = deployments.console(app, lines, true)) {
            sink.send(LogEvents.begin());
            while (!tail.ended() && clock.instant().isBefore(end)) {
                byte[] bytes = tail.read(LOOK);
                byte[] piece = pieces.next(bytes, bytes.length > 0 && !tail.ended());
                if (piece.length > 0) {
                    sink.send(LogEvents.text("", styles.next(piece)));
                }
            }
            if (tail.ended()) {
                sink.send(LogEvents.end());
            }
        }
    }
}
