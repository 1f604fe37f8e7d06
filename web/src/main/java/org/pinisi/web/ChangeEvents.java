package org.pinisi.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.pinisi.deployer.Changes;
import org.pinisi.http.EventSink;
import org.pinisi.http.EventSource;
import org.pinisi.http.ServerEvent;

/// Says that something has changed since the page was made, and each time that it changes again. What has changed it
/// does
/// not say: the page reads itself again. The numbers begin anew with each start of the program, hence its mark.
///
/// @param mark of this run of the program
/// @param seen what the page shows; empty if it does not say
record ChangeEvents(Changes changes, String mark, Optional<String> seen, InstantSource clock) implements EventSource {
    private static final Duration LOOK = Duration.ofSeconds(10);

    /// The name of a state of things.
    static String name(String mark, long version) {
        return mark + "-" + version;
    }

    @Override
    public void run(EventSink sink) throws Exception {
        Instant end = clock.instant().plus(JobEvents.LONGEST);
        long version = changes.version();
        Optional<String> known = sink.lastEventId().or(() -> seen);
        if (known.isPresent() && !known.get().equals(name(mark, version))) {
            sink.send(event(version));
        }
        while (clock.instant().isBefore(end)) {
            long now = changes.await(version, LOOK);
            if (now != version) {
                version = now;
                sink.send(event(version));
            }
        }
    }

    private ServerEvent event(long version) {
        return new ServerEvent(name(mark, version), "changed", "{}");
    }
}
