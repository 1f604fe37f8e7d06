package org.pinisi.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Speaks to a [Host] over its unix socket. Safe for any number of threads, which it blocks; each call throws
/// [HostException] when the host refuses, fails or does not answer.
@SuppressWarnings("DoNotCallSuggester")
public final class HostClient implements AutoCloseable {
    private final Path socket;

    /// Connects with the first call, and again after the host was restarted.
    public HostClient(Path socket) {
        this.socket = socket;
    }

    /// Starts a unit and waits until its process runs. Asking again with the same specification changes nothing
    /// while it runs or backs off, and starts it again when it was stopped.
    ///
    /// @throws HostException `CONFLICT` when there is a unit of that name with another specification; `FAILED` when
    /// its
    ///     process cannot be started, and then the unit is forgotten
    public UnitStatus start(UnitSpec spec) {
        throw unreachable();
    }

    /// The unit of that name, if there is one.
    public Optional<UnitStatus> unit(UnitId id) {
        throw unreachable();
    }

    /// All units, sorted by name.
    public List<UnitStatus> units() {
        throw unreachable();
    }

    /// Ends a unit with everything it started (TERM, its grace, KILL) and waits until all is gone. It stays known,
    /// and is not started again by itself. Stopping it twice is fine.
    public UnitStatus stop(UnitId id) {
        throw unreachable();
    }

    /// Stops a unit if need be and forgets it; its console stays readable for some time. Fine when there is no such
    /// unit.
    public void remove(UnitId id) {
        throw unreachable();
    }

    /// Reads a console from a position on (0: the oldest kept), to its present end or following it.
    public ConsoleReader console(UnitId id, long from, boolean follow) {
        return new ConsoleReader(this, id, from, follow);
    }

    /// The last lines a unit wrote, at most `lines` (1 to 10,000), also after its end.
    public List<String> consoleTail(UnitId id, int lines) {
        throw unreachable();
    }

    /// What the host is and can do.
    public HostInfo info() {
        throw unreachable();
    }

    /// Stops all units at once and waits until they are gone.
    public void stopAll() {
        throw unreachable();
    }

    @Override
    public void close() {}

    ConsoleChunk consoleChunk(UnitId id, long from, boolean follow) throws InterruptedException {
        throw unreachable();
    }

    private HostException unreachable() {
        return new HostException(HostException.Kind.UNREACHABLE, "no host answers at " + socket);
    }
}
