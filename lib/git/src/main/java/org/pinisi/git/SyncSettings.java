package org.pinisi.git;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// How a store is kept in step with a remote.
///
/// @param author who merges, as the commits say
/// @param resolver decides where both sides changed a key; default [ConflictResolver#OURS]
/// @param interval between two looks at the remote when nothing changes here; default 1 minute
/// @param firstPause after a first failure; default 1 s. Each further one doubles it, and chance takes
///     away up to half
/// @param longestPause which it never exceeds; default 5 minutes
/// @param attempts how often one sync pushes when others are faster each time; default 5
public record SyncSettings(
        StoreAuthor author,
        ConflictResolver resolver,
        Duration interval,
        Duration firstPause,
        Duration longestPause,
        int attempts) {
    public SyncSettings {
        requireNonNull(author, "author");
        requireNonNull(resolver, "resolver");
        positive("interval", interval.toMillis());
        positive("firstPause", firstPause.toMillis());
        positive("longestPause", longestPause.toMillis());
        positive("attempts", attempts);
    }

    /// The defaults named above.
    public static SyncSettings by(StoreAuthor author) {
        return new SyncSettings(
                author, ConflictResolver.OURS, Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofMinutes(5), 5);
    }

    public SyncSettings withResolver(ConflictResolver other) {
        return new SyncSettings(author, other, interval, firstPause, longestPause, attempts);
    }

    public SyncSettings withTimes(Duration between, Duration first, Duration longest) {
        return new SyncSettings(author, resolver, between, first, longest, attempts);
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
