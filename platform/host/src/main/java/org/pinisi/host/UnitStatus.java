package org.pinisi.host;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.pinisi.process.Exit;
import org.pinisi.process.Usage;

/// A unit as it is at one moment.
///
/// @param id its name
/// @param app whose it is
/// @param release which release
/// @param state what it is doing
/// @param port where it listens on 127.0.0.1; stays the same over restarts
/// @param restarts how often it was started again since it was first started, all told
/// @param lastExit how it ended last, if it ever did; `outOfMemory` tells whether memory was the reason
/// @param outOfMemory whether its last end was the kernel's doing at the memory limit
/// @param usage what it uses now; all zero when it is not running
/// @param warnings what this machine could not do for it, such as a sandbox; empty when all is as it should be
public record UnitStatus(
        UnitId id,
        String app,
        int release,
        UnitState state,
        int port,
        int restarts,
        Optional<Exit> lastExit,
        boolean outOfMemory,
        Usage usage,
        List<String> warnings) {
    public UnitStatus {
        requireNonNull(id, "id");
        requireNonNull(app, "app");
        requireNonNull(state, "state");
        requireNonNull(lastExit, "lastExit");
        requireNonNull(usage, "usage");
        warnings = List.copyOf(warnings);
    }

    /// Where it listens: `127.0.0.1:PORT`.
    public String address() {
        return "127.0.0.1:" + port;
    }

    /// Whether its process is alive.
    public boolean running() {
        return state instanceof UnitState.Running;
    }
}
