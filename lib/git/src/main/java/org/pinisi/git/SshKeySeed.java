package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/// An SSH key as a short text, from which the key can be made again at any time: `rsa:SEED` or `ed25519:BASE64`,
/// as awa_gen_key 0.1.2 prints them and MirageOS programs take them with `--ssh-key`. Immutable. As secret as the
/// private key itself: only [#text] gives it away.
public final class SshKeySeed {
    /// The size that awa_gen_key gives an RSA key since version 0.0.5. Until 0.0.4 it was 2048.
    public static final int DEFAULT_RSA_BITS = 4096;

    private static final int LEAST_RSA_BITS = 2048;
    private static final int MOST_RSA_BITS = 8192;
    private static final int RSA_STEP = 16;
    private static final int MOST_CHARACTERS = 4096;
    private static final int ED25519_BYTES = 32;
    private static final int RANDOM_BYTES = 30;

    private final Type type;
    private final String secret;
    private final int rsaBits;

    /// What kind of key.
    public enum Type {
        RSA,
        ED25519
    }

    private SshKeySeed(Type type, String secret, int rsaBits) {
        this.type = type;
        this.secret = secret;
        this.rsaBits = rsaBits;
    }

    /// As [#parse(String, int)], with [#DEFAULT_RSA_BITS].
    public static SshKeySeed parse(String text) {
        return parse(text, DEFAULT_RSA_BITS);
    }

    /// Reads `rsa:SEED` or `ed25519:BASE64`; the type may be in any case.
    ///
    /// @param rsaBits the size of an RSA key, which the text does not tell: 2048 to 8192, a multiple of 16
    /// @throws GitException when `text` is neither; the message shows nothing of what may be secret
    public static SshKeySeed parse(String text, int rsaBits) {
        String[] parts = text.split(":", -1);
        if (parts.length != 2) {
            throw new GitException("a key is TYPE:VALUE, as rsa:SEED or ed25519:BASE64; expected one colon, found "
                    + (parts.length - 1));
        }
        return switch (parts[0].toLowerCase(Locale.ROOT)) {
            case "rsa" -> rsa(parts[1], rsaBits);
            case "ed25519" -> ed25519(decoded(parts[1]));
            default ->
                throw new GitException(
                        "a key is TYPE:VALUE, as rsa:SEED or ed25519:BASE64; its type is neither rsa" + " nor ed25519");
        };
    }

    /// The RSA key whose seed is `seed`: its characters, not what they may encode. Any text without a colon will do.
    ///
    /// @param bits 2048 to 8192, a multiple of 16
    /// @throws GitException when the seed is empty, longer than 4096 characters, or has a colon or control
    ///     characters, and when there is no such size
    public static SshKeySeed rsa(String seed, int bits) {
        if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS || bits % RSA_STEP != 0) {
            throw new GitException("an RSA key cannot have %d bits; expected %d to %d, a multiple of %d"
                    .formatted(bits, LEAST_RSA_BITS, MOST_RSA_BITS, RSA_STEP));
        }
        if (seed.indexOf(':') >= 0) {
            throw new GitException("a seed cannot have a colon, which ends the type in rsa:SEED");
        }
        checkSeed(seed);
        return new SshKeySeed(Type.RSA, seed, bits);
    }

    /// The Ed25519 key that is given by itself.
    ///
    /// @param privateKey 32 bytes (RFC 8032, section 5.1.5)
    public static SshKeySeed ed25519(byte[] privateKey) {
        if (privateKey.length != ED25519_BYTES) {
            throw new GitException("an ed25519 key is the base64 of %d bytes; found %d bytes"
                    .formatted(ED25519_BYTES, privateKey.length));
        }
        return new SshKeySeed(Type.ED25519, Base64.getEncoder().encodeToString(privateKey), DEFAULT_RSA_BITS);
    }

    /// The Ed25519 key that `awa_gen_key --keytype ed25519 --seed SEED` makes: the generator's first 32 bytes.
    public static SshKeySeed ed25519FromSeed(String seed) {
        checkSeed(seed);
        return ed25519(Fortuna.seeded(seed.getBytes(UTF_8)).draw(ED25519_BYTES));
    }

    /// A fresh seed, as awa_gen_key makes them: the base64 of 30 random bytes, 40 characters.
    public static String randomSeed(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    public Type type() {
        return type;
    }

    /// `rsa:SEED` or `ed25519:BASE64`: the secret.
    public String text() {
        return type.name().toLowerCase(Locale.ROOT) + ":" + secret;
    }

    /// Makes the key, the same each time. An RSA key takes a good part of a second of two processors, and more with
    /// its size.
    ///
    /// @throws InterruptedException when the thread is interrupted meanwhile
    public SshKey key() throws InterruptedException {
        return switch (type) {
            case RSA -> new SshKey(SeededRsa.generate(secret, rsaBits));
            case ED25519 -> new SshKey(ed25519Pair(decoded(secret)));
        };
    }

    /// The type alone; never the secret.
    @Override
    public String toString() {
        return type.name().toLowerCase(Locale.ROOT) + ":…";
    }

    private static KeyPair ed25519Pair(byte[] bytes) {
        try {
            PrivateKey key = SecurityUtils.generateEDDSAPrivateKey(KeyPairProvider.SSH_ED25519, bytes);
            return new KeyPair(SecurityUtils.recoverEDDSAPublicKey(key), key);
        } catch (GeneralSecurityException | java.io.IOException absent) {
            throw new IllegalStateException("Ed25519 is missing from this installation", absent);
        }
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            // Its message would show a character of the secret.
            throw new GitException("an ed25519 key is the base64 of " + ED25519_BYTES + " bytes; this is no base64");
        }
    }

    private static void checkSeed(String seed) {
        boolean fits = !seed.isEmpty() && seed.length() <= MOST_CHARACTERS;
        if (!fits || seed.chars().anyMatch(Character::isISOControl)) {
            throw new GitException("a seed has 1 to %d characters, none of them a control character; this one has %d"
                    .formatted(MOST_CHARACTERS, seed.length()));
        }
    }
}
