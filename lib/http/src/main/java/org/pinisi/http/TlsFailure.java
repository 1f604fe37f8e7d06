package org.pinisi.http;

/// Why a handshake came to nothing, as counters and logs may name it.
public enum TlsFailure {
    /// The client asked for a name without certificate here; it got the alert `unrecognized_name`.
    UNKNOWN_NAME,
    /// The client speaks only application protocols that are not spoken here; it got
    /// `no_application_protocol`.
    NO_PROTOCOL,
    /// The client's first message was too long, or no TLS at all.
    MALFORMED,
    /// The client was too slow.
    TIMEOUT,
    /// Too many handshakes were under way.
    BUSY,
    /// Client and server could not agree, or the client's certificate was missing or not good enough;
    /// the engine has sent the alert that says so.
    REFUSED,
    /// The certificate cannot be used by the engine; that is ours to mend.
    CERTIFICATE
}
