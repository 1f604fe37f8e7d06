package org.pinisi.git;

/// What [GitRepository#export] may write at most.
///
/// @param files files, links and folders together, at least 1
/// @param bytes bytes of all files together, at least 1
public record ExportLimits(int files, long bytes) {
    /// 100,000 files and 2 GiB.
    public static final ExportLimits DEFAULT = new ExportLimits(100_000, 2L << 30);

    public ExportLimits {
        if (files < 1 || bytes < 1) {
            throw new IllegalArgumentException("files and bytes: " + files + ", " + bytes + " (expected: >= 1)");
        }
    }
}
