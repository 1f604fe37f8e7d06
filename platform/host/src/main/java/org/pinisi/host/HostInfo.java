package org.pinisi.host;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.pinisi.process.Support;

/// What a host is and can do.
///
/// @param instance the host's own name, made at its first start; 32 hexadecimal digits
/// @param runtime how units are run: `process`
/// @param sandbox whether units are kept apart, or why not
/// @param controlGroups whether limits are enforced, or why not
/// @param cpus processors that may be used
/// @param memoryBytes main memory of the machine
/// @param memoryAvailableBytes of which available now
/// @param diskBytes size of the file system that holds the data folder
/// @param diskAvailableBytes of which available now
/// @param units how many units it knows
/// @param warnings what a person should know or mend
public record HostInfo(
        String instance,
        String runtime,
        Support sandbox,
        Support controlGroups,
        int cpus,
        long memoryBytes,
        long memoryAvailableBytes,
        long diskBytes,
        long diskAvailableBytes,
        int units,
        List<String> warnings) {
    public HostInfo {
        requireNonNull(instance, "instance");
        requireNonNull(runtime, "runtime");
        requireNonNull(sandbox, "sandbox");
        requireNonNull(controlGroups, "controlGroups");
        warnings = List.copyOf(warnings);
    }
}
