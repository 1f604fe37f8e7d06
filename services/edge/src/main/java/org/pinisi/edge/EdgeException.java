package org.pinisi.edge;

/// What went wrong at the edge, in words for a person: a route that is not valid, an edge that cannot be reached or
/// started.
public final class EdgeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EdgeException(String message) {
        super(message);
    }

    public EdgeException(String message, Throwable cause) {
        super(message, cause);
    }
}
