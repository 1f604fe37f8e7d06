package org.pinisi.engine;

/// Turns an exception into the one line that a person reads.
final class Messages {
    private Messages() {}

    /// The bare message where the thrower wrote one for people; with the kind of the error where the platform
    /// threw it.
    static String of(Throwable failure) {
        String message = failure.getMessage();
        String kind = failure.getClass().getSimpleName();
        if (message == null || message.isBlank()) {
            return kind;
        }
        return unexpected(failure) ? kind + ": " + message : message;
    }

    /// Whether the error is one of the platform's own, that is more likely a defect than a foreseen failure.
    static boolean unexpected(Throwable failure) {
        return failure instanceof Error
                || (failure instanceof RuntimeException
                        && failure.getClass().getName().startsWith("java."));
    }
}
