package org.pinisi.deployer;

/// The deployer could not do what it was asked; the message says what, why, and what to do.
public final class DeployerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// The kinds that a caller treats differently.
    public enum Kind {
        /// The named app, release or run does not exist.
        NOT_FOUND,
        /// The request itself is wrong.
        BAD_REQUEST,
        /// The control plane does not answer.
        UNREACHABLE,
        /// Something that should work did not.
        FAILED
    }

    private final Kind kind;

    /// @param message one or more lines for a person
    public DeployerException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /// @param message one or more lines for a person
    public DeployerException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    static DeployerException notFound(String message) {
        return new DeployerException(Kind.NOT_FOUND, message);
    }

    static DeployerException badRequest(String message) {
        return new DeployerException(Kind.BAD_REQUEST, message);
    }

    static DeployerException failed(String message) {
        return new DeployerException(Kind.FAILED, message);
    }

    /// Which kind of failure this is.
    public Kind kind() {
        return kind;
    }
}
