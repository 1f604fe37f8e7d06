package org.pinisi.edge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// The hashes of passwords that rules may name. What trying one may cost is bounded, since every stranger
/// can ask for it: 256 MiB and 16 rounds.
final class PasswordHash {
    private static final int MOST_KIB = 256 * 1024;
    private static final int MOST_ROUNDS = 16;
    private static final int LONGEST_BCRYPT = 72;
    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-6])\\$[./A-Za-z0-9]{53}");
    private static final Pattern ARGON2ID = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=([0-9]{1,6}),t=([0-9]{1,2}),p=([0-9]{1,2})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
    private static final Pattern SCRYPT = Pattern.compile(
            "\\$scrypt\\$ln=([0-9]{1,2}),r=([0-9]{1,2}),p=([0-9]{1,2})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    private PasswordHash() {}

    static void check(String field, String hash) {
        if (!BCRYPT.matcher(hash).matches() && !isArgon2id(hash) && !isScrypt(hash)) {
            throw EdgeException.at(
                    field,
                    "no password hash, or one that is too expensive to try (expected: one that begins with $2y$,"
                            + " $argon2id$ or $scrypt$, such as \"htpasswd -nB NAME\" prints behind the colon)");
        }
    }

    private static boolean isArgon2id(String hash) {
        Matcher parts = ARGON2ID.matcher(hash);
        return parts.matches()
                && between(parts.group(1), 8, MOST_KIB)
                && between(parts.group(2), 1, MOST_ROUNDS)
                && between(parts.group(3), 1, MOST_ROUNDS);
    }

    private static boolean isScrypt(String hash) {
        Matcher parts = SCRYPT.matcher(hash);
        return parts.matches()
                && between(parts.group(1), 1, 18)
                && between(parts.group(2), 1, MOST_ROUNDS)
                && between(parts.group(3), 1, MOST_ROUNDS)
                && (1L << number(parts, 1)) * number(parts, 2) / 8 <= MOST_KIB;
    }

    private static boolean between(String digits, int least, int most) {
        int value = Integer.parseInt(digits);
        return value >= least && value <= most;
    }

    /// Whether the password has this hash, which [#check] has accepted. Takes long; compares in constant
    /// time.
    static boolean isRight(String hash, String password) {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        try {
            if (hash.startsWith("$2")) {
                // bcrypt looks at no more than 72 bytes; a longer password would be right whatever follows them.
                return bytes.length <= LONGEST_BCRYPT && OpenBSDBCrypt.checkPassword(hash, bytes);
            }
            Matcher argon = ARGON2ID.matcher(hash);
            Matcher parts = argon.matches() ? argon : SCRYPT.matcher(hash);
            if (!parts.matches()) {
                return false;
            }
            byte[] wanted = Base64.getDecoder().decode(parts.group(5));
            byte[] salt = Base64.getDecoder().decode(parts.group(4));
            byte[] made = parts == argon
                    ? argon2id(bytes, salt, wanted.length, parts)
                    : SCrypt.generate(
                            bytes, salt, 1 << number(parts, 1), number(parts, 2), number(parts, 3), wanted.length);
            return MessageDigest.isEqual(wanted, made);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static byte[] argon2id(byte[] password, byte[] salt, int length, Matcher parts) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(number(parts, 1))
                .withIterations(number(parts, 2))
                .withParallelism(number(parts, 3))
                .withSalt(salt)
                .build());
        byte[] made = new byte[length];
        generator.generateBytes(password, made);
        return made;
    }

    private static int number(Matcher parts, int group) {
        return Integer.parseInt(parts.group(group));
    }
}
