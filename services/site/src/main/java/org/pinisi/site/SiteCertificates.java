package org.pinisi.site;

import java.util.Optional;
import org.pinisi.http.CertificateSource;
import org.pinisi.http.Certified;

/// Certificates that somebody gets for a site while it serves, and how the site proves to an authority that the
/// name is its own. Asked on event loops, so it must answer at once and from any thread.
public interface SiteCertificates extends CertificateSource {
    /// What to show to an authority that proves a name in a handshake (TLS-ALPN-01, RFC 8737).
    Optional<Certified> handshake(String serverName);

    /// What to answer to an authority that asks for this token (HTTP-01, RFC 8555 section 8.3).
    Optional<String> answer(String token);
}
