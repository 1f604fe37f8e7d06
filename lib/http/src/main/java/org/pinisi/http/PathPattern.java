package org.pinisi.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A pattern of path segments such as `/apps/{app}/runs/{number}` or `/files/{rest...}`.
final class PathPattern implements Comparable<PathPattern> {
    private final String text;
    private final List<String> parts;

    PathPattern(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("pattern: \"" + text + "\" (expected: one that starts with /)");
        }
        this.text = text;
        this.parts = List.of(text.substring(1).split("/", -1));
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            boolean braces = part.indexOf('{') >= 0 || part.indexOf('}') >= 0;
            if ((braces && !isParameter(part)) || (isRest(part) && i < parts.size() - 1)) {
                throw new IllegalArgumentException(
                        "pattern: \"" + text + "\" (expected: {name} as a whole segment, {name...} only as the last)");
            }
        }
    }

    /// The parameters if the path matches, else null. The rest keeps its slashes; its segments are decoded,
    /// so a rest in which a decoded segment itself holds a slash is refused as not matching.
    @Nullable
    Map<String, String> match(List<String> segments) {
        boolean rest = isRest(parts.getLast());
        int fixed = rest ? parts.size() - 1 : parts.size();
        if (rest ? segments.size() < fixed : segments.size() != fixed) {
            return null;
        }
        Map<String, String> found = new LinkedHashMap<>();
        for (int i = 0; i < fixed; i++) {
            String part = parts.get(i);
            String segment = segments.get(i);
            if (isParameter(part) && !segment.isEmpty()) {
                found.put(part.substring(1, part.length() - 1), segment);
            } else if (!part.equals(segment)) {
                return null;
            }
        }
        if (rest) {
            List<String> tail = segments.subList(fixed, segments.size());
            if (tail.stream().anyMatch(segment -> segment.indexOf('/') >= 0)) {
                return null;
            }
            String part = parts.getLast();
            found.put(part.substring(1, part.length() - 4), String.join("/", tail));
        }
        return found;
    }

    /// The more particular pattern first: at the first difference a word goes before a parameter, that before
    /// a rest.
    @Override
    public int compareTo(PathPattern other) {
        for (int i = 0; i < Math.min(parts.size(), other.parts.size()); i++) {
            int order = Integer.compare(rank(parts.get(i)), rank(other.parts.get(i)));
            if (order != 0) {
                return order;
            }
        }
        int order = Integer.compare(other.parts.size(), parts.size());
        return order != 0 ? order : text.compareTo(other.text);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    private static int rank(String part) {
        return isRest(part) ? 2 : isParameter(part) ? 1 : 0;
    }

    private static boolean isParameter(String part) {
        return part.length() > 2 && part.startsWith("{") && part.endsWith("}");
    }

    private static boolean isRest(String part) {
        return isParameter(part) && part.endsWith("...}");
    }
}
