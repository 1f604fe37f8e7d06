package org.pinisi.engine;

import java.time.Duration;

/// Follows the log of one job from an offset to its end, without loss, while it is being written. For one
/// thread at a time.
public final class LogReader implements AutoCloseable {
    LogReader() {}

    /// The next bytes, up to 64 KiB; waits for some. Empty when none came in time or when the log has [#ended].
    ///
    /// @throws InterruptedException when interrupted while it waits
    /// @throws EngineException when the file cannot be read
    public byte[] read(Duration wait) throws InterruptedException {
        throw new UnsupportedOperationException("skeleton " + wait);
    }

    /// Whether all was read and nothing more will come.
    public boolean ended() {
        throw new UnsupportedOperationException("skeleton");
    }

    /// How many bytes of the log lie before the next one.
    public long offset() {
        throw new UnsupportedOperationException("skeleton");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("skeleton");
    }
}
