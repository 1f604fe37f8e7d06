package org.pinisi.process;

/// The identity of a process that no later process shares: its number, when it started, and in which boot.
///
/// @param pid the process number, > 1
/// @param startTicks field 22 of `/proc/PID/stat`: clock ticks since boot (proc_pid_stat(5))
/// @param bootId `/proc/sys/kernel/random/boot_id`
public record ProcessId(long pid, long startTicks, String bootId) {
    public ProcessId {
        if (pid <= 1) {
            throw new IllegalArgumentException("pid: expected > 1, found " + pid);
        }
        if (startTicks < 0) {
            throw new IllegalArgumentException("startTicks: expected >= 0, found " + startTicks);
        }
        if (bootId.isBlank()) {
            throw new IllegalArgumentException("bootId: expected the kernel's boot id, found nothing");
        }
    }
}
