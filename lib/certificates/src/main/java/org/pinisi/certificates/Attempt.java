package org.pinisi.certificates;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/// One try to get a certificate, and what came of it.
///
/// @param at when it ended
/// @param outcome what came of it
/// @param authority who was asked, for people or as the URL of its directory; at most 200 characters
/// @param challenge by which the name was to be proved: `http-01`
/// @param words what the authority or the check before it said, in its own words; cut at 2,000 characters
/// @param nextTry when it is tried again, if that is known
public record Attempt(
        Instant at,
        Outcome outcome,
        String authority,
        Optional<String> challenge,
        String words,
        Optional<Instant> nextTry) {
    /// What came of a try.
    public enum Outcome {
        /// There is a new certificate.
        ISSUED,
        /// The authority refused, did not answer, or could not see our proof.
        FAILED,
        /// Nobody was asked, because a check before it said that it would fail or be too much.
        POSTPONED
    }

    public Attempt {
        requireNonNull(at, "at");
        requireNonNull(outcome, "outcome");
        authority = BookText.line(authority, BookText.SHORT);
        challenge = challenge.map(text -> BookText.line(text, BookText.SHORT));
        words = BookText.line(words, BookText.LONG);
        requireNonNull(nextTry, "nextTry");
    }
}
