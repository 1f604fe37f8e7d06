package org.pinisi.certificates;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Private keys as the book has them: PKCS#8 (RFC 5208), sealed. What is in clear in between is wiped.
final class SealedKeys {
    private SealedKeys() {}

    static String ofName(String name) {
        return "name " + name;
    }

    static String ofAccount(String directory) {
        return "account " + directory;
    }

    static String ofAuthority(String name) {
        return "authority " + name;
    }

    /// @throws CertificateException when the key cannot be written, as those of a security token
    static byte[] seal(KeySeal keySeal, SealRecord seal, String purpose, PrivateKey key) {
        byte[] plain = key.getEncoded();
        if (plain == null || !"PKCS#8".equals(key.getFormat())) {
            throw new CertificateException(
                    "the private key cannot be taken out of where it is, so the book cannot keep it");
        }
        try {
            return keySeal.seal(seal, purpose, plain);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /// Opens the key that belongs to a public one.
    ///
    /// @throws CertificateException that says why not
    static PrivateKey open(KeySeal keySeal, List<SealRecord> seals, String purpose, byte[] sealed, PublicKey open) {
        byte[] plain = keySeal.open(seals, purpose, sealed);
        try {
            PrivateKey key =
                    KeyFactory.getInstance(open.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(plain));
            if (!CertificateWords.belong(open, key)) {
                throw new CertificateException("the sealed key does not belong to the certificate beside it");
            }
            return key;
        } catch (GeneralSecurityException malformed) {
            throw new CertificateException("the sealed key is of another kind than the certificate beside it");
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /// @throws CertificateException when it is no public key for RSA or elliptic curves
    static PublicKey publicKey(byte[] encoded) {
        return tried("EC", encoded)
                .or(() -> tried("RSA", encoded))
                .orElseThrow(() ->
                        new CertificateException("the public key is malformed, or of another kind than RSA and EC"));
    }

    private static Optional<PublicKey> tried(String algorithm, byte[] encoded) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException other) {
            return Optional.empty();
        }
    }
}
