package org.pinisi.edge;

import java.time.Duration;
import java.util.Optional;

/// The deadlines of one route, each in place of the edge's own ([EdgeLimits]); 1 ms to 1 d.
///
/// @param connect until an upstream accepts, then another one is tried, at last 504
/// @param bodyIdle a request body without progress, then 408
/// @param firstByte from the end of a request to the first byte of its answer, then 504
/// @param answerIdle silence within an answer, then it is cut off
/// @param tunnelIdle silence on an upgraded connection, then it is closed
/// @param exchange the whole exchange, waiting in the queue and retries included: 504 before the answer
///     began, cut off
///     after; tunnels do not count. The edge has no such limit of its own
public record TimeoutsRule(
        Optional<Duration> connect,
        Optional<Duration> bodyIdle,
        Optional<Duration> firstByte,
        Optional<Duration> answerIdle,
        Optional<Duration> tunnelIdle,
        Optional<Duration> exchange) {
    private static final TimeoutsRule NONE = new TimeoutsRule(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /// @throws EdgeException when a time is out of its range
    public TimeoutsRule {
        check("connect", connect);
        check("body-idle", bodyIdle);
        check("first-byte", firstByte);
        check("answer-idle", answerIdle);
        check("tunnel-idle", tunnelIdle);
        check("exchange", exchange);
    }

    private static void check(String field, Optional<Duration> time) {
        time.ifPresent(given -> Expect.between(field, given, Duration.ofMillis(1), Duration.ofDays(1)));
    }

    /// The edge's own.
    public static TimeoutsRule none() {
        return NONE;
    }

    public TimeoutsRule withFirstByte(Duration time) {
        return new TimeoutsRule(connect, bodyIdle, Optional.of(time), answerIdle, tunnelIdle, exchange);
    }

    public TimeoutsRule withConnect(Duration time) {
        return new TimeoutsRule(Optional.of(time), bodyIdle, firstByte, answerIdle, tunnelIdle, exchange);
    }

    public TimeoutsRule withExchange(Duration time) {
        return new TimeoutsRule(connect, bodyIdle, firstByte, answerIdle, tunnelIdle, Optional.of(time));
    }
}
