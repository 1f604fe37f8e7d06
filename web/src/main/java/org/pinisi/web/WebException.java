package org.pinisi.web;

import java.io.Serial;

/// The pages could not be made; the message says what, why, and what to do.
public final class WebException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    WebException(String message) {
        super(message);
    }

    WebException(String message, Throwable cause) {
        super(message, cause);
    }
}
