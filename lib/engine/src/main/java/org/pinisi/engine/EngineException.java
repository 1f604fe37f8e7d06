package org.pinisi.engine;

/// A use of the engine that cannot be served, or a store or log folder that cannot be used. The message says
/// what happened, where, and what to do.
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EngineException(String message) {
        super(message);
    }

    EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
