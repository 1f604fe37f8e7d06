package org.pinisi.certificates;

import java.time.Instant;
import java.util.Optional;

/// What [Renewals] remembers of a name that has or shall have a certificate. Guarded by its lock.
final class NameState {
    final Subject subject;
    /// When there is something to look at next.
    Instant nextLook;
    /// Tries in a row that failed.
    int failures;
    /// A person wants a new certificate whatever the old one's age, and it was not begun with yet.
    boolean wished;
    Instant wishedAt = Instant.EPOCH;
    /// The same, until there is one.
    boolean owed;
    /// And with a new key.
    boolean freshKey;
    /// The wish in the book that was heard.
    Optional<Instant> heard = Optional.empty();
    /// Of the certificate that it has now.
    DueDates.Heard window = DueDates.Heard.NOTHING;
    Optional<Boolean> served = Optional.empty();
    /// Why the last try failed; empty after success.
    String trouble = "";
    /// Whether the last try was put off because of an authority's limits or trouble.
    boolean held;
    /// Until when it is renewed although no route has it; empty where a route has.
    Optional<Instant> onDemandUntil = Optional.empty();
    boolean running;

    NameState(Subject subject, Instant nextLook) {
        this.subject = subject;
        this.nextLook = nextLook;
    }

    void wish(Instant now) {
        wished = true;
        wishedAt = now;
        nextLook = now;
    }

    /// Where the book left it: the same wait after the same failures.
    static NameState from(Subject subject, Optional<BookEntry> entry, Instant now) {
        NameState state = new NameState(subject, now);
        entry.ifPresent(known -> {
            for (Attempt attempt : known.attempts()) {
                boolean issued = attempt.outcome() == Attempt.Outcome.ISSUED;
                state.failures = issued ? 0 : state.failures + 1;
                state.trouble = issued ? "" : attempt.words();
                state.nextLook =
                        issued ? now : attempt.nextTry().filter(now::isBefore).orElse(now);
            }
        });
        return state;
    }
}
