package org.pinisi.process;

import java.nio.file.Path;

/// Gives back the disk space of a growing file's oldest part while a process goes on appending to it: nothing is
/// copied,
/// nothing lost, and positions in the file stay what they were. What was given back reads as zeros.
public final class SparseFile {
    private SparseFile() {}

    /// Frees the first `length` bytes (rounded down to the file system's blocks by the kernel).
    ///
    /// @return false when the file system cannot do that (most can: ext4, XFS, Btrfs, tmpfs, ZFS)
    /// @throws ProcessException when the file cannot be opened for writing
    public static boolean freeHead(Path file, long length) {
        if (length <= 0) {
            throw new IllegalArgumentException("length: expected > 0, found " + length);
        }
        return Kernel.punchHole(file, length);
    }
}
