package org.pinisi.certificates;

import java.security.cert.X509Certificate;
import java.util.Optional;

/// Looks from outside at what is served: shakes hands with our own listener as a client would. Called on a
/// virtual thread; may block for some seconds.
@FunctionalInterface
public interface Probe {
    /// The certificate that a client gets who asks for this name.
    ///
    /// @param serverName exact; empty for a client that names none, as clients of an IP address do
    /// @return empty if there is no listener to look at
    /// @throws CertificateException when the handshake fails
    Optional<X509Certificate> served(String serverName) throws InterruptedException;
}
