package org.pinisi.edge;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Name and password before anything is answered (RFC 7617); others get 401.
///
/// @param realm what the browser's dialogue says (`restricted`): 1 to 100 printable ASCII characters
///     without quotes
/// @param users each user's name (1 to 100 characters, no colon) and the hash of his password, 1 to 1000
///     of them.
/// Hashes:
///     bcrypt (`$2a$`, `$2b$`, `$2y$`, as `htpasswd -B` writes them), Argon2id
///     (`$argon2id$v=19$m=…,t=…,p=…$salt$hash`)
///     or scrypt (`$scrypt$ln=…,r=…,p=…$salt$hash`)
public record BasicAuthRule(String realm, Map<String, String> users) {
    private static final int MOST = 1000;
    private static final Pattern REALM = Pattern.compile("[ !#-\\[\\]-~]{1,100}");
    private static final Pattern USER = Pattern.compile("[^:\\p{Cntrl}]{1,100}");

    /// @throws EdgeException when a part is not of that form, or a hash of no known kind; the hash is not
    ///     in the
    /// message
    public BasicAuthRule {
        Expect.form("realm", realm, REALM, "1 to 100 printable ASCII characters, no quotes or backslashes");
        if (users.isEmpty() || users.size() > MOST) {
            throw EdgeException.at("users", users.size() + " of them (expected: 1 to " + MOST + ")");
        }
        users.forEach((user, hash) -> {
            Expect.form("users", user, USER, "names of 1 to 100 characters without colon");
            PasswordHash.check("users." + user, hash);
        });
        users = Collections.unmodifiableSortedMap(new TreeMap<>(users));
    }

    /// The names alone: hashes are no secret in clear, but nothing for logs either.
    @Override
    public String toString() {
        return "BasicAuthRule[realm=" + realm + ", users=" + users.keySet() + "]";
    }
}
