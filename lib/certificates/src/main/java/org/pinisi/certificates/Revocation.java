package org.pinisi.certificates;

/// Why a certificate is revoked (RFC 5280, 5.3.1); those that an owner may give.
public enum Revocation {
    UNSPECIFIED(0),
    /// Somebody else may have the private key.
    KEY_COMPROMISE(1),
    /// The names belong to somebody else now.
    AFFILIATION_CHANGED(3),
    /// There is a newer certificate.
    SUPERSEDED(4),
    /// The service has ended.
    CESSATION_OF_OPERATION(5);

    private final int code;

    Revocation(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
