package org.pinisi.git;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/// Public keys in the form in which SSH sends them (RFC 4253, section 6.6): their type, then the rest.
final class SshKeys {
    private static final int LONGEST_TYPE = 64;

    /// What we sign and let others sign with: SHA-1 signatures (the type "ssh-rsa" of RFC 4253) and
    /// certificates are not among them.
    static final List<NamedFactory<Signature>> SIGNATURES = List.of(
            BuiltinSignatures.ed25519,
            BuiltinSignatures.nistp256,
            BuiltinSignatures.nistp384,
            BuiltinSignatures.nistp521,
            BuiltinSignatures.rsaSHA512,
            BuiltinSignatures.rsaSHA256);

    private SshKeys() {}

    static byte[] blob(PublicKey key) {
        ByteArrayBuffer buffer = new ByteArrayBuffer();
        buffer.putRawPublicKey(key);
        return buffer.getCompactData();
    }

    /// As `ssh-keygen -l` shows it.
    static String fingerprint(byte[] blob) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(blob);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }

    /// `ssh-ed25519`, `ssh-rsa`, …; the empty string for what is no key.
    static String type(byte[] blob) {
        ByteBuffer buffer = ByteBuffer.wrap(blob);
        int length = blob.length < Integer.BYTES ? -1 : buffer.getInt();
        return length < 0 || length > Math.min(LONGEST_TYPE, buffer.remaining())
                ? ""
                : new String(blob, Integer.BYTES, length, US_ASCII);
    }

    /// For messages: type and fingerprint.
    static String describe(byte[] blob) {
        return type(blob) + " " + fingerprint(blob);
    }

    /// The type of the keys that a signature is made with.
    static String keyType(String signature) {
        return signature.startsWith("rsa-sha2-") ? "ssh-rsa" : signature;
    }
}
