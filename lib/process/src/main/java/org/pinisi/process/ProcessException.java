package org.pinisi.process;

/// A process, sandbox or control group that could not be handled. The message says what happened, where, and what to
/// do.
public final class ProcessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProcessException(String message) {
        super(message);
    }

    ProcessException(String message, Throwable cause) {
        super(message, cause);
    }
}
