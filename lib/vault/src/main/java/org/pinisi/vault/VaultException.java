package org.pinisi.vault;

/// A key file or a sealed value that cannot be used. The message says which, and what to do; it never holds
/// a secret.
public final class VaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    VaultException(String message) {
        super(message);
    }

    VaultException(String message, Throwable cause) {
        super(message, cause);
    }
}
