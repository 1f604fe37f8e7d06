package org.pinisi.http;

import java.util.Optional;

/// Knows the certificates of a TLS server. Asked on the event loop in every handshake, so it must answer at once
/// and from any thread.
@FunctionalInterface
public interface CertificateSource {
    /// The certificate to show to a client that asks for this name, in lower case without final dot; the
    /// empty name is that of a client that asks for none, and what is found for it is the default.
    ///
    /// While a certificate stays the same the same object must come, since all that belongs to it is kept by
    /// the object.
    Optional<Certified> find(String serverName);

    /// Whether there is none for this name yet, but will be within seconds if all goes well: a handshake
    /// waits for it then. Must answer at once, too.
    default boolean isComing(String serverName) {
        return false;
    }
}
