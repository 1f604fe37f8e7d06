package org.pinisi.edge;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;

/// The routes of one host, by path. Immutable; finding one allocates nothing, save for a path that must be
/// read in several ways.
///
/// **Which path counts.** The upstream gets the path as the client wrote it. Where paths decide, a path
/// that programs read differently – with dots as segments, `//`, an encoded slash, a backslash, a semicolon
/// – goes on only if every such reading leads to the same route: otherwise what one route guards could be
/// asked for through another.
final class HostRoutes {
    /// Longest first; `/` is kept as empty.
    private final byte[][] prefixes;
    private final RouteEntry[] entries;
    private final @Nullable RouteEntry only;

    HostRoutes(List<RouteEntry> routes) {
        NavigableMap<String, RouteEntry> byPath =
                new TreeMap<>(Comparator.comparingInt(String::length).reversed().thenComparing(path -> path));
        for (RouteEntry entry : routes) {
            for (String path : entry.route().paths()) {
                byPath.put(new String(PathReading.prefix(path), StandardCharsets.ISO_8859_1), entry);
            }
        }
        prefixes = byPath.keySet().stream()
                .map(path -> path.getBytes(StandardCharsets.ISO_8859_1))
                .toArray(byte[][]::new);
        entries = byPath.values().toArray(RouteEntry[]::new);
        only = entries.length == 1 && prefixes[0].length == 0 ? entries[0] : null;
    }

    /// The one route that has the whole host, or null if paths decide.
    @Nullable
    RouteEntry only() {
        return only;
    }

    /// The route of the shortest path.
    RouteEntry shortest() {
        return entries[entries.length - 1];
    }

    /// The route of the longest prefix that fits; null if none does or if readings of the path disagree.
    @Nullable
    RouteEntry find(Head request) {
        byte[] bytes = request.bytes();
        int start = request.pathStart();
        int end = request.pathEnd();
        if (PathReading.isPlain(bytes, start, end)) {
            return longest(bytes, start, end);
        }
        return isAmbiguous(request) ? null : readings(bytes, start, end)[0];
    }

    boolean isAmbiguous(Head request) {
        byte[] bytes = request.bytes();
        if (PathReading.isPlain(bytes, request.pathStart(), request.pathEnd())) {
            return false;
        }
        @Nullable RouteEntry[] readings = readings(bytes, request.pathStart(), request.pathEnd());
        for (RouteEntry reading : readings) {
            if (reading != readings[0]) {
                return true;
            }
        }
        return false;
    }

    private @Nullable RouteEntry[] readings(byte[] bytes, int start, int end) {
        byte[] room = new byte[end - start + 1];
        @Nullable RouteEntry[] found = new @Nullable RouteEntry[PathReading.COUNT];
        for (int i = 0; i < found.length; i++) {
            int length = PathReading.read(i, bytes, start, end, room);
            found[i] = longest(room, 0, length);
        }
        return found;
    }

    private @Nullable RouteEntry longest(byte[] path, int start, int end) {
        for (int i = 0; i < prefixes.length; i++) {
            if (PathReading.begins(path, start, end, prefixes[i])) {
                return entries[i];
            }
        }
        return null;
    }
}
