package org.pinisi.certificates;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// When a name's next certificate is due: by the life of the one that it has, or within the window that
/// its issuer names. Thread-safe; blocks while an issuer is asked.
final class DueDates {
    private final Shelf shelf;
    private final Windows windows;
    private final InstantSource clock;

    /// Asks the issuer of a certificate when it wants it renewed.
    @FunctionalInterface
    interface Windows {
        Optional<AcmeAuthority.Window> of(X509Certificate certificate, Provenance provenance)
                throws InterruptedException;
    }

    /// What the issuer said last.
    ///
    /// @param stands until when it need not be asked again
    record Heard(Optional<AcmeAuthority.Window> window, Instant stands) {
        static final Heard NOTHING = new Heard(Optional.empty(), Instant.EPOCH);
    }

    /// @param later when to look again; empty if a new certificate is due now
    record Look(Heard heard, Optional<Instant> later) {}

    DueDates(Shelf shelf, Windows windows, InstantSource clock) {
        this.shelf = shelf;
        this.windows = windows;
        this.clock = clock;
    }

    /// @param before what was heard of the certificate that the name has
    Look look(Subject subject, Heard before) throws InterruptedException {
        Optional<Shelf.Newest> newest = shelf.newest(subject.name().text());
        Optional<X509Certificate> current = newest.map(
                        known -> known.certified().chain().getFirst())
                .filter(certificate -> SubjectNames.of(certificate).containsAll(subject.names()));
        if (current.isEmpty()) {
            return new Look(before, Optional.empty());
        }
        Instant now = clock.instant();
        Heard heard = before;
        if (!now.isBefore(before.stands())) {
            Optional<Provenance> provenance = newest.flatMap(Shelf.Newest::provenance);
            Optional<AcmeAuthority.Window> window =
                    provenance.isPresent() ? windows.of(current.get(), provenance.get()) : Optional.empty();
            heard = new Heard(
                    window, now.plus(window.map(AcmeAuthority.Window::lookAgain).orElse(RenewalPlan.WINDOW_AGE)));
        }
        Instant due = RenewalPlan.due(current.get(), heard.window());
        Instant next = due.isBefore(heard.stands()) ? due : heard.stands();
        return new Look(heard, now.isBefore(due) ? Optional.of(next) : Optional.empty());
    }
}
