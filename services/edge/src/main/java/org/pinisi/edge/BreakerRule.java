package org.pinisi.edge;

import java.time.Duration;

/// Keeps a struggling upstream from being asked more than it can bear.
///
/// @param requests most requests under way at one upstream (unbounded; 1 to 1,000,000)
/// @param routeRequests most requests under way on the whole route (unbounded; 1 to 1,000,000)
/// @param queue how many requests wait when all upstreams are at their bound (0; 0 to 100,000); more get
///     503
/// @param longestWait how long they wait at most (1 s; 1 ms to 5 min), then 503 with `Retry-After`
/// @param errors opens when so many of a hundred answers are failures (0, the default, for never; 1 to 100)
/// @param window over this time (10 s; 1 s to 1 h), and at least 10 requests in it
/// @param open how long an open one is asked nothing (5 s; 100 ms to 1 h); then single requests try
///     whether it is well
public record BreakerRule(
        int requests, int routeRequests, int queue, Duration longestWait, int errors, Duration window, Duration open) {
    static final int UNBOUNDED = 1_000_000;
    private static final BreakerRule DEFAULTS = new BreakerRule(
            UNBOUNDED, UNBOUNDED, 0, Duration.ofSeconds(1), 0, Duration.ofSeconds(10), Duration.ofSeconds(5));

    /// @throws EdgeException when a part is out of its range
    public BreakerRule {
        Expect.between("requests", requests, 1, UNBOUNDED);
        Expect.between("route-requests", routeRequests, 1, UNBOUNDED);
        Expect.between("queue", queue, 0, 100_000);
        Expect.between("wait", longestWait, Duration.ofMillis(1), Duration.ofMinutes(5));
        Expect.between("errors", errors, 0, 100);
        Expect.between("window", window, Duration.ofSeconds(1), Duration.ofHours(1));
        Expect.between("open", open, Duration.ofMillis(100), Duration.ofHours(1));
    }

    /// Bounds nothing.
    public static BreakerRule defaults() {
        return DEFAULTS;
    }

    public BreakerRule withRequests(int newRequests) {
        return new BreakerRule(newRequests, routeRequests, queue, longestWait, errors, window, open);
    }

    public BreakerRule withQueue(int newQueue, Duration newLongestWait) {
        return new BreakerRule(requests, routeRequests, newQueue, newLongestWait, errors, window, open);
    }

    public BreakerRule withErrors(int newErrors, Duration newOpen) {
        return new BreakerRule(requests, routeRequests, queue, longestWait, newErrors, window, newOpen);
    }
}
