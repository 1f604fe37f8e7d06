package org.pinisi.engine;

import java.util.Objects;

/// Why a term failed, and where.
///
/// @param message what happened, for a person
/// @param origin the id of the term where it began; terms downstream carry the same failure unchanged, so a
///     term whose own id is another one is merely blocked
public record Failure(String message, String origin) {
    /// Checks that both are there.
    public Failure {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(origin, "origin");
    }
}
