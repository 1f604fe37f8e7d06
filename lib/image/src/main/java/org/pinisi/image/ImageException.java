package org.pinisi.image;

/// An image could not be stored, read or deleted; the message names the path or digest and what to do.
public final class ImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ImageException(String message) {
        super(message);
    }

    ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
