package org.pinisi.edge;

import java.time.Duration;

/// The bounds that keep every request finite. [#defaults] are meant for the open internet.
///
/// @param headBytes longest request or answer head (32 KiB)
/// @param fields most header fields (128)
/// @param bodyBytes longest request body (1 GiB); a longer one gets 413
/// @param connections most client connections (10,000); beyond, new ones wait in the system's queue
/// @param headTime from the first byte of a head to its last (10 s), then 408
/// @param idleTime a client connection without a request (60 s), then closed
/// @param bodyIdle a request body without progress (30 s), then 408
/// @param writeIdle a client that takes no byte of its answer (60 s), then closed
/// @param connectTime until an upstream accepts (5 s), then the next one is tried, at last 504
/// @param firstByteTime from the end of a request to the first byte of its answer (60 s), then 504
/// @param answerIdle silence within an answer (5 min), then closed
/// @param tunnelIdle silence on an upgraded connection, such as a WebSocket (1 h), then closed
/// @param poolIdle how long an idle upstream connection is kept (4 s; common servers close theirs after 5 s)
/// @param poolSize idle connections kept for each upstream on each event loop (1024)
/// @param stopTime how long requests under way may take after a stop (10 s)
public record EdgeLimits(
        int headBytes,
        int fields,
        long bodyBytes,
        int connections,
        Duration headTime,
        Duration idleTime,
        Duration bodyIdle,
        Duration writeIdle,
        Duration connectTime,
        Duration firstByteTime,
        Duration answerIdle,
        Duration tunnelIdle,
        Duration poolIdle,
        int poolSize,
        Duration stopTime) {
    private static final int SMALLEST_HEAD = 1024;

    /// @throws EdgeException when a bound is not positive, or `headBytes` is below 1 KiB
    public EdgeLimits {
        atLeast("head-bytes", headBytes, SMALLEST_HEAD);
        atLeast("fields", fields, 1);
        atLeast("body-bytes", bodyBytes, 0);
        atLeast("connections", connections, 1);
        positive("head-time", headTime);
        positive("idle-time", idleTime);
        positive("body-idle", bodyIdle);
        positive("write-idle", writeIdle);
        positive("connect-time", connectTime);
        positive("first-byte-time", firstByteTime);
        positive("answer-idle", answerIdle);
        positive("tunnel-idle", tunnelIdle);
        positive("pool-idle", poolIdle);
        atLeast("pool-size", poolSize, 0);
        positive("stop-time", stopTime);
    }

    /// The bounds named above.
    public static EdgeLimits defaults() {
        return new EdgeLimits(
                32 * 1024,
                128,
                1L << 30,
                10_000,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofMinutes(5),
                Duration.ofHours(1),
                Duration.ofSeconds(4),
                1024,
                Duration.ofSeconds(10));
    }

    private static void atLeast(String key, long value, long least) {
        if (value < least) {
            throw new EdgeException(key + ": " + value + " (expected: " + least + " or more)");
        }
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new EdgeException(key + ": " + value + " (expected: more than nothing, at most a day)");
        }
    }
}
