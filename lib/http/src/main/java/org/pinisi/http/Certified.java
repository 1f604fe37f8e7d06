package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A certificate that we can prove to be ours: the chain, our own certificate first, and its private key.
/// Immutable.
public record Certified(List<X509Certificate> chain, PrivateKey key) {
    /// @throws HttpException 500 if the chain is empty
    public Certified {
        chain = List.copyOf(chain);
        requireNonNull(key, "key");
        if (chain.isEmpty()) {
            throw new HttpException(500, "a certificate chain is empty (expected: at least our own certificate)");
        }
    }

    /// Reads both from PEM files; see [#parse(String, String)].
    ///
    /// @throws HttpException 500 if a file cannot be read or does not hold what it should
    public static Certified fromPem(Path chain, Path key) {
        return parse(read(chain), read(key));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new HttpException(500, "cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /// Reads both from PEM (RFC 7468): the chain as one or more `CERTIFICATE`, the key as `PRIVATE KEY`
    /// (PKCS#8), `RSA PRIVATE KEY` (PKCS#1) or `EC PRIVATE KEY` (SEC 1), without passphrase.
    ///
    /// @throws HttpException 500 if something is missing or malformed, or the key does not belong to
    ///     the first certificate
    public static Certified parse(String chainPem, String keyPem) {
        Certified result = new Certified(Pem.certificates(chainPem), Pem.key(keyPem));
        result.check();
        return result;
    }

    private void check() {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "RSASSA-PSS" -> throw new HttpException(500, "a key for RSASSA-PSS alone (expected: RSA or EC)");
            default -> throw new HttpException(500, "a key of kind " + key.getAlgorithm() + " (expected: RSA or EC)");
        };
        byte[] challenge = new byte[32];
        new SecureRandom().nextBytes(challenge);
        boolean ours;
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(challenge);
            byte[] proof = signature.sign();
            signature.initVerify(chain.getFirst().getPublicKey());
            signature.update(challenge);
            ours = signature.verify(proof);
        } catch (GeneralSecurityException e) {
            throw mismatch(e);
        }
        if (!ours) {
            throw mismatch(null);
        }
    }

    private HttpException mismatch(@Nullable GeneralSecurityException cause) {
        String message = "the private key does not belong to the certificate of "
                + chain.getFirst().getSubjectX500Principal() + "; the chain must begin with our own certificate";
        return cause == null ? new HttpException(500, message) : new HttpException(500, message, cause);
    }

    /// Without the key.
    @Override
    public String toString() {
        return "Certified[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
}
