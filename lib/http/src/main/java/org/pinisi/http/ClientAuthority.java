package org.pinisi.http;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/// Whose client certificates a server name takes (mutual TLS). Immutable.
///
/// A certificate is taken when its chain leads to one of the issuers, every certificate of it is within
/// its time and its use is not forbidden for clients. Revocation lists are not asked: keep client
/// certificates short-lived, or replace the issuer.
///
/// @param issuers the authorities, at least one; only they, not those that the system trusts
/// @param required whether a client without certificate is sent away; else it may go on, and is known
///     as such
public record ClientAuthority(List<X509Certificate> issuers, boolean required) {
    /// @throws HttpException 500 if there is no issuer
    public ClientAuthority {
        issuers = List.copyOf(issuers);
        if (issuers.isEmpty()) {
            throw new HttpException(500, "no authority for client certificates (expected: at least one)");
        }
    }

    /// Reads the issuers from a PEM file with one or more `CERTIFICATE`.
    ///
    /// @throws HttpException 500 if the file cannot be read, holds none or a malformed one
    public static ClientAuthority fromPem(Path issuers, boolean required) {
        return new ClientAuthority(Pem.certificates(Certified.read(issuers)), required);
    }
}
