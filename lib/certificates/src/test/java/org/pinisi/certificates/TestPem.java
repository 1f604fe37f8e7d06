package org.pinisi.certificates;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.pinisi.http.Certified;

/// Certificates and keys as PEM files of tests.
final class TestPem {
    private static final Base64.Encoder MIME = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private TestPem() {}

    static String chain(Certified certified) {
        StringBuilder text = new StringBuilder();
        certified.chain().forEach(certificate -> text.append(certificate(certificate)));
        return text.toString();
    }

    static String certificate(X509Certificate certificate) {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    static String key(Certified certified) {
        return block("PRIVATE KEY", certified.key().getEncoded());
    }

    static void write(Path chain, Path key, Certified certified) throws IOException {
        Files.writeString(chain, chain(certified));
        Files.writeString(key, key(certified));
    }

    private static String block(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n" + MIME.encodeToString(bytes) + "\n-----END " + kind + "-----\n";
    }
}
