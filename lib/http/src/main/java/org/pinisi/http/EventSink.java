package org.pinisi.http;

import java.io.IOException;
import java.util.Optional;

/// Where an [EventSource] sends its events. A comment goes out every 15 s of silence, so that no proxy
/// between takes the stream for dead.
public interface EventSink {
    /// Sends one event at once; blocks while the client does not keep up.
    ///
    /// @throws IOException if the client is gone
    void send(ServerEvent event) throws IOException;

    /// The id of the last event that the client saw before it reconnected, as it says (Last-Event-ID).
    Optional<String> lastEventId();
}
