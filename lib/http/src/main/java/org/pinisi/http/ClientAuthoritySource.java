package org.pinisi.http;

import java.util.Optional;

/// Knows which server names ask their clients for a certificate. Asked on the event loop in every
/// handshake, so it must answer at once and from any thread.
@FunctionalInterface
public interface ClientAuthoritySource {
    /// Whose certificates clients of this name may show, in lower case without final dot, the empty
    /// name for clients that ask for none; empty to ask for no certificate. While it stays the same the
    /// same object must come: sessions are resumed only under the same object.
    Optional<ClientAuthority> find(String serverName);
}
