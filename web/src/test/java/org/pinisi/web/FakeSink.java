package org.pinisi.web;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.pinisi.http.EventSink;
import org.pinisi.http.ServerEvent;

/// Keeps what was sent.
final class FakeSink implements EventSink {
    private final List<ServerEvent> events = new CopyOnWriteArrayList<>();
    private final Optional<String> lastEventId;

    FakeSink(Optional<String> lastEventId) {
        this.lastEventId = lastEventId;
    }

    @Override
    public void send(ServerEvent event) {
        events.add(event);
    }

    @Override
    public Optional<String> lastEventId() {
        return lastEventId;
    }

    List<ServerEvent> events() {
        return List.copyOf(events);
    }

    List<String> names() {
        return events.stream().map(ServerEvent::event).toList();
    }
}
