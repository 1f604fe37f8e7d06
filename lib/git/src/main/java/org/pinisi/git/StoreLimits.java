package org.pinisi.git;

import java.time.Duration;

/// What a [GitStore] takes and keeps in memory at most.
///
/// @param valueBytes bytes of one value, read or written; default 16 MiB
/// @param batchBytes bytes of all values of one batch, which are in memory until it ends; default 64 MiB
/// @param batchKeys changes in one batch; default 200,000
/// @param folderBytes bytes of one folder as Git has it, about 40 for each name in it; default 64 MiB. A folder is
///     written anew with each change in it, so spread many keys over folders
/// @param cacheBytes of folders and values kept in memory for readers; default 16 MiB
/// @param historyCommits commits looked at for one history; default 100,000
/// @param writeTime how long a writer waits for the writers before it; default 1 minute
/// @param pollInterval between two looks at the branch for changes that other programs make; default 2 seconds
public record StoreLimits(
        int valueBytes,
        int batchBytes,
        int batchKeys,
        int folderBytes,
        int cacheBytes,
        int historyCommits,
        Duration writeTime,
        Duration pollInterval) {
    /// The defaults named above.
    public static final StoreLimits DEFAULT = new StoreLimits(
            16 << 20, 64 << 20, 200_000, 64 << 20, 16 << 20, 100_000, Duration.ofMinutes(1), Duration.ofSeconds(2));

    public StoreLimits {
        positive("valueBytes", valueBytes);
        positive("batchBytes", batchBytes);
        positive("batchKeys", batchKeys);
        positive("folderBytes", folderBytes);
        positive("cacheBytes", cacheBytes);
        positive("historyCommits", historyCommits);
        positive("writeTime", writeTime.toMillis());
        positive("pollInterval", pollInterval.toMillis());
    }

    /// The same with other sizes of one value and of all values of a batch.
    public StoreLimits withSizes(int value, int batch) {
        return new StoreLimits(
                value, batch, batchKeys, folderBytes, cacheBytes, historyCommits, writeTime, pollInterval);
    }

    /// The same with another pause between two looks at the branch.
    public StoreLimits withPollInterval(Duration interval) {
        return new StoreLimits(
                valueBytes, batchBytes, batchKeys, folderBytes, cacheBytes, historyCommits, writeTime, interval);
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
