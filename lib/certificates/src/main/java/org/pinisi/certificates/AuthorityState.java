package org.pinisi.certificates;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/// How it stands with an authority for all names together, remembered over restarts.
///
/// @param failures tries in a row that failed for reasons of its own
/// @param notBefore when it may be asked again
/// @param words what it said last; cut at 2,000 characters
public record AuthorityState(int failures, Instant notBefore, String words) {
    /// @throws IllegalArgumentException when `failures` is negative
    public AuthorityState {
        requireNonNull(notBefore, "notBefore");
        words = BookText.line(words, BookText.LONG);
        if (failures < 0) {
            throw new IllegalArgumentException("failures: " + failures + " (expected: >= 0)");
        }
    }
}
