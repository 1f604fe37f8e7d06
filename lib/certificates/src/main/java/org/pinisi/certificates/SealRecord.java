package org.pinisi.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/// How keys were sealed: what turns a pass phrase into the key that seals, and by what to see that it is
/// the right one. None of it is secret.
///
/// @param id 16 hexadecimal digits, by which sealed keys name their seal
/// @param made when the pass phrase was chosen
/// @param cost of a pass phrase of words; empty for a random key
/// @param salt 16 to 64 bytes
/// @param proof sealed nothing, which the right pass phrase opens
@SuppressWarnings("ArrayRecordComponent") // Its bytes are of this package alone, and compared by nobody.
record SealRecord(String id, Instant made, Optional<SealCost> cost, byte[] salt, byte[] proof) {
    static final int ID_BYTES = 8;

    private static final int LEAST_SALT = 16;
    private static final int MOST_SALT = 64;

    SealRecord {
        requireNonNull(made, "made");
        requireNonNull(cost, "cost");
        if (id.length() != 2 * ID_BYTES
                || !id.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            throw new CertificateException("the id of a seal has 16 hexadecimal digits");
        }
        if (salt.length < LEAST_SALT || salt.length > MOST_SALT) {
            throw new CertificateException("the salt of seal %s has %d bytes; expected is %d to %d"
                    .formatted(id, salt.length, LEAST_SALT, MOST_SALT));
        }
    }

    byte[] idBytes() {
        return HexFormat.of().parseHex(id);
    }

    /// What the proof also vouches for, so that nobody can make a seal cheaper unseen.
    byte[] context() {
        return "pinisi-book seal %s %s %s"
                .formatted(
                        id,
                        cost.map(known -> "argon2id %d %d %d"
                                        .formatted(known.memoryKib(), known.iterations(), known.lanes()))
                                .orElse("hkdf-sha256"),
                        HexFormat.of().formatHex(salt))
                .getBytes(US_ASCII);
    }
}
