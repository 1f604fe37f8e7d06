package org.pinisi.edge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;

/// A client's certificate, checked in the handshake, as upstreams read of it. Immutable.
///
/// @param subject its distinguished name (RFC 4514), in ASCII: what is not is written as hexadecimal pairs
/// @param fingerprint SHA-256 of its DER form, in lower-case hexadecimal digits
/// @param fields the fields for upstreams, each with its line's end: `Client-Cert` (RFC 9440),
///     `X-Client-Cert-Subject` and `X-Client-Cert-Fingerprint`
record ClientCertificate(String subject, String fingerprint, String fields) {
    /// What no client may send by itself, in lower case: names that begin so.
    static final String STANDARD = "client-cert";

    static final String OURS = "x-client-cert";

    static ClientCertificate of(X509Certificate certificate) {
        byte[] der = encoded(certificate);
        String subject = ascii(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
        String fingerprint = HexFormat.of().formatHex(digest(der));
        String fields = "Client-Cert: :" + Base64.getEncoder().encodeToString(der) + ":\r\nX-Client-Cert-Subject: "
                + subject + "\r\nX-Client-Cert-Fingerprint: " + fingerprint + "\r\n";
        return new ClientCertificate(subject, fingerprint, fields);
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException("a certificate that came in DER form", impossible);
        }
    }

    private static byte[] digest(byte[] der) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(der);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /// Whoever asked for the certificate chose the name, so nothing in it may end the line.
    private static String ascii(String name) {
        StringBuilder text = new StringBuilder(name.length());
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~') {
                text.append((char) b);
            } else {
                text.append('\\').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return text.toString();
    }
}
