package org.pinisi.clock;

/// A setting of the clock that cannot be understood, or an address it cannot listen on. The message says which, and
/// what
/// was expected.
public final class ClockException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClockException(String message) {
        super(message);
    }

    ClockException(String message, Throwable cause) {
        super(message, cause);
    }
}
