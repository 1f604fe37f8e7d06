package org.pinisi.host;

/// Runs units on this machine: starts, watches, restarts and ends them, and keeps their consoles. Units outlive the
/// host;
/// the next one over the same data folder adopts them.
public final class Host implements AutoCloseable {
    private final HostConfig config;

    private Host(HostConfig config) {
        this.config = config;
    }

    /// Starts a host: adopts the units that still run, starts those that should and do not, ends what should not,
    /// then listens.
    ///
    /// @throws HostException when another host works on the same data folder, or the socket cannot be opened
    public static Host start(HostConfig config) {
        return new Host(config);
    }

    /// How it was set up.
    public HostConfig config() {
        return config;
    }

    /// Stops listening and watching. Units go on running.
    @Override
    public void close() {}
}
