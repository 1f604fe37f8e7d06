package org.pinisi.edge;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.FastPath;

/// A route at work: what [EdgeRoute] says, with the live parts that requests need.
final class RouteEntry {
    private final EdgeRoute route;
    private final RouteCounters counters;
    private final UpstreamState[] upstreams;
    private final @Nullable FastPath folder;
    private final byte[] secureFields;
    private final AtomicInteger turn = new AtomicInteger();

    RouteEntry(EdgeRoute route, RouteCounters counters, List<UpstreamState> upstreams, @Nullable FastPath folder) {
        this.route = route;
        this.counters = counters;
        this.upstreams = upstreams.toArray(UpstreamState[]::new);
        this.folder = folder;
        this.secureFields = route.rules()
                .https()
                .hsts()
                .map(hsts -> "Strict-Transport-Security: " + hsts.value() + "\r\n")
                .orElse("")
                .getBytes(StandardCharsets.US_ASCII);
    }

    EdgeRoute route() {
        return route;
    }

    RouteCounters counters() {
        return counters;
    }

    /// What answers over TLS say in addition, each field with its line's end. Not to be changed.
    byte[] secureFields() {
        return secureFields;
    }

    @Nullable
    FastPath folder() {
        return folder;
    }

    int upstreamCount() {
        return upstreams.length;
    }

    UpstreamState upstream(int index) {
        return upstreams[index];
    }

    /// The index of the upstream whose turn it is.
    int nextTurn() {
        return upstreams.length < 2 ? 0 : Math.floorMod(turn.getAndIncrement(), upstreams.length);
    }

    RouteStats stats() {
        Map<String, Integer> inFlight = new TreeMap<>();
        for (UpstreamState upstream : upstreams) {
            inFlight.put(upstream.id(), upstream.inFlight());
        }
        return counters.stats(route.name(), inFlight);
    }
}
