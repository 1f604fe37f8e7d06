package org.pinisi.certificates;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.stream.Collectors;

/// The kinds of key that a certificate can have. P-256 is the default: public authorities and every client
/// of this decade take it, and a handshake costs the server a tenth of what RSA does.
public enum KeyType {
    P256("p256", new ECGenParameterSpec("secp256r1"), 256),
    P384("p384", new ECGenParameterSpec("secp384r1"), 384),
    RSA2048("rsa2048", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4), 2048),
    RSA3072("rsa3072", new RSAKeyGenParameterSpec(3072, RSAKeyGenParameterSpec.F4), 3072),
    RSA4096("rsa4096", new RSAKeyGenParameterSpec(4096, RSAKeyGenParameterSpec.F4), 4096);

    private final String text;

    @SuppressWarnings("ImmutableEnumChecker") // the JDK's parameter classes have no setters
    private final AlgorithmParameterSpec parameters;

    private final int bits;

    KeyType(String text, AlgorithmParameterSpec parameters, int bits) {
        this.text = text;
        this.parameters = parameters;
        this.bits = bits;
    }

    /// The name in configuration: `p256`, `p384`, `rsa2048`, `rsa3072`, `rsa4096`.
    public String text() {
        return text;
    }

    /// @throws CertificateException that names the known ones
    public static KeyType parse(String text) {
        for (KeyType type : values()) {
            if (type.text.equals(text)) {
                return type;
            }
        }
        throw new CertificateException("key type \"" + text + "\" (expected: "
                + Arrays.stream(values()).map(KeyType::text).collect(Collectors.joining(", ")) + ")");
    }

    /// A fresh pair of this kind.
    public KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(isRsa() ? "RSA" : "EC");
            generator.initialize(parameters);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new CertificateException("a key of type " + text + " cannot be made: " + e.getMessage(), e);
        }
    }

    boolean isRsa() {
        return parameters instanceof RSAKeyGenParameterSpec;
    }

    /// Whether that key is of this kind.
    boolean matches(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> isRsa() && rsa.getModulus().bitLength() == bits;
            case ECPublicKey curve -> !isRsa() && curve.getParams().getOrder().bitLength() == bits;
            default -> false;
        };
    }

    String signatureAlgorithm() {
        return this == P384 ? "SHA384withECDSA" : isRsa() ? "SHA256withRSA" : "SHA256withECDSA";
    }
}
