package org.pinisi.deployer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.pinisi.edge.EdgeClient;
import org.pinisi.edge.EdgeException;

/// Calls to the edge that outlast its restart: the edge is another process, may be killed at any moment,
/// and is back with its routes within a second or two. Every call made through here can be repeated.
final class EdgeLink {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final EdgeClient edge;
    private final InstantSource clock;

    EdgeLink(EdgeClient edge, InstantSource clock) {
        this.edge = edge;
        this.clock = clock;
    }

    /// @throws EdgeException the last one, when the edge could not be reached for 20 s; at once when it refused
    <T> T call(Function<EdgeClient, T> work) throws InterruptedException {
        Instant end = clock.instant().plus(PATIENCE);
        while (true) {
            try {
                return work.apply(edge);
            } catch (EdgeException failure) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                // What could not be sent has a cause; what was refused has none, and would be refused again.
                boolean refused = failure.getCause() == null;
                if (refused || !clock.instant().isBefore(end)) {
                    throw failure;
                }
                TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
            }
        }
    }
}
