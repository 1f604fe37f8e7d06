package org.pinisi.http;

/// How a connection that was taken over is ended.
@FunctionalInterface
interface Hangup {
    /// Cuts it; may be called again.
    void end();

    /// Nobody is to be waited for long from now on.
    default void hurry() {}
}
