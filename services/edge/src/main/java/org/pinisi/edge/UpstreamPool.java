package org.pinisi.edge;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The idle connections to one upstream on one event loop, the latest used first. Only for that loop's thread.
final class UpstreamPool {
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final int most;

    UpstreamPool(int most) {
        this.most = most;
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

    void closeAll() {
        while (true) {
            UpstreamConnection connection = idle.pollLast();
            if (connection == null) {
                return;
            }
            connection.closeIdle();
        }
    }
}
