package org.pinisi.process;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A started or adopted process with everything it started. Safe for any number of threads.
@SuppressWarnings("DoNotCallSuggester")
public final class Running {
    private final ProcessId id;

    Running(ProcessId id) {
        this.id = id;
    }

    /// Which process it is; keep it to adopt the process later.
    public ProcessId id() {
        return id;
    }

    /// The process number: also that of its process group and session.
    public long pid() {
        return id.pid();
    }

    /// Whether the process itself (not merely something it started) is alive.
    public boolean isAlive() {
        return false;
    }

    /// Waits for the end of the process itself. What it started may live on: call [#sweep] then.
    ///
    /// @return empty when it is still alive after `timeout`
    /// @throws InterruptedException when interrupted; the process goes on
    public Optional<Exit> waitFor(Duration timeout) throws InterruptedException {
        throw new InterruptedException();
    }

    /// Ends it with everything it started: TERM to all, up to `grace` for them to go, then KILL to its group, its
    /// control
    /// group, and every survivor that carries the marker. When this returns, all are gone. Also after its end.
    ///
    /// @throws InterruptedException when interrupted while waiting; all have been sent KILL by then
    /// @throws ProcessException when something survives KILL for 10 s (stuck in the kernel)
    public Exit terminate(Duration grace) throws InterruptedException {
        throw new InterruptedException();
    }

    /// After its end: kills what it left behind and removes its control group. The same as `terminate(Duration.ZERO)`.
    public Exit sweep() throws InterruptedException {
        return terminate(Duration.ZERO);
    }

    /// What it uses now.
    public Usage usage() {
        return Usage.none();
    }

    /// What of its launch this machine could not do, in words for people; empty when all is as asked.
    public List<String> warnings() {
        return List.of();
    }
}
