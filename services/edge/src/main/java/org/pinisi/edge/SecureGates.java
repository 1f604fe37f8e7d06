package org.pinisi.edge;

import java.util.Optional;

/// The gates of a route that have to do with TLS.
///
/// @param https sends requests in clear to TLS, if they must come over it
/// @param certificates looks for the client's certificate, if the route wants one
/// @param altSvc where the route can be had otherwise, as Alt-Svc says it (RFC 7838); empty for nowhere
record SecureGates(Gate https, Optional<Gate> certificates, String altSvc) {
    /// Nobody is asked for anything.
    static SecureGates none() {
        return new SecureGates((_, _) -> null, Optional.empty(), "");
    }
}
