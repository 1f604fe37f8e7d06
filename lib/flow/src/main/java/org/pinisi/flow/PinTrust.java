package org.pinisi.flow;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Trusts one certificate or key by its SHA-256, or everyone.
final class PinTrust extends X509ExtendedTrustManager {
    private static final int LENGTH = 32;
    private static final String PREFIX = "sha256:";

    private final byte @Nullable [] pin;

    /// Null trusts everyone.
    PinTrust(byte @Nullable [] pin) {
        this.pin = pin;
    }

    static byte[] parse(String text) {
        try {
            byte[] pin = text.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
                    ? Base64.getDecoder().decode(padded(text.substring(PREFIX.length())))
                    : HexFormat.of().parseHex(text.replace(":", ""));
            if (pin.length == LENGTH) {
                return pin;
            }
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(expected(text), malformed);
        }
        throw new IllegalArgumentException(expected(text));
    }

    private static String padded(String base64) {
        return base64 + "=".repeat(Math.floorMod(-base64.length(), 4));
    }

    private static String expected(String text) {
        return "fingerprint: \"" + text + "\" (expected: a SHA-256 as 64 hexadecimal digits, or sha256: and base64)";
    }

    static byte[] sha256OfCertificate(X509Certificate certificate) {
        try {
            return sha256(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new FlowException("the certificate cannot be encoded: " + e.getMessage(), e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new FlowException("this Java has no SHA-256", e);
        }
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (pin == null) {
            return;
        }
        byte[] certificate = sha256OfCertificate(chain[0]);
        byte[] key = sha256(chain[0].getPublicKey().getEncoded());
        if (!MessageDigest.isEqual(certificate, pin) && !MessageDigest.isEqual(key, pin)) {
            throw new CertificateException("the server's certificate has the SHA-256 "
                    + HexFormat.of().formatHex(certificate) + " and its key "
                    + HexFormat.of().formatHex(key) + ", expected "
                    + HexFormat.of().formatHex(pin));
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw new CertificateException("this is for clients only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw new CertificateException("this is for clients only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("this is for clients only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
