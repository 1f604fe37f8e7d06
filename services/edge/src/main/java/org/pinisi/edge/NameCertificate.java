package org.pinisi.edge;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.pinisi.certificates.Attempt;
import org.pinisi.certificates.CertificateStatus;

/// How it stands with the certificate of a name.
///
/// @param name as it is kept: `example.org`, `*.example.org`
/// @param state in one word
/// @param source where it came from: `acme`, `local`, `given`, `file`
/// @param issuer who signed it
/// @param serial in hexadecimal
/// @param covers all names that it holds for
/// @param validFrom when it begins
/// @param validUntil when it ends
/// @param nextTry when the next one is asked for
/// @param served whether a handshake showed it, if anybody looked
/// @param tries what was tried, the oldest first
public record NameCertificate(
        String name,
        State state,
        Optional<String> source,
        Optional<String> issuer,
        Optional<String> serial,
        List<String> covers,
        Optional<Instant> validFrom,
        Optional<Instant> validUntil,
        Optional<Instant> nextTry,
        Optional<Boolean> served,
        List<Try> tries) {
    /// How good a certificate is.
    public enum State {
        /// None yet; one is being asked for or will be.
        WAITING,
        /// None, and the last try failed.
        FAILING,
        /// Good for a while.
        GOOD,
        /// Good still, but its renewal fails.
        RENEWAL_FAILING,
        /// Past its end.
        EXPIRED,
        /// Kept, but not renewed, since no route has the name.
        UNUSED
    }

    /// One try to get a certificate.
    ///
    /// @param at when it ended
    /// @param outcome what came of it
    /// @param authority who was asked
    /// @param challenge by which the name was to be proved; empty if that is not known
    /// @param words what the authority said, in its own words
    /// @param nextTry when it was to be tried again
    public record Try(
            Instant at, Outcome outcome, String authority, String challenge, String words, Optional<Instant> nextTry) {}

    /// What came of a try.
    public enum Outcome {
        /// There is a new certificate.
        ISSUED,
        /// The authority refused, did not answer, or could not see our proof.
        FAILED,
        /// Nobody was asked, because a check before it said that it would fail or be too much.
        POSTPONED
    }

    static NameCertificate of(CertificateStatus status) {
        return new NameCertificate(
                status.name(),
                switch (status.state()) {
                    case WAITING -> State.WAITING;
                    case FAILING -> State.FAILING;
                    case GOOD -> State.GOOD;
                    case RENEWAL_FAILING -> State.RENEWAL_FAILING;
                    case EXPIRED -> State.EXPIRED;
                    case UNUSED -> State.UNUSED;
                },
                status.source(),
                status.issuer(),
                status.serial(),
                status.names(),
                status.notBefore(),
                status.notAfter(),
                status.nextTry(),
                status.served(),
                status.attempts().stream().map(NameCertificate::of).toList());
    }

    private static Try of(Attempt attempt) {
        return new Try(
                attempt.at(),
                switch (attempt.outcome()) {
                    case ISSUED -> Outcome.ISSUED;
                    case FAILED -> Outcome.FAILED;
                    case POSTPONED -> Outcome.POSTPONED;
                },
                attempt.authority(),
                attempt.challenge().orElse(""),
                attempt.words(),
                attempt.nextTry());
    }

    public NameCertificate {
        covers = List.copyOf(covers);
        tries = List.copyOf(tries);
    }
}
