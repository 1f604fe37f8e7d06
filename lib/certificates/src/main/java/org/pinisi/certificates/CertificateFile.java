package org.pinisi.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// `certificate.pem` of a name: the chain as PEM (RFC 7468) for everybody to read, and after it the private
/// key, sealed. One file, so that no merge can put one's key to another's certificate.
///
/// @param sealed what [KeySeal] made
@SuppressWarnings("ArrayRecordComponent") // Its bytes are of this package alone, and compared by nobody.
record CertificateFile(List<X509Certificate> chain, byte[] sealed) {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PINISI SEALED PRIVATE KEY";
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final int LINE = 64;
    private static final int MOST_CERTIFICATES = 10;

    /// @throws CertificateException that says what is wrong or missing
    static CertificateFile read(byte[] bytes) {
        String text = new String(bytes, US_ASCII);
        List<X509Certificate> chain = new ArrayList<>();
        List<byte[]> keys = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int labelEnd = text.indexOf(DASHES, at + BEGIN.length());
            String label = labelEnd < 0 ? "" : text.substring(at + BEGIN.length(), labelEnd);
            int end = labelEnd < 0 ? -1 : text.indexOf(END + label + DASHES, labelEnd);
            if (end < 0) {
                throw new CertificateException("its PEM is cut short");
            }
            byte[] contents = decoded(text.substring(labelEnd + DASHES.length(), end));
            switch (label) {
                case CERTIFICATE -> chain.add(certificate(contents));
                case KEY -> keys.add(contents);
                default ->
                    throw new CertificateException(
                            "it holds a " + BookText.line(label, 40) + " (expected: CERTIFICATE and " + KEY + ")");
            }
            at = text.indexOf(BEGIN, end);
        }
        if (chain.isEmpty() || chain.size() > MOST_CERTIFICATES || keys.size() != 1) {
            throw new CertificateException("it holds %d certificates and %d keys (expected: 1 to %d, and one key)"
                    .formatted(chain.size(), keys.size(), MOST_CERTIFICATES));
        }
        return new CertificateFile(List.copyOf(chain), keys.getFirst());
    }

    /// @param title a line for people
    byte[] write(String title) {
        StringBuilder text = new StringBuilder(title).append('\n');
        try {
            for (X509Certificate certificate : chain) {
                append(text, CERTIFICATE, certificate.getEncoded());
            }
        } catch (GeneralSecurityException unencodable) {
            throw new CertificateException("cannot write the certificate: " + unencodable.getMessage(), unencodable);
        }
        append(text, KEY, sealed);
        return text.toString().getBytes(UTF_8);
    }

    /// The line for people that a file begins with.
    static String title(byte[] bytes) {
        String first = new String(bytes, UTF_8).lines().findFirst().orElse("");
        return first.startsWith(DASHES) ? "" : BookText.line(first, 2 * BookText.SHORT);
    }

    /// PEM of one certificate or key.
    static void append(StringBuilder text, String label, byte[] contents) {
        text.append(BEGIN).append(label).append(DASHES).append('\n');
        text.append(Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(contents))
                .append('\n');
        text.append(END).append(label).append(DASHES).append('\n');
    }

    private static X509Certificate certificate(byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException malformed) {
            throw new CertificateException("a certificate in it is malformed: " + malformed.getMessage(), malformed);
        }
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException malformed) {
            throw new CertificateException("its PEM is no base64", malformed);
        }
    }
}
