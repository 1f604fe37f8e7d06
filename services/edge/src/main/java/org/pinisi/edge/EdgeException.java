package org.pinisi.edge;

import org.jspecify.annotations.Nullable;

/// What went wrong at the edge, in words for a person: a route that is not valid, an edge that cannot be
/// reached or started.
public final class EdgeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String field;

    public EdgeException(String message) {
        super(message);
        this.field = null;
    }

    public EdgeException(String message, Throwable cause) {
        super(message, cause);
        this.field = null;
    }

    private EdgeException(String field, String problem, @Nullable Throwable cause) {
        super(field + ": " + problem, cause);
        this.field = field;
    }

    /// A value that cannot be used, in the field of that path, such as `target.upstreams[1].address`.
    static EdgeException at(String field, String problem) {
        return new EdgeException(field, problem, null);
    }

    /// The same mistake seen from outside: its field's path begins with `prefix` now.
    EdgeException within(String prefix) {
        String inner = field;
        String said = String.valueOf(getMessage());
        if (inner == null) {
            return new EdgeException(prefix, said, this);
        }
        String path = inner.startsWith("[") || prefix.isEmpty() ? prefix + inner : prefix + "." + inner;
        return new EdgeException(path, said.substring(inner.length() + 2), this);
    }

    /// The path of the field that is wrong, such as `rules.rate-limit.per` or
    /// `target.upstreams[1].address`: keys parted by dots, places in lists (from 0) in brackets. Null when
    /// no one field is to blame. The message begins with it.
    public @Nullable String field() {
        return field;
    }
}
