package org.pinisi.edge;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The connections to one upstream on one event loop that can serve: of HTTP/1.1 the idle ones, the latest
/// used first, and those of HTTP/2. Only for that loop's thread.
final class UpstreamPool {
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final List<Http2UpstreamLink> links = new ArrayList<>();
    private final int most;

    UpstreamPool(int most) {
        this.most = most;
    }

    /// The same for an upstream that is told whose each connection is: one of this client.
    @Nullable
    UpstreamConnection take(long now, long longestIdle, Client client) {
        Iterator<UpstreamConnection> latest = idle.descendingIterator();
        while (latest.hasNext()) {
            UpstreamConnection connection = latest.next();
            if (now - connection.idleSince() > longestIdle) {
                return null;
            }
            if (connection.isOpen() && connection.isOf(client)) {
                latest.remove();
                return connection;
            }
        }
        return null;
    }

    /// A connection that was idle for at most `longestIdle` nanoseconds, or null.
    @Nullable
    UpstreamConnection take(long now, long longestIdle) {
        while (true) {
            UpstreamConnection connection = idle.peekLast();
            if (connection == null || now - connection.idleSince() > longestIdle) {
                return null;
            }
            idle.removeLast();
            if (connection.isOpen()) {
                return connection;
            }
        }
    }

    /// Keeps the connection if there is room.
    boolean offer(UpstreamConnection connection) {
        if (idle.size() >= most) {
            return false;
        }
        idle.addLast(connection);
        return true;
    }

    void remove(UpstreamConnection connection) {
        idle.remove(connection);
    }

    /// A connection of HTTP/2 with room for another request, or null.
    ///
    /// @param owner whose it must be; null if clients share them
    @Nullable
    Http2UpstreamLink link(@Nullable Client owner) {
        for (Http2UpstreamLink link : links) {
            if (link.hasRoom() && (owner == null || link.isOf(owner))) {
                return link;
            }
        }
        return null;
    }

    /// A connection of HTTP/2 that is being made, and that another request may wait for, or null.
    ///
    /// @param owner whose it must be; null if clients share them
    @Nullable
    Http2UpstreamLink linkBeingMade(@Nullable Client owner) {
        for (Http2UpstreamLink link : links) {
            if (link.mayWait() && (owner == null || link.isOf(owner))) {
                return link;
            }
        }
        return null;
    }

    void add(Http2UpstreamLink link) {
        links.add(link);
    }

    void remove(Http2UpstreamLink link) {
        links.remove(link);
    }

    void closeAll() {
        List.copyOf(links).forEach(Http2UpstreamLink::leave);
        while (true) {
            UpstreamConnection connection = idle.pollLast();
            if (connection == null) {
                return;
            }
            connection.closeIdle();
        }
    }
}
