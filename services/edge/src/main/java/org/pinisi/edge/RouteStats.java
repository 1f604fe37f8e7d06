package org.pinisi.edge;

import java.util.Map;

/// What a route did since the edge started; counts only grow, save those in flight.
///
/// @param route the route's name
/// @param requests requests that were routed here
/// @param informational upgrades (101) answered by upstreams
/// @param successful answers 200 to 299 of upstreams and folders
/// @param redirected answers 300 to 399
/// @param clientErrors answers 400 to 499
/// @param serverErrors answers 500 to 599 of upstreams, not those that the edge made itself
/// @param badGateway 502 made by the edge: the upstream refused, or broke off before or within its answer
/// @param unavailable 503 made by the edge: the route has no upstream
/// @param timedOut 504 made by the edge: the upstream did not answer in time
/// @param retried requests that were sent again after a connection failed before any byte of an answer
/// @param inFlight requests under way for each upstream id, upgraded connections included
public record RouteStats(
        String route,
        long requests,
        long informational,
        long successful,
        long redirected,
        long clientErrors,
        long serverErrors,
        long badGateway,
        long unavailable,
        long timedOut,
        long retried,
        Map<String, Integer> inFlight) {
    public RouteStats {
        inFlight = Map.copyOf(inFlight);
    }
}
