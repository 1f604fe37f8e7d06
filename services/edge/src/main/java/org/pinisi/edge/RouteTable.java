package org.pinisi.edge;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;
import org.pinisi.http.TargetForm;

/// All routes at one moment: immutable, replaced whole. Finding one allocates nothing.
///
/// The host is found first: the exact name, else the wildcard for its first label, else the catch-all. Then
/// the path is looked for among that host's routes alone; the longest prefix wins.
final class RouteTable {
    private static final RouteTable EMPTY = new RouteTable(new TreeMap<>());
    private static final int FEWEST_SLOTS = 16;

    private final NavigableMap<String, RouteEntry> byName;
    private final byte[] @Nullable [] hosts;
    private final @Nullable HostRoutes[] routes;
    private final @Nullable HostRoutes others;
    private final int mask;

    private RouteTable(NavigableMap<String, RouteEntry> byName) {
        this.byName = byName;
        Map<String, List<RouteEntry>> byHost = new HashMap<>();
        for (RouteEntry entry : byName.values()) {
            for (String host : entry.route().hosts()) {
                byHost.computeIfAbsent(host, _ -> new ArrayList<>(1)).add(entry);
            }
        }
        int slots = Math.max(FEWEST_SLOTS, Integer.highestOneBit(Math.max(1, byHost.size())) * 4);
        hosts = new byte[slots] @Nullable [];
        routes = new @Nullable HostRoutes[slots];
        mask = slots - 1;
        List<RouteEntry> catchAll = byHost.remove(HostNames.CATCH_ALL);
        others = catchAll == null ? null : new HostRoutes(catchAll);
        // A wildcard is kept with its dot in front, as no host begins.
        byHost.forEach((host, entries) -> add(
                (host.startsWith("*.") ? host.substring(1) : host).getBytes(StandardCharsets.US_ASCII),
                new HostRoutes(entries)));
    }

    static RouteTable empty() {
        return EMPTY;
    }

    /// A table of these routes.
    ///
    /// @param owner says of a route, by its name, where it came from: words for a message
    /// @throws EdgeException when two of them claim the same path of a host
    static RouteTable of(Collection<RouteEntry> entries, Function<String, String> owner) {
        NavigableMap<String, RouteEntry> byName = new TreeMap<>();
        Map<String, String> claims = new HashMap<>();
        for (RouteEntry entry : entries) {
            byName.put(entry.route().name(), entry);
        }
        for (RouteEntry entry : byName.values()) {
            EdgeRoute route = entry.route();
            for (String claim : claims(route)) {
                String other = claims.putIfAbsent(claim, route.name());
                if (other != null) {
                    throw claimed(claim, other, owner.apply(other), route.name());
                }
            }
        }
        return new RouteTable(byName);
    }

    /// What no two routes may both have: each path of each host, written `host/path`. A route that passes
    /// TLS through sees no paths, so it needs its hosts for itself, as do folders of one host whose TLS it
    /// would swallow.
    static Set<String> claims(EdgeRoute route) {
        Set<String> claims = new HashSet<>();
        for (String host : route.hosts()) {
            for (String path : route.paths()) {
                claims.add(path.equals("/") ? host : host + path);
            }
        }
        return claims;
    }

    private static EdgeException claimed(String claim, String other, String owner, String name) {
        return new EdgeException("the host " + claim + " already belongs to the route " + other + owner
                + "; remove it there first, or choose another host for " + name);
    }

    /// The same with this route added, or in place of the one of its name.
    ///
    /// @throws EdgeException when a path of one of its hosts belongs to another route
    RouteTable with(RouteEntry entry) {
        EdgeRoute route = entry.route();
        Set<String> claims = claims(route);
        for (RouteEntry other : byName.values()) {
            if (!other.route().name().equals(route.name())) {
                for (String claim : claims(other.route())) {
                    if (claims.contains(claim)) {
                        throw claimed(claim, other.route().name(), "", route.name());
                    }
                }
            }
        }
        NavigableMap<String, RouteEntry> copy = new TreeMap<>(byName);
        copy.put(route.name(), entry);
        return new RouteTable(copy);
    }

    RouteTable without(String name) {
        NavigableMap<String, RouteEntry> copy = new TreeMap<>(byName);
        copy.remove(name);
        return new RouteTable(copy);
    }

    @Nullable
    RouteEntry named(String name) {
        return byName.get(name);
    }

    /// Ordered by name.
    Collection<RouteEntry> entries() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /// The route of a request.
    ///
    /// @return null if there is none, or if programs may read the path in ways that lead to different
    ///     routes; tell
    ///     the two apart with [#isAmbiguous]
    @Nullable
    RouteEntry find(Head request) {
        HostRoutes host = host(request.bytes(), request.hostStart(), request.hostEnd());
        if (host == null) {
            return null;
        }
        RouteEntry only = host.only();
        return only != null || request.form() == TargetForm.ASTERISK ? host.shortest() : host.find(request);
    }

    /// Whether [#find] found nothing because the path can be read in several ways; then 400 answers, not
    /// 404.
    boolean isAmbiguous(Head request) {
        HostRoutes host = host(request.bytes(), request.hostStart(), request.hostEnd());
        return host != null && host.only() == null && host.isAmbiguous(request);
    }

    /// The route for the whole of a host, or the one of its shortest path: who looks at names alone, as TLS
    /// does, asks this.
    @Nullable
    RouteEntry find(byte[] bytes, int start, int end) {
        HostRoutes host = host(bytes, start, end);
        return host == null ? null : host.shortest();
    }

    /// The routes of the host name in these bytes, in any case, with or without a closing dot; the port is
    /// not part of it.
    @Nullable
    HostRoutes host(byte[] bytes, int start, int end) {
        int stop = end > start && bytes[end - 1] == '.' ? end - 1 : end;
        if (start == stop || bytes[start] == '.') {
            return start == end ? others : null;
        }
        HostRoutes exact = lookUp(bytes, start, stop);
        if (exact != null) {
            return exact;
        }
        int dot = start;
        while (dot < stop && bytes[dot] != '.') {
            dot++;
        }
        HostRoutes wildcard = dot == stop ? null : lookUp(bytes, dot, stop);
        return wildcard != null ? wildcard : isName(bytes, start, stop) ? others : null;
    }

    /// Whether it can be a name at all: an empty label cannot.
    private static boolean isName(byte[] bytes, int start, int end) {
        for (int i = start; i + 1 < end; i++) {
            if (bytes[i] == '.' && bytes[i + 1] == '.') {
                return false;
            }
        }
        return bytes[end - 1] != '.';
    }

    private @Nullable HostRoutes lookUp(byte[] bytes, int start, int end) {
        int slot = hash(bytes, start, end) & mask;
        while (true) {
            byte[] host = hosts[slot];
            if (host == null) {
                return null;
            }
            if (same(host, bytes, start, end)) {
                return routes[slot];
            }
            slot = (slot + 1) & mask;
        }
    }

    private void add(byte[] host, HostRoutes entries) {
        int slot = hash(host, 0, host.length) & mask;
        while (hosts[slot] != null) {
            slot = (slot + 1) & mask;
        }
        hosts[slot] = host;
        routes[slot] = entries;
    }

    private static int hash(byte[] bytes, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + lower(bytes[i]);
        }
        return hash ^ (hash >>> 15);
    }

    private static boolean same(byte[] host, byte[] bytes, int start, int end) {
        if (host.length != end - start) {
            return false;
        }
        for (int i = 0; i < host.length; i++) {
            if (host[i] != lower(bytes[start + i])) {
                return false;
            }
        }
        return true;
    }

    private static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
    }
}
