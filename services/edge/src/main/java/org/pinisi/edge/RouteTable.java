package org.pinisi.edge;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// All routes at one moment: immutable, replaced whole. Finding a host allocates nothing.
final class RouteTable {
    private static final RouteTable EMPTY = new RouteTable(new TreeMap<>());
    private static final int FEWEST_SLOTS = 16;

    private final NavigableMap<String, RouteEntry> byName;
    private final byte[] @Nullable [] hosts;
    private final @Nullable RouteEntry[] entries;
    private final int mask;

    private RouteTable(NavigableMap<String, RouteEntry> byName) {
        this.byName = byName;
        int count = 0;
        for (RouteEntry entry : byName.values()) {
            count += entry.route().hosts().size();
        }
        int slots = Math.max(FEWEST_SLOTS, Integer.highestOneBit(count) * 4);
        hosts = new byte[slots] @Nullable [];
        entries = new @Nullable RouteEntry[slots];
        mask = slots - 1;
        for (RouteEntry entry : byName.values()) {
            for (String host : entry.route().hosts()) {
                add(host.getBytes(StandardCharsets.US_ASCII), entry);
            }
        }
    }

    static RouteTable empty() {
        return EMPTY;
    }

    /// A table of these routes.
    ///
    /// @param owner says of a route, by its name, where it came from: words for a message
    /// @throws EdgeException when two of them claim a host
    static RouteTable of(Collection<RouteEntry> entries, Function<String, String> owner) {
        NavigableMap<String, RouteEntry> byName = new TreeMap<>();
        Map<String, String> hosts = new HashMap<>();
        for (RouteEntry entry : entries) {
            String name = entry.route().name();
            byName.put(name, entry);
            for (String host : entry.route().hosts()) {
                String other = hosts.putIfAbsent(host, name);
                if (other != null && !other.equals(name)) {
                    throw new EdgeException("the host " + host + " already belongs to the route " + other
                            + owner.apply(other) + "; remove it there first, or choose another host for " + name);
                }
            }
        }
        return new RouteTable(byName);
    }

    /// The same with this route added, or in place of the one of its name.
    ///
    /// @throws EdgeException when one of its hosts belongs to another route
    RouteTable with(RouteEntry entry) {
        EdgeRoute route = entry.route();
        for (String host : route.hosts()) {
            byte[] bytes = host.getBytes(StandardCharsets.US_ASCII);
            RouteEntry other = find(bytes, 0, bytes.length);
            if (other != null && !other.route().name().equals(route.name())) {
                throw new EdgeException("the host " + host + " already belongs to the route "
                        + other.route().name() + "; remove it there first, or choose another host for " + route.name());
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

    /// The route of the host name in these bytes, in any case, with or without a closing dot; the port
    /// is not part of
    /// it.
    @Nullable
    RouteEntry find(byte[] bytes, int start, int end) {
        int stop = end > start && bytes[end - 1] == '.' ? end - 1 : end;
        int slot = hash(bytes, start, stop) & mask;
        while (true) {
            byte[] host = hosts[slot];
            if (host == null) {
                return null;
            }
            if (same(host, bytes, start, stop)) {
                return entries[slot];
            }
            slot = (slot + 1) & mask;
        }
    }

    private void add(byte[] host, RouteEntry entry) {
        int slot = hash(host, 0, host.length) & mask;
        while (hosts[slot] != null) {
            slot = (slot + 1) & mask;
        }
        hosts[slot] = host;
        entries[slot] = entry;
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
