package org.pinisi.process;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The most that a control group may use. Without control groups on the machine none of these is enforced, and
/// [Running#warnings] says so.
///
/// @param memoryBytes main memory including its page cache, without swap; at least 1 MiB
/// @param cpus processors' worth of time, 0.01 to 4096
/// @param processes processes and threads, at least 2
public record Limits(OptionalLong memoryBytes, OptionalDouble cpus, OptionalInt processes) {
    public Limits {
        if (memoryBytes.isPresent() && memoryBytes.getAsLong() < 1 << 20) {
            throw new IllegalArgumentException(
                    "memoryBytes: expected at least 1048576, found " + memoryBytes.getAsLong());
        }
        if (cpus.isPresent() && !(cpus.getAsDouble() >= 0.01 && cpus.getAsDouble() <= 4096)) {
            throw new IllegalArgumentException("cpus: expected 0.01 to 4096, found " + cpus.getAsDouble());
        }
        if (processes.isPresent() && processes.getAsInt() < 2) {
            throw new IllegalArgumentException("processes: expected at least 2, found " + processes.getAsInt());
        }
    }

    /// No limit at all.
    public static Limits none() {
        return new Limits(OptionalLong.empty(), OptionalDouble.empty(), OptionalInt.empty());
    }

    boolean any() {
        return memoryBytes.isPresent() || cpus.isPresent() || processes.isPresent();
    }
}
