package org.pinisi.certificates;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The names a certificate holds for.
final class SubjectNames {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private SubjectNames() {}

    /// Its subject alternative names (RFC 5280, 4.2.1.6), without those that we could not serve.
    static Set<SubjectName> of(X509Certificate certificate) {
        Set<SubjectName> names = new LinkedHashSet<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives == null) {
                return names;
            }
            for (List<?> alternative : alternatives) {
                boolean ours = alternative.get(0) instanceof Integer kind && (kind == DNS_NAME || kind == IP_ADDRESS);
                if (ours && alternative.get(1) instanceof String text) {
                    add(text, names);
                }
            }
            return names;
        } catch (CertificateParsingException e) {
            throw new CertificateException(
                    "the names of certificate " + certificate.getSerialNumber().toString(16) + " cannot be read: "
                            + e.getMessage(),
                    e);
        }
    }

    private static void add(String text, Set<SubjectName> into) {
        try {
            into.add(SubjectName.parse(text));
        } catch (CertificateException _) {
            // Nobody can ask for what is no host name.
        }
    }
}
