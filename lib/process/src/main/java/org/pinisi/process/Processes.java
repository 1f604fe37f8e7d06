package org.pinisi.process;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Starts, finds and adopts processes on this machine (Linux). Safe for any number of threads.
@SuppressWarnings("DoNotCallSuggester")
public final class Processes {
    private final Support sandbox;
    private final Support controlGroups;

    private Processes(Support sandbox, Support controlGroups) {
        this.sandbox = sandbox;
        this.controlGroups = controlGroups;
    }

    /// Finds out what this machine can do, by trying it once (some 20 ms).
    ///
    /// @throws ProcessException when the machine lacks what nothing works without: `/proc`, util-linux's
    ///     `setsid`, `sh`
    public static Processes detect() {
        return new Processes(new Support(false, "not tried yet"), new Support(false, "not tried yet"));
    }

    /// Whether [Sandbox.Bubblewrap] works here; otherwise starting with one is refused.
    public Support sandbox() {
        return sandbox;
    }

    /// Whether [Limits] are enforced here.
    public Support controlGroups() {
        return controlGroups;
    }

    /// Starts a process in a session and process group of its own. It outlives us unless it is ended.
    ///
    /// @throws ProcessException when it cannot be started; nothing is left running then
    public Running start(Launch launch) {
        throw new ProcessException(
                "cannot start " + launch.command().arguments().getFirst());
    }

    /// Starts a process, waits for its end, and leaves nothing of it behind.
    ///
    /// @param timeout after which it is ended, with `grace` between TERM and KILL
    /// @throws InterruptedException when interrupted; the process and all it started are dead then
    public Finished run(Launch launch, Duration timeout, Duration grace) throws InterruptedException {
        throw new ProcessException("cannot run " + launch.command().arguments().getFirst());
    }

    /// Takes over a process that an earlier run of ours started, if it is still that process and alive.
    public Optional<Running> adopt(ProcessId id, Marker marker) {
        return Optional.empty();
    }

    /// All living processes whose environment holds the variable `name`, as far as we may look into them.
    public List<Found> find(String name) {
        return List.of();
    }

    /// All living processes that carry exactly this marker.
    public List<Found> find(Marker marker) {
        return find(marker.name()).stream()
                .filter(found -> found.marker().equals(marker))
                .toList();
    }
}
