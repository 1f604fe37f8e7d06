package org.pinisi.deployer;

import java.time.Duration;

/// A log that is read while it is written, without loss. For one thread; close it after use.
public interface Tail extends AutoCloseable {
    /// The next bytes; waits for some, at most for `wait`. Empty when none came in time, or at the end.
    byte[] read(Duration wait) throws InterruptedException;

    /// Whether all was read and nothing more will come.
    boolean ended();

    /// Where the next byte stands, so that a reader can go on from there later.
    long offset();

    @Override
    void close();
}
