package org.pinisi.certificates;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Why there is no certificate this time; carried from where it shows to [Renewals], which decides what
/// follows.
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    enum Fault {
        /// The name's own: it does not point here, its proof was not seen, a record forbids it. Another
        /// authority would say the same.
        NAME,
        /// The authority's: no answer, an error of its own.
        AUTHORITY,
        /// We ask too much, or would.
        LIMIT,
        /// What is configured for this authority does not please it: account, profile, terms.
        SETTINGS
    }

    private final Fault fault;
    private final @Nullable Instant retryAfter;
    private final boolean asked;
    private final @Nullable ChallengeKind unseen;

    private Refusal(
            Fault fault, String message, @Nullable Instant retryAfter, boolean asked, @Nullable ChallengeKind unseen) {
        super(message, null, false, false);
        this.fault = fault;
        this.retryAfter = retryAfter;
        this.asked = asked;
        this.unseen = unseen;
    }

    static Refusal of(Fault fault, String message) {
        return new Refusal(fault, message, null, true, null);
    }

    /// The authority looked for the answer to a challenge and did not find it.
    static Refusal unseen(Fault fault, ChallengeKind kind, String message) {
        return new Refusal(fault, message, null, true, kind);
    }

    static Refusal until(Fault fault, String message, Optional<Instant> retryAfter) {
        return new Refusal(fault, message, retryAfter.orElse(null), true, null);
    }

    /// Nobody was asked, since it was clear before that it would fail or be too much.
    static Refusal before(Fault fault, String message, Optional<Instant> retryAfter) {
        return new Refusal(fault, message, retryAfter.orElse(null), false, null);
    }

    Fault fault() {
        return fault;
    }

    String words() {
        return String.valueOf(getMessage());
    }

    /// Before which it must not be tried again.
    Optional<Instant> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /// The challenge whose answer the authority did not find, which counts against us there.
    Optional<ChallengeKind> unseen() {
        return Optional.ofNullable(unseen);
    }

    /// Whether the authority was asked.
    boolean asked() {
        return asked;
    }
}
