package org.pinisi.deployer;

import java.util.Collection;

/// Hides secrets in text that an app wrote.
final class Masking {
    /// Shorter values are too likely to be part of ordinary words.
    private static final int SHORTEST = 4;

    private Masking() {}

    static String mask(String line, Collection<String> secrets) {
        String masked = line;
        for (String secret : secrets) {
            if (secret.length() >= SHORTEST) {
                masked = masked.replace(secret, "•••");
            }
        }
        return masked;
    }
}
