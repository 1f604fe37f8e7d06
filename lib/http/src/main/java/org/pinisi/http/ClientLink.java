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

        /// How far the request had come.
        enum Progress {
            /// Nothing of it was sent.
            UNSENT,
            /// The server said that it has done nothing about it.
            REFUSED,
            /// Nobody knows.
            UNKNOWN
        }

        private final Progress progress;

        UnansweredException(String message, Progress progress) {
            super(message);
            this.progress = progress;
        }

        UnansweredException(IOException cause) {
            super(cause.getMessage(), cause);
            this.progress = Progress.UNKNOWN;
        }

        Progress progress() {
            return progress;
        }

        /// Whether the request may be sent over another connection.
        ///
        /// @param kept whether this connection had been used before, and so may have been closed for that
        boolean allowsAgain(ClientRequest request, boolean kept) {
            return switch (progress) {
                case UNSENT -> true;
                case REFUSED -> request.canBeSentAgain();
                case UNKNOWN -> kept && request.isRepeatable();
            };
        }
    }
}
