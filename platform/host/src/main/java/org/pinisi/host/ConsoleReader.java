package org.pinisi.host;

import java.util.Optional;

/// Reads a unit's console piece by piece. For one thread; close it after use.
public final class ConsoleReader implements AutoCloseable {
    private final HostClient client;
    private final UnitId id;
    private final boolean follow;
    private long position;
    private boolean ended;

    ConsoleReader(HostClient client, UnitId id, long from, boolean follow) {
        this.client = client;
        this.id = id;
        this.position = from;
        this.follow = follow;
    }

    /// The next piece, at most 64 KiB. Without `follow`: empty at the end of what is there. With `follow`: waits for
    /// more, and empty only when the unit has ended for good or was removed.
    ///
    /// @throws InterruptedException when interrupted while waiting
    /// @throws HostException when the host does not answer
    public Optional<ConsoleChunk> next() throws InterruptedException {
        while (!ended) {
            ConsoleChunk chunk = client.consoleChunk(id, position, follow);
            position = chunk.next();
            ended = chunk.bytes().length == 0 && (chunk.ended() || !follow);
            if (chunk.bytes().length > 0) {
                return Optional.of(chunk);
            }
        }
        return Optional.empty();
    }

    /// Where the next piece begins.
    public long position() {
        return position;
    }

    @Override
    public void close() {
        ended = true;
    }
}
