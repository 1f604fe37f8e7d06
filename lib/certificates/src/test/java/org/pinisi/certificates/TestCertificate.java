package org.pinisi.certificates;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.pinisi.http.Certified;

/// Certificates for tests, as an authority called `Let's Encrypt (E7)` would give them.
final class TestCertificate {
    static final String AUTHORITY = "CN=E7, O=Let's Encrypt, C=US";

    private TestCertificate() {}

    static KeyPair ec() {
        return pair("EC");
    }

    static KeyPair rsa() {
        return pair("RSA");
    }

    private static KeyPair pair(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }

    static Certified of(Instant from, Instant until, String... names) {
        return of(ec(), from, until, names);
    }

    static Certified of(KeyPair key, Instant from, Instant until, String... names) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Principal(AUTHORITY),
                    BigInteger.valueOf(from.toEpochMilli()),
                    Date.from(from),
                    Date.from(until),
                    new X500Principal(""),
                    key.getPublic());
            GeneralName[] subjects = Arrays.stream(names)
                    .map(name -> new GeneralName(
                            BookName.isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                    .toArray(GeneralName[]::new);
            builder.addExtension(Extension.subjectAlternativeName, true, new GeneralNames(subjects));
            String algorithm = key.getPrivate().getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
            return new Certified(
                    List.of(new JcaX509CertificateConverter()
                            .getCertificate(
                                    builder.build(new JcaContentSignerBuilder(algorithm).build(key.getPrivate())))),
                    key.getPrivate());
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
