package org.pinisi.certificates;

import java.util.Arrays;
import java.util.stream.Collectors;

/// How a certificate authority is shown that a name is ours.
public enum ChallengeKind {
    /// A file at port 80 (RFC 8555, 8.3).
    HTTP("http-01"),
    /// A handshake at port 443 (RFC 8737).
    TLS_ALPN("tls-alpn-01"),
    /// A TXT record (RFC 8555, 8.4); the only one for wildcards, and the only one that needs no open port.
    DNS("dns-01");

    private final String text;

    ChallengeKind(String text) {
        this.text = text;
    }

    /// The type in ACME and in configuration: `http-01`, `tls-alpn-01`, `dns-01`.
    public String text() {
        return text;
    }

    /// @throws CertificateException that names the known ones
    public static ChallengeKind parse(String text) {
        for (ChallengeKind kind : values()) {
            if (kind.text.equals(text)) {
                return kind;
            }
        }
        throw new CertificateException("challenge \"" + text + "\" (expected: "
                + Arrays.stream(values()).map(ChallengeKind::text).collect(Collectors.joining(", ")) + ")");
    }
}
