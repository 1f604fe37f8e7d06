package org.pinisi.flow;

import static java.util.Objects.requireNonNull;

/// A way to connect that was tried in vain.
///
/// @param protocol its name
/// @param cause why it failed
public record FailedTry(String protocol, Exception cause) {
    public FailedTry {
        requireNonNull(protocol, "protocol");
        requireNonNull(cause, "cause");
    }

    @Override
    public String toString() {
        String message = cause.getMessage();
        return protocol + ": " + (message == null ? cause.getClass().getSimpleName() : message);
    }
}
