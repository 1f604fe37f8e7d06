package org.pinisi.git;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.pinisi.flow.TlsClient;

/// Whom a client trusts over HTTPS. Immutable.
public final class TlsTrust {
    private final TlsClient client;

    private TlsTrust(TlsClient client) {
        this.client = client;
    }

    /// Whom the system's Java trusts.
    public static TlsTrust system() {
        return new TlsTrust(TlsClient.create());
    }

    /// Only the authorities, or servers themselves, whose certificates are in a PEM file.
    ///
    /// @throws GitException when the file cannot be read or holds no certificate
    public static TlsTrust authorities(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return trusting(certificates(in), file.toString());
        } catch (IOException | GeneralSecurityException failure) {
            throw new GitException("cannot read the certificates in " + file + ": " + failure.getMessage(), failure);
        }
    }

    /// Reads one of these forms:
    ///
    /// | text | whom it trusts |
    /// |---|---|
    /// | `key-fp:SHA256:…` | a server whose public key has this SHA-256 |
    /// | `cert-fp:SHA256:…` | a server whose certificate has this SHA-256 |
    /// | `trust-anchor:…` | servers with a certificate of this authority, in base64; several with `:` between |
    ///
    /// A SHA-256 is in base64, or in hexadecimal digits; `SHA256:` may be left out. Whose name and dates
    /// the certificate has matters for `trust-anchor` alone.
    ///
    /// @throws GitException when the text has another form
    public static TlsTrust parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
        String rest = text.substring(colon + 1);
        return switch (kind) {
            case "key-fp", "cert-fp" -> pinned(rest);
            case "trust-anchor" -> anchors(rest);
            default ->
                throw new GitException("\"" + ProgressQueue.printable(text)
                        + "\" does not say whom to trust; expected are key-fp:…," + " cert-fp:… and trust-anchor:…");
        };
    }

    private static TlsTrust pinned(String text) {
        String digest = text.replaceFirst("^(?i)SHA256:", "");
        boolean hexadecimal = digest.matches("[0-9A-Fa-f]{64}|([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}");
        try {
            return new TlsTrust(TlsClient.builder()
                    .trustFingerprint(hexadecimal ? digest : "sha256:" + digest.replaceFirst("=$", ""))
                    .build());
        } catch (IllegalArgumentException malformed) {
            throw new GitException(
                    "the fingerprint of a certificate or key must be a SHA-256 in base64 or in hexadecimal digits",
                    malformed);
        }
    }

    private static TlsTrust anchors(String text) {
        StringBuilder pem = new StringBuilder();
        for (String anchor : text.split(":")) {
            pem.append("-----BEGIN CERTIFICATE-----\n").append(anchor).append("\n-----END CERTIFICATE-----\n");
        }
        try (InputStream in = new ByteArrayInputStream(pem.toString().getBytes(US_ASCII))) {
            for (String anchor : text.split(":")) {
                Base64.getDecoder().decode(anchor);
            }
            return trusting(certificates(in), "trust-anchor");
        } catch (IOException | GeneralSecurityException | IllegalArgumentException malformed) {
            throw new GitException("a trust-anchor must be a certificate in base64", malformed);
        }
    }

    private static List<X509Certificate> certificates(InputStream in) throws GeneralSecurityException {
        List<X509Certificate> found = new ArrayList<>();
        CertificateFactory.getInstance("X.509")
                .generateCertificates(in)
                .forEach(certificate -> found.add((X509Certificate) certificate));
        return found;
    }

    private static TlsTrust trusting(List<X509Certificate> certificates, String source) {
        if (certificates.isEmpty()) {
            throw new GitException(source + " holds no certificate");
        }
        return new TlsTrust(TlsClient.builder().trust(certificates).build());
    }

    TlsClient client() {
        return client;
    }
}
