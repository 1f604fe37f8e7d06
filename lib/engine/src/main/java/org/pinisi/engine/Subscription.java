package org.pinisi.engine;

/// Something that goes on until it is closed. Closing is idempotent, allowed on every thread, and takes effect
/// by the engine's next round at the latest.
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
