package org.pinisi.deployer;

/// The app cannot be built; the message tells the pusher why and what to do, with the last lines of a failed
/// command.
final class BuildException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BuildException(String message) {
        super(message);
    }

    BuildException(String message, Throwable cause) {
        super(message, cause);
    }
}
