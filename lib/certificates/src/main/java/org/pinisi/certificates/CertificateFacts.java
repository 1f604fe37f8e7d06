package org.pinisi.certificates;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/// What a certificate says, for people and programs.
///
/// @param issuer who signed it: `Let's Encrypt (E7)`
/// @param names all that it holds for, as its subject alternative names say
/// @param serial in hexadecimal
/// @param fingerprint SHA-256 of the whole, in hexadecimal
/// @param notBefore from when on it holds
/// @param notAfter until when it holds
public record CertificateFacts(
        String issuer, List<String> names, String serial, String fingerprint, Instant notBefore, Instant notAfter) {
    public CertificateFacts {
        names = List.copyOf(names);
    }

    public static CertificateFacts of(X509Certificate certificate) {
        return new CertificateFacts(
                CertificateWords.authority(certificate),
                CertificateWords.names(certificate),
                certificate.getSerialNumber().toString(16).toLowerCase(Locale.ROOT),
                CertificateWords.fingerprint(certificate),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    /// Whether it holds for this name, also by a wildcard.
    ///
    /// @param name in the spelling of [CertificateBook#name]
    public boolean covers(String name) {
        return CertificateWords.covers(names, name);
    }

    /// The day on which it ends, in UTC.
    public LocalDate lastDay() {
        return CertificateWords.day(notAfter);
    }
}
