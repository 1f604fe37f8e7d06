package org.pinisi.git;

import java.time.Duration;

/// What pushing and fetching may cost at most, over HTTP and SSH together, and what a push may do. A push beyond a
/// limit is answered with a clear message, moves no branch and leaves no file.
///
/// @param packBytes bytes of one push's pack as sent; default 1 GiB
/// @param objectBytes bytes of one object, inflated; default 100 MiB. An object sent as a delta is rebuilt in
///     memory, so this bounds memory too
/// @param refUpdates branches and tags in one push; default 64
/// @param receiveTime from the first byte of a push to the last byte of its pack; default 15 minutes
/// @param idleTime without a byte from or to a client; default 2 minutes
/// @param concurrentPushes received at the same time, in all repositories; default 4. A push counts until its
///     branches have moved, not while [PushListener#accepted] runs
/// @param concurrentFetches answered at the same time; default 32
/// @param unfinishedPushes from their first byte until [PushListener#accepted] has ended; default 256
/// @param packsKept packs in one repository before it is repacked after a push; default 50
/// @param denyNonFastForward refuses forced pushes; default false
public record GitLimits(
        long packBytes,
        long objectBytes,
        int refUpdates,
        Duration receiveTime,
        Duration idleTime,
        int concurrentPushes,
        int concurrentFetches,
        int unfinishedPushes,
        int packsKept,
        boolean denyNonFastForward) {
    /// The defaults named above.
    public static final GitLimits DEFAULT = new GitLimits(
            1L << 30, 100L << 20, 64, Duration.ofMinutes(15), Duration.ofMinutes(2), 4, 32, 256, 50, false);

    public GitLimits {
        positive("packBytes", packBytes);
        positive("objectBytes", objectBytes);
        positive("refUpdates", refUpdates);
        positive("receiveTime", receiveTime.toMillis());
        positive("idleTime", idleTime.toMillis());
        positive("concurrentPushes", concurrentPushes);
        positive("concurrentFetches", concurrentFetches);
        positive("unfinishedPushes", unfinishedPushes);
        positive("packsKept", packsKept);
    }

    /// The same with other sizes.
    public GitLimits withSizes(long pack, long object) {
        return new GitLimits(
                pack,
                object,
                refUpdates,
                receiveTime,
                idleTime,
                concurrentPushes,
                concurrentFetches,
                unfinishedPushes,
                packsKept,
                denyNonFastForward);
    }

    /// The same with forced pushes refused or allowed.
    public GitLimits withDenyNonFastForward(boolean deny) {
        return new GitLimits(
                packBytes,
                objectBytes,
                refUpdates,
                receiveTime,
                idleTime,
                concurrentPushes,
                concurrentFetches,
                unfinishedPushes,
                packsKept,
                deny);
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
