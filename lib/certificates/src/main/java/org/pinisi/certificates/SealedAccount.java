package org.pinisi.certificates;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.security.KeyPair;

/// Our account at an ACME authority, whose key lies sealed in the book.
///
/// @param directory of the authority (RFC 8555, section 7.1.1)
/// @param location the account's URL there
public record SealedAccount(URI directory, URI location, KeyPair key) {
    public SealedAccount {
        requireNonNull(directory, "directory");
        requireNonNull(location, "location");
        requireNonNull(key, "key");
    }

    /// Without the key.
    @Override
    public String toString() {
        return "SealedAccount[" + location + "]";
    }
}
