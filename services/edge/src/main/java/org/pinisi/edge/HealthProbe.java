package org.pinisi.edge;

/// Asks an upstream for its health.
interface HealthProbe extends AutoCloseable {
    /// Asks once; blocks for little longer than the rule's timeout.
    ///
    /// @return null when it is well, else what is wrong, for the log
    @org.jspecify.annotations.Nullable
    String ask() throws InterruptedException;

    @Override
    void close();
}
