package org.pinisi.site;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.pinisi.http.Fields;

/// What a forge and the site both know, so that calls of the hook can be told from anybody's. Checked in constant time.
///
/// - GitHub, Gitea, Forgejo: `X-Hub-Signature-256: sha256=` and the HMAC-SHA-256 of the body in hexadecimal digits;
///   Gitea and Forgejo also the bare digits in a field of their own.
/// - GitLab: the secret itself in `X-Gitlab-Token`.
public final class HookSecret {
    private static final int SHORTEST = 8;
    private static final int LONGEST = 1024;
    private static final String PREFIX = "sha256=";

    private final byte[] secret;

    private HookSecret(byte[] secret) {
        this.secret = secret;
    }

    /// @param text as in a file: blanks and line ends around it do not count
    /// @throws SiteException when it is too short to be one, or too long; the message does not hold it
    public static HookSecret of(String text) {
        byte[] bytes = text.strip().getBytes(StandardCharsets.UTF_8);
        if (bytes.length < SHORTEST || bytes.length > LONGEST) {
            throw new SiteException(
                    "the secret of the hook has %d bytes (expected: %d to %d); make one with `openssl rand -hex 20`"
                            .formatted(bytes.length, SHORTEST, LONGEST));
        }
        return new HookSecret(bytes);
    }

    /// Whether the fields prove that whoever sent this body knows the secret.
    boolean allows(Fields fields, byte[] body) {
        Optional<String> signature = fields.first("X-Hub-Signature-256")
                .map(value -> value.startsWith(PREFIX) ? value.substring(PREFIX.length()) : "")
                .or(() -> fields.first("X-Gitea-Signature"))
                .or(() -> fields.first("X-Forgejo-Signature"));
        if (signature.isPresent()) {
            return isDigest(signature.get(), body);
        }
        return fields.first("X-Gitlab-Token")
                .filter(token -> MessageDigest.isEqual(secret, token.getBytes(StandardCharsets.ISO_8859_1)))
                .isPresent();
    }

    private boolean isDigest(String hex, byte[] body) {
        byte[] found;
        try {
            found = HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException malformed) {
            return false;
        }
        return MessageDigest.isEqual(digest(body), found);
    }

    private byte[] digest(byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(body);
        } catch (GeneralSecurityException missing) {
            throw new SiteException("this Java has no HMAC-SHA-256: " + missing.getMessage(), missing);
        }
    }

    /// Says nothing of it.
    @Override
    public String toString() {
        return "HookSecret";
    }
}
