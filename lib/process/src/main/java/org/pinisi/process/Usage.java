package org.pinisi.process;

import java.time.Duration;

/// What a process and everything it started use.
///
/// @param memoryBytes main memory now: the control group's without its inactive page cache, or else the sum of the
///     processes' resident sets (memory shared between them then counts more than once)
/// @param cpuTime processor time since the start; without a control group only that of the processes still alive
///     and of children they have waited for
/// @param processes living processes
/// @param outOfMemoryKills how often the kernel killed one of them at the memory limit; 0 without a control group
public record Usage(long memoryBytes, Duration cpuTime, int processes, long outOfMemoryKills) {
    /// Nothing used, as after the end.
    public static Usage none() {
        return new Usage(0, Duration.ZERO, 0, 0);
    }
}
