package org.pinisi.certificates;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.pinisi.http.Certified;

/// Makes the certificates that we sign ourselves. Stateless; thread-safe.
final class CertificateMaker {
    private static final ASN1ObjectIdentifier ACME_IDENTIFIER = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.31");
    private static final int SERIAL_BITS = 128;
    // Clocks of clients differ from ours.
    private static final Duration BEFORE = Duration.ofHours(1);
    private static final Duration CHALLENGE_LIFE = Duration.ofDays(1);

    private final SecureRandom random = new SecureRandom();

    /// The certificate that proves a name in a handshake (RFC 8737, 3).
    Certified challenge(SubjectName name, String keyAuthorization, Instant now) {
        KeyPair key = KeyType.P256.generate();
        X500Principal self = new X500Principal("CN=acme challenge");
        JcaX509v3CertificateBuilder builder = builder(self, self, key, now, now.plus(CHALLENGE_LIFE));
        return signed(KeyType.P256, builder, key, key, List.of(), extended -> {
            extended.addExtension(Extension.subjectAlternativeName, false, names(List.of(name)));
            extended.addExtension(ACME_IDENTIFIER, true, new DEROctetString(sha256(keyAuthorization)));
        });
    }

    /// A root that may only sign for what ends in these suffixes (and for private addresses, if wanted).
    Certified root(String commonName, KeyType type, List<GeneralSubtree> permitted, Instant now, Duration life) {
        KeyPair key = type.generate();
        // The name differs for each root, so that a client that holds an older one does not mistake them.
        String fingerprint = HexFormat.of()
                .formatHex(sha256Bytes(key.getPublic().getEncoded()))
                .substring(0, 8);
        X500Principal self =
                new X500Principal("CN=" + commonName.replaceAll("[,+=\"\\\\<>;#]", " ") + " " + fingerprint);
        JcaX509v3CertificateBuilder builder = builder(self, self, key, now, now.plus(life));
        return signed(type, builder, key, key, List.of(), extended -> {
            extended.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            extended.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            extended.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers().createSubjectKeyIdentifier(key.getPublic()));
            if (!permitted.isEmpty()) {
                extended.addExtension(
                        Extension.nameConstraints,
                        true,
                        new NameConstraints(permitted.toArray(GeneralSubtree[]::new), null));
            }
        });
    }

    /// A server's certificate, signed by that root.
    Certified leaf(
            Certified root, KeyType rootType, Collection<SubjectName> names, KeyPair key, Instant now, Instant end) {
        X509Certificate authority = root.chain().getFirst();
        JcaX509v3CertificateBuilder builder =
                builder(authority.getSubjectX500Principal(), new X500Principal(""), key, now, end);
        KeyPair signer = new KeyPair(authority.getPublicKey(), root.key());
        return signed(rootType, builder, key, signer, List.of(authority), extended -> {
            extended.addExtension(Extension.subjectAlternativeName, true, names(names));
            extended.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            extended.addExtension(
                    Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
            extended.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            extended.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers().createAuthorityKeyIdentifier(authority.getPublicKey()));
        });
    }

    private JcaX509v3CertificateBuilder builder(
            X500Principal issuer, X500Principal subject, KeyPair key, Instant now, Instant end) {
        BigInteger serial = new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
        return new JcaX509v3CertificateBuilder(
                issuer, serial, Date.from(now.minus(BEFORE)), Date.from(end), subject, key.getPublic());
    }

    private static GeneralNames names(Collection<SubjectName> names) {
        return new GeneralNames(names.stream()
                .map(name ->
                        new GeneralName(name.isAddress() ? GeneralName.iPAddress : GeneralName.dNSName, name.text()))
                .toArray(GeneralName[]::new));
    }

    @FunctionalInterface
    private interface Extensions {
        void add(JcaX509v3CertificateBuilder builder) throws CertIOException, GeneralSecurityException;
    }

    private static Certified signed(
            KeyType signerType,
            JcaX509v3CertificateBuilder builder,
            KeyPair key,
            KeyPair signer,
            List<X509Certificate> above,
            Extensions extensions) {
        try {
            extensions.add(builder);
            var signature = new JcaContentSignerBuilder(signerType.signatureAlgorithm()).build(signer.getPrivate());
            X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(builder.build(signature));
            List<X509Certificate> chain = new java.util.ArrayList<>(List.of(certificate));
            chain.addAll(above);
            return new Certified(chain, key.getPrivate());
        } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
            throw new CertificateException("a certificate cannot be signed: " + e.getMessage(), e);
        }
    }

    private static JcaX509ExtensionUtils identifiers() throws GeneralSecurityException {
        return new JcaX509ExtensionUtils();
    }

    static byte[] sha256(String text) {
        return sha256Bytes(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    static byte[] sha256Bytes(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("this Java has no SHA-256", e);
        }
    }
}
