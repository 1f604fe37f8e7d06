package org.pinisi.http;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// What goes wrong in HTTP, with the status code that answers it. A server turns it into an answer of that
/// status whose text is the message, so a message is written for the peer to read and holds no secret.
///
/// Where the peer is a server (parsing its answer, calling it), the status is the one a gateway would give:
/// 502 for a peer that breaks the rules or the connection, 504 for one that is too slow.
public final class HttpException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final int status;

    public HttpException(int status, String message) {
        this(status, message, null);
    }

    public HttpException(int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
        }
        this.status = status;
    }

    /// The status to answer with, 400 to 599.
    public int status() {
        return status;
    }
}
