package org.pinisi.edge;

import java.util.regex.Pattern;

/// The hashes of passwords that rules may name.
final class PasswordHash {
    private static final Pattern BCRYPT =
            Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-9]|2[0-9]|3[01])\\$[./A-Za-z0-9]{53}");
    private static final Pattern ARGON2ID = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,2}),p=([0-9]{1,2})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
    private static final Pattern SCRYPT = Pattern.compile(
            "\\$scrypt\\$ln=([0-9]{1,2}),r=([0-9]{1,2}),p=([0-9]{1,2})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    private PasswordHash() {}

    static void check(String field, String hash) {
        if (!BCRYPT.matcher(hash).matches()
                && !ARGON2ID.matcher(hash).matches()
                && !SCRYPT.matcher(hash).matches()) {
            throw EdgeException.at(
                    field,
                    "no password hash (expected: one that begins with $2y$, $argon2id$ or $scrypt$,"
                            + " such as \"htpasswd -nB NAME\" prints behind the colon)");
        }
    }
}
