package org.pinisi.edge;

import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;

/// What is noted of one request while it is under way, for the route's counters and the access log. One object for each
/// client
/// connection, used again for each request.
final class Account {
    private final @Nullable LogLine line;
    private @Nullable RouteEntry route;
    private int status;
    private long bytes;
    private long begun;

    Account(LoopState loop) {
        this.line = loop.proxy().isLogging() ? new LogLine(loop.log()) : null;
    }

    void client(String address) {
        if (line != null) {
            line.client(address);
        }
    }

    void begin(Head head) {
        route = null;
        status = 0;
        bytes = 0;
        if (line != null) {
            begun = System.nanoTime();
            line.begin(head);
        }
    }

    void routed(RouteEntry entry) {
        route = entry;
        entry.counters().requested();
    }

    void status(int newStatus) {
        status = newStatus;
    }

    void add(long length) {
        bytes += length;
    }

    /// The answer is an upstream's or a folder's.
    void answered() {
        RouteEntry entry = route;
        if (entry != null) {
            entry.counters().answered(status);
        }
    }

    /// The answer is the edge's own, or was cut.
    void failed(int failure) {
        RouteEntry entry = route;
        if (entry != null) {
            entry.counters().failed(failure);
        }
    }

    /// All is over; `head` may be incomplete when the request could not be read.
    void end(Head head, @Nullable UpstreamState used) {
        RouteEntry entry = route;
        route = null;
        if (line == null) {
            return;
        }
        if (!head.isComplete()) {
            line.unreadable();
            begun = System.nanoTime();
        }
        line.end(
                status,
                bytes,
                System.nanoTime() - begun,
                used == null ? null : used.id(),
                entry == null ? null : entry.route().name());
        bytes = 0;
        status = 0;
    }
}
