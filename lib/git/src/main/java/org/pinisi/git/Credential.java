package org.pinisi.git;

import static java.util.Objects.requireNonNull;

/// A user and a password, or a token in the password's place. Never shown.
public record Credential(String user, String password) {
    public Credential {
        requireNonNull(user, "user");
        requireNonNull(password, "password");
    }

    @Override
    public String toString() {
        return "Credential[secret]";
    }
}
