package org.pinisi.http;

import static java.util.Objects.requireNonNull;

/// One server-sent event (HTML Living Standard, section 9.2). An empty `id` or `event` is left out.
public record ServerEvent(String id, String event, String data) {
    public ServerEvent {
        requireNonNull(id, "id");
        requireNonNull(event, "event");
        requireNonNull(data, "data");
        if (id.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
            throw new IllegalArgumentException("id: \"" + id + "\" (expected: one line without NUL)");
        }
        if (event.chars().anyMatch(c -> c == '\n' || c == '\r')) {
            throw new IllegalArgumentException("event: \"" + event + "\" (expected: one line)");
        }
    }

    /// An event of no special kind.
    public static ServerEvent data(String data) {
        return new ServerEvent("", "", data);
    }

    /// The wire form.
    String toText() {
        StringBuilder text = new StringBuilder(data.length() + 32);
        if (!id.isEmpty()) {
            text.append("id: ").append(id).append('\n');
        }
        if (!event.isEmpty()) {
            text.append("event: ").append(event).append('\n');
        }
        for (String line : data.split("\r\n|\r|\n", -1)) {
            text.append("data: ").append(line).append('\n');
        }
        return text.append('\n').toString();
    }
}
