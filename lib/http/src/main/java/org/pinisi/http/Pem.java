package org.pinisi.http;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads certificates and private keys from PEM (RFC 7468). The older forms of keys are put into the frame of
/// PKCS#8 (RFC 5208), which the JDK reads.
final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    /// The object identifier rsaEncryption with its NULL parameter, as DER.
    private static final byte[] RSA = {
        0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
    };
    /// The object identifier ecPublicKey, as DER.
    private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};
    private static final byte[] VERSION = {0x02, 0x01, 0x00};

    private Pem() {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Block(String label, byte[] bytes) {}

    static List<X509Certificate> certificates(String pem) {
        List<X509Certificate> chain = new ArrayList<>();
        for (Block block : blocks(pem)) {
            if (block.label.equals("CERTIFICATE")) {
                chain.add(certificate(block.bytes));
            }
        }
        if (chain.isEmpty()) {
            throw new HttpException(500, "no certificate (expected: PEM with -----BEGIN CERTIFICATE-----)");
        }
        return chain;
    }

    private static X509Certificate certificate(byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new HttpException(500, "a malformed certificate: " + e.getMessage(), e);
        }
    }

    static PrivateKey key(String pem) {
        for (Block block : blocks(pem)) {
            switch (block.label) {
                case "PRIVATE KEY" -> {
                    return pkcs8(block.bytes);
                }
                case "RSA PRIVATE KEY" -> {
                    return pkcs8(framed(RSA, block.bytes));
                }
                case "EC PRIVATE KEY" -> {
                    return pkcs8(framed(concat(EC, curve(block.bytes)), block.bytes));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new HttpException(500, "the private key has a passphrase; give it without one");
                default -> {
                    // such as EC PARAMETERS, or the certificate in the same file
                }
            }
        }
        throw new HttpException(500, "no private key (expected: PEM with -----BEGIN PRIVATE KEY-----)");
    }

    private static PrivateKey pkcs8(byte[] der) {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
        for (String algorithm : List.of("EC", "RSA")) {
            PrivateKey key = tried(algorithm, spec);
            if (key != null) {
                return key;
            }
        }
        throw new HttpException(500, "a malformed private key, or one of another kind than RSA and EC");
    }

    private static @Nullable PrivateKey tried(String algorithm, PKCS8EncodedKeySpec spec) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(spec);
        } catch (InvalidKeySpecException _) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new HttpException(500, "this Java has no " + algorithm + " keys", e);
        }
    }

    /// A PKCS#8 frame: version, algorithm, and the key as an octet string.
    private static byte[] framed(byte[] algorithm, byte[] key) {
        return der(0x30, concat(VERSION, concat(der(0x30, algorithm), der(0x04, key))));
    }

    /// The curve's object identifier, as DER, out of an ECPrivateKey (RFC 5915): a sequence of version, key
    /// and the tagged curve.
    private static byte[] curve(byte[] key) {
        int at = content(key, 0);
        for (int i = 0; i < 2; i++) {
            at = content(key, at) + length(key, at);
        }
        if (at >= key.length || (key[at] & 0xff) != 0xa0) {
            throw new HttpException(500, "an EC private key that does not name its curve; convert it to PKCS#8");
        }
        int start = content(key, at);
        int length = length(key, at);
        byte[] result = new byte[Math.clamp(key.length - start, 0, length)];
        System.arraycopy(key, start, result, 0, result.length);
        return result;
    }

    /// Where the content of the DER value at `at` begins.
    private static int content(byte[] der, int at) {
        if (at + 1 >= der.length) {
            throw new HttpException(500, "an EC private key is cut short");
        }
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int length(byte[] der, int at) {
        int start = content(der, at);
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = at + 2; i < start && i < der.length; i++) {
            length = (length << 8) | (der[i] & 0xff);
        }
        if (length < 0 || length > der.length) {
            throw new HttpException(500, "an EC private key is cut short");
        }
        return length;
    }

    private static byte[] der(int tag, byte[] content) {
        int length = content.length;
        byte[] head = length < 0x80
                ? new byte[] {(byte) tag, (byte) length}
                : length < 0x100
                        ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                        : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        return concat(head, content);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] result = new byte[first.length + second.length];
        System.arraycopy(first, 0, result, 0, first.length);
        System.arraycopy(second, 0, result, first.length, second.length);
        return result;
    }

    private static List<Block> blocks(String pem) {
        List<Block> blocks = new ArrayList<>();
        int begin = pem.indexOf(BEGIN);
        while (begin >= 0) {
            int labelEnd = pem.indexOf(DASHES, begin + BEGIN.length());
            String label = labelEnd < 0 ? "" : pem.substring(begin + BEGIN.length(), labelEnd);
            int end = pem.indexOf(END + label + DASHES, begin);
            if (labelEnd < 0 || end < 0) {
                throw new HttpException(500, "PEM that begins with " + label + " and does not end");
            }
            blocks.add(new Block(label, decoded(label, pem.substring(labelEnd + DASHES.length(), end))));
            begin = pem.indexOf(BEGIN, end);
        }
        return blocks;
    }

    private static byte[] decoded(String label, String text) {
        if (text.contains(":")) {
            throw new HttpException(500, "the " + label + " has a passphrase; give it without one");
        }
        try {
            return Base64.getMimeDecoder().decode(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new HttpException(500, "the " + label + " is no base64", e);
        }
    }
}
