package org.pinisi.host;

/// A request that the host could not fulfil. The message says what happened and what to do; it never holds a secret.
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What kind of failure, for programs.
    public enum Kind {
        /// The request makes no sense; asking again will not help.
        INVALID,
        /// There is no such unit.
        NOT_FOUND,
        /// There is a unit of that name with another specification.
        CONFLICT,
        /// The host does not answer; it may do so later.
        UNREACHABLE,
        /// The host tried and could not.
        FAILED
    }

    private final Kind kind;

    HostException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    HostException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /// What kind of failure it is.
    public Kind kind() {
        return kind;
    }
}
