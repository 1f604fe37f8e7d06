package org.pinisi.certificates;

import java.util.Objects;

/// Something about a certificate, its key or the book that holds them cannot be done; the message says
/// what, where, and what to do.
public final class CertificateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CertificateException(String message) {
        super(message);
    }

    public CertificateException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNullElse(super.getMessage(), "");
    }
}
