package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/// What a handshake has settled. Immutable.
///
/// @param serverName what the client asked for, in lower case without final dot; empty if it named none
/// @param applicationProtocol what both agreed on (RFC 7301), empty if the client offered nothing
/// @param version such as `TLSv1.3`
/// @param shown the certificate that the client was shown
/// @param clients whose certificates were asked for, if one was asked for
/// @param client the client's own certificate, checked, then those that lead to its issuer; empty if it
///     showed none
public record TlsFacts(
        String serverName,
        String applicationProtocol,
        String version,
        Certified shown,
        Optional<ClientAuthority> clients,
        List<X509Certificate> client) {
    public TlsFacts {
        requireNonNull(serverName, "serverName");
        requireNonNull(applicationProtocol, "applicationProtocol");
        requireNonNull(version, "version");
        requireNonNull(shown, "shown");
        requireNonNull(clients, "clients");
        client = List.copyOf(client);
    }
}
