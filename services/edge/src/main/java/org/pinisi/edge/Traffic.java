package org.pinisi.edge;

import java.time.Duration;

/// What passed in a stretch of time. Latencies are from a request's head to the end of its answer, at most
/// 3.2 % off; upgraded connections count until their upgrade. They are zero when nothing passed.
///
/// @param span how long the stretch was: a little more than was asked for, less when the route is younger
/// @param requests requests that ended in it
/// @param serverErrors those answered with 500 or above, by an upstream or by the edge
/// @param p50 half of the requests took at most this long
/// @param p95 19 of 20 requests took at most this long
/// @param p99 99 of 100 requests took at most this long
public record Traffic(Duration span, long requests, long serverErrors, Duration p50, Duration p95, Duration p99) {
    /// Nothing at all.
    static final Traffic NONE = new Traffic(Duration.ZERO, 0, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    /// Requests a second.
    public double rate() {
        return span.isZero() ? 0 : requests / (span.toMillis() / 1000.0);
    }

    /// The share of requests that failed on the server's side, 0 to 1.
    public double errorShare() {
        return requests == 0 ? 0 : (double) serverErrors / requests;
    }
}
