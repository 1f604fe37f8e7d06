package org.pinisi.certificates;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/// What certificates say, in words and answers.
final class CertificateWords {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private CertificateWords() {}

    /// Who signed it, for people: `Let's Encrypt (E7)`.
    static String authority(X509Certificate certificate) {
        String issuer = certificate.getIssuerX500Principal().getName();
        Optional<String> organisation = part(issuer, "O");
        Optional<String> name = part(issuer, "CN");
        String words = organisation.isPresent() && name.isPresent() && !organisation.equals(name)
                ? organisation.get() + " (" + name.get() + ")"
                : organisation.or(() -> name).orElse(issuer);
        return BookText.line(words, BookText.SHORT);
    }

    private static Optional<String> part(String distinguishedName, String type) {
        try {
            return new LdapName(distinguishedName)
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equalsIgnoreCase(type))
                            .map(Rdn::getValue)
                            .filter(String.class::isInstance)
                            .map(String.class::cast)
                            .findFirst();
        } catch (InvalidNameException malformed) {
            return Optional.empty();
        }
    }

    /// The day on which it ends, in UTC.
    static LocalDate lastDay(X509Certificate certificate) {
        return day(certificate.getNotAfter().toInstant());
    }

    static LocalDate day(Instant at) {
        return at.atZone(ZoneOffset.UTC).toLocalDate();
    }

    /// The names it is for, as its subject alternative names say (RFC 6125 leaves the common name aside).
    static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            return all == null
                    ? List.of()
                    : all.stream()
                            .filter(pair ->
                                    pair.get(0).equals(DNS_NAME) || pair.get(0).equals(IP_ADDRESS))
                            .map(pair -> pair.get(1).toString())
                            .flatMap(name -> spelled(name).stream())
                            .toList();
        } catch (GeneralSecurityException malformed) {
            return List.of();
        }
    }

    private static Optional<String> spelled(String name) {
        try {
            return Optional.of(BookName.of(name));
        } catch (CertificateException notAName) {
            return Optional.empty();
        }
    }

    /// Whether it is for this name, also by a wildcard.
    static boolean covers(X509Certificate certificate, String name) {
        return covers(names(certificate), name);
    }

    /// Whether these names of a certificate cover a name.
    static boolean covers(List<String> names, String name) {
        int dot = name.indexOf('.');
        boolean byWildcard = dot > 0
                && !name.startsWith("*")
                && !BookName.isAddress(name)
                && names.contains("*" + name.substring(dot));
        return names.contains(name) || byWildcard;
    }

    /// SHA-256 of the certificate, in hexadecimal digits.
    static String fingerprint(X509Certificate certificate) {
        try {
            return digest(certificate.getEncoded());
        } catch (CertificateEncodingException unencodable) {
            throw new CertificateException("cannot write the certificate: " + unencodable.getMessage(), unencodable);
        }
    }

    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java has no SHA-256", absent);
        }
    }

    /// Whether what the one key signs the other one verifies.
    static boolean belong(PublicKey open, PrivateKey secret) {
        String algorithm = switch (secret.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "";
        };
        if (algorithm.isEmpty()) {
            return false;
        }
        byte[] challenge = new byte[32];
        new SecureRandom().nextBytes(challenge);
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(secret);
            signature.update(challenge);
            byte[] proof = signature.sign();
            signature.initVerify(open);
            signature.update(challenge);
            return signature.verify(proof);
        } catch (GeneralSecurityException differ) {
            return false;
        }
    }

    static boolean belong(KeyPair pair) {
        return belong(pair.getPublic(), pair.getPrivate());
    }
}
