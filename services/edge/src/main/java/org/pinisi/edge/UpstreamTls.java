package org.pinisi.edge;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// How an `https` upstream is reached.
///
/// @param serverName the name asked for (SNI) and looked for in its certificate; empty means the host of
///     its address
/// @param verify whether its certificate must be valid (yes); no only for what is reached over a network
///     of your own
/// @param authorities a PEM file of the CAs that may vouch for it; empty means those of the system
/// @param fingerprint the SHA-256 of the only certificate that is accepted, in 64 hexadecimal digits; then
///     nothing else
///     about it is looked at; empty for none
/// @param certificate a PEM file of the client certificate to show, its chain behind it; empty for none
/// @param key the PEM file of that certificate's private key; needed with it
public record UpstreamTls(
        Optional<String> serverName,
        boolean verify,
        Optional<Path> authorities,
        Optional<String> fingerprint,
        Optional<Path> certificate,
        Optional<Path> key) {
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");
    private static final UpstreamTls DEFAULTS = new UpstreamTls(
            Optional.empty(), true, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /// @throws EdgeException when there is a certificate without key, or a key without certificate
    public UpstreamTls {
        serverName = serverName.map(name -> HostNames.exact("server-name", name));
        fingerprint = fingerprint.map(UpstreamTls::digits);
        if (certificate.isPresent() != key.isPresent()) {
            throw EdgeException.at(
                    certificate.isPresent() ? "key" : "certificate",
                    "missing; a client certificate and its key go together");
        }
    }

    private static String digits(String fingerprint) {
        String digits = fingerprint.replace(":", "").toLowerCase(Locale.ROOT);
        Expect.form("fingerprint", digits, FINGERPRINT, "the SHA-256 of a certificate, 64 hexadecimal digits");
        return digits;
    }

    /// Verified against the system's CAs by the address's own name.
    public static UpstreamTls defaults() {
        return DEFAULTS;
    }
}
