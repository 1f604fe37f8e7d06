package org.pinisi.deployer;

import java.time.Duration;
import java.util.List;

/// A unit as people see it.
///
/// @param name its name on the host
/// @param release whose release it is; 0 for one that is only checked
/// @param serves whether the edge sends requests to it
/// @param state what it is doing, in words
/// @param address where it listens
/// @param restarts how often it was started again
/// @param cpu the processor time it has used
/// @param memoryBytes the memory it uses now
/// @param warnings what this machine could not do for it
public record UnitView(
        String name,
        int release,
        boolean serves,
        String state,
        String address,
        int restarts,
        Duration cpu,
        long memoryBytes,
        List<String> warnings) {
    /// Copies what can change.
    public UnitView {
        warnings = List.copyOf(warnings);
    }
}
