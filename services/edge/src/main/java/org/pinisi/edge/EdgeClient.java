package org.pinisi.edge;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Speaks to a running edge over its unix socket. Calls block and may be made by any number of (virtual) threads at
/// once.
///
/// A change is on the edge's disk before the call returns; the next request on any connection follows it. Every call
/// throws
/// [EdgeException] when the edge cannot be reached, answers with an error, or the thread is interrupted.
public final class EdgeClient implements AutoCloseable {
    /// A client of the edge whose admin socket is `adminSocket`. Opens nothing before the first call.
    public EdgeClient(Path adminSocket) {
        this.adminSocket = adminSocket;
    }

    private final Path adminSocket;

    /// Whether the edge lives, and where it listens.
    public EdgeHealth health() {
        return call("");
    }

    /// All routes, ordered by name.
    public List<EdgeRoute> routes() {
        return call("");
    }

    /// The route of that name, if there is one.
    public Optional<EdgeRoute> route(String name) {
        return call("");
    }

    /// Adds the route, or replaces the one of the same name in one step. Requests under way on upstreams that are no
    /// longer
    /// named end normally; idle connections to them are closed.
    ///
    /// @throws EdgeException also when a host belongs to another route; nothing is changed then
    public void put(EdgeRoute route) {
        call("");
    }

    /// Removes the route; says whether there was one.
    public boolean delete(String name) {
        return call("");
    }

    /// What the route did since the edge started, if there is a route of that name.
    public Optional<RouteStats> stats(String name) {
        return call("");
    }

    /// Waits until no request is under way on an upstream that no route names any more, upgraded connections
    /// included.
    ///
    /// @param timeout at most one hour
    /// @return the requests still under way when the time was up: 0 means drained; also 0 for an upstream never
    /// heard of
    /// @throws EdgeException also when a route still names the upstream
    public int drain(String upstreamId, Duration timeout) {
        return call("");
    }

    /// Tells the edge to end: it accepts nothing new, lets requests under way end, then exits. Returns at once.
    public void stop() {
        call("");
    }

    @Override
    public void close() {}

    private <T> T call(String path) {
        throw new EdgeException("no edge answers at " + adminSocket + path + "; is it running?");
    }
}
