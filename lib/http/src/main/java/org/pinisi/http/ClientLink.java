package org.pinisi.http;

import java.io.IOException;
import java.io.Serial;
import java.time.Duration;

/// A connection that takes requests.
sealed interface ClientLink extends AutoCloseable permits ClientConnection, Http2Client {
    /// Sends the request and waits for the head of its answer.
    ClientCall call(ClientRequest request) throws Exception;

    @Override
    void close();

    /// How long a client waits for what.
    ///
    /// @param answer for the head of an answer
    /// @param idle between two pieces of a body, in either direction
    record Patience(Duration answer, Duration idle) {}

    /// Something took too long.
    final class TimeoutException extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        TimeoutException(String message, IOException cause) {
            super(message, cause);
        }

        TimeoutException(String message) {
            super(message);
        }
    }

    /// The connection broke before any of the answer came.
    final class UnansweredException extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        private final boolean untouched;

        UnansweredException(String message, boolean untouched) {
            super(message);
            this.untouched = untouched;
        }

        UnansweredException(IOException cause) {
            super(cause.getMessage(), cause);
            this.untouched = false;
        }

        /// Whether the server said that it has done nothing about the request.
        boolean isUntouched() {
            return untouched;
        }
    }
}
