package org.pinisi.cli;

/// A command that failed for a reason a person can act on: its message is all that is shown, and its code is
/// the exit code.
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
