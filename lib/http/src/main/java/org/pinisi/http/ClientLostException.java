package org.pinisi.http;

import java.io.IOException;

/// The client is gone, or takes nothing of its answer: its own affair, not worth more than a line for
/// debugging.
final class ClientLostException extends IOException {
    private static final long serialVersionUID = 1L;

    ClientLostException(String message) {
        super(message);
    }

    ClientLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
