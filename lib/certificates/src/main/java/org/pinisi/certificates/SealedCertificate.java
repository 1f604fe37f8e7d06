package org.pinisi.certificates;

import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import org.pinisi.http.Certified;

/// A certificate that is ready to be written into the book, its key sealed.
///
/// @param words what the history says of it
record SealedCertificate(
        String name, SealRecord seal, CertificateFile file, EntryFile.Description description, String words) {
    /// @param again whether the name has a certificate already
    /// @param seal what to seal with; asked for when all else is in order
    /// @throws CertificateException when it is not for the name, or its key does not belong to it
    static SealedCertificate of(
            String name,
            Certified certified,
            Provenance provenance,
            boolean again,
            KeySeal keySeal,
            Supplier<SealRecord> seal) {
        X509Certificate own = certified.chain().getFirst();
        if (!CertificateWords.covers(own, name)) {
            throw new CertificateException(
                    "the certificate is not for " + name + " but for " + CertificateWords.names(own));
        }
        if (!CertificateWords.belong(own.getPublicKey(), certified.key())) {
            throw new CertificateException("the private key does not belong to the certificate for " + name);
        }
        SealRecord with = seal.get();
        return new SealedCertificate(
                name,
                with,
                new CertificateFile(
                        certified.chain(), SealedKeys.seal(keySeal, with, SealedKeys.ofName(name), certified.key())),
                new EntryFile.Description(
                        CertificateWords.fingerprint(own), own.getNotAfter().toInstant(), provenance),
                "%s by %s, valid until %s"
                        .formatted(
                                done(provenance, again),
                                CertificateWords.authority(own),
                                CertificateWords.lastDay(own)));
    }

    private static String done(Provenance provenance, boolean again) {
        return switch (provenance.source()) {
            case GIVEN -> "given, signed";
            case ACME, LOCAL -> again ? "renewed" : "issued";
        };
    }

    /// Its certificate and seal; the entry that describes it is its caller's.
    void write(BookStorage.Draft draft) {
        BookRecords.noteSeal(draft, seal);
        draft.write(BookLayout.certificate(name), file.write(name + " " + words));
    }
}
