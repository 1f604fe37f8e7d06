package org.pinisi.edge;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Counts what a route does; lives on when the route is replaced by one of the same name.
final class RouteCounters {
    private final LongAdder requests = new LongAdder();
    private final LongAdder[] classes = {
        new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder()
    };
    private final LongAdder badGateway = new LongAdder();
    private final LongAdder unavailable = new LongAdder();
    private final LongAdder timedOut = new LongAdder();
    private final LongAdder retried = new LongAdder();

    void requested() {
        requests.increment();
    }

    void retried() {
        retried.increment();
    }

    /// An answer that an upstream or a folder gave.
    void answered(int status) {
        classes[Math.clamp(status / 100, 1, 5) - 1].increment();
    }

    /// An answer that the edge made in place of an upstream, or a connection cut for the same reason.
    void failed(int status) {
        switch (status) {
            case 502 -> badGateway.increment();
            case 503 -> unavailable.increment();
            case 504 -> timedOut.increment();
            default -> answered(status);
        }
    }

    RouteStats stats(String route, Map<String, Integer> inFlight) {
        return new RouteStats(
                route,
                requests.sum(),
                classes[0].sum(),
                classes[1].sum(),
                classes[2].sum(),
                classes[3].sum(),
                classes[4].sum(),
                badGateway.sum(),
                unavailable.sum(),
                timedOut.sum(),
                retried.sum(),
                inFlight);
    }
}
