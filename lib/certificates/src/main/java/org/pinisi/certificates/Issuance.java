package org.pinisi.certificates;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pinisi.certificates.Attempt.Outcome;
import org.pinisi.certificates.Refusal.Fault;
import org.pinisi.http.Certified;

/// One try to get a certificate: from the first issuer that takes the name, from the next where that one
/// fails for reasons of its own. Writes into the book what was tried and what was got. Blocks; thread-safe.
final class Issuance {
    private static final int MOST_CHALLENGES = 2;

    private final List<Authority> authorities;
    private final CertificateBook book;
    private final Challenges challenges;
    private final PointsHere pointsHere;
    private final InstantSource clock;

    Issuance(
            List<Authority> authorities,
            CertificateBook book,
            Challenges challenges,
            PointsHere pointsHere,
            InstantSource clock) {
        this.authorities = List.copyOf(authorities);
        this.book = book;
        this.challenges = challenges;
        this.pointsHere = pointsHere;
        this.clock = clock;
    }

    /// Whom certificates are asked of.
    sealed interface Authority {
        Issuer issuer();

        /// One that speaks ACME.
        record Remote(AcmeAuthority acme, AuthorityGate gate) implements Authority {
            @Override
            public Issuer.Acme issuer() {
                return acme.issuer();
            }
        }

        /// Ourselves.
        record Own(LocalAuthority local) implements Authority {
            @Override
            public Issuer issuer() {
                return local.issuer();
            }
        }
    }

    /// What a person wants of a try.
    ///
    /// @param urgent at once, whatever wait after a failure of an authority we set ourselves
    /// @param freshKey a new key even where the issuer's are kept
    record Wish(boolean urgent, boolean freshKey) {}

    /// What came of a try.
    sealed interface Result {
        /// There is one.
        ///
        /// @param kept whether the book has it; if not, it must be kept in memory until the book can be
        ///     written
        record Issued(String issuer, Certified certified, Provenance provenance, boolean kept) implements Result {}

        /// There is none.
        ///
        /// @param held whether nobody was asked because of limits or of an authority's trouble with other
        ///     names
        record Failed(String issuer, String words, Instant nextTry, boolean held) implements Result {}

        /// There is nobody to ask, as we are configured.
        record Nobody(String words, Instant nextTry) implements Result {}
    }

    /// @param failures tries before this one that failed in a row
    /// @param wish what a person wants of it
    Result run(Subject subject, int failures, Wish wish) throws InterruptedException {
        List<Result.Failed> troubles = new ArrayList<>();
        for (Authority authority : authorities) {
            if (!subject.names().stream().allMatch(name -> authority.issuer().takes(name.text()))) {
                continue;
            }
            try {
                return switch (authority) {
                    case Authority.Own own -> ofOurselves(own.local(), subject);
                    case Authority.Remote remote -> ofRemote(remote, subject, wish);
                };
            } catch (Refusal refusal) {
                troubles.add(failed(authority.issuer(), subject, refusal, failures));
                if (refusal.fault() == Fault.NAME) {
                    break;
                }
            }
        }
        Optional<Result> failed = troubles.stream().reduce(Issuance::together).map(trouble -> trouble);
        return failed.orElseGet(() -> nobody(subject, failures));
    }

    private Result.Nobody nobody(Subject subject, int failures) {
        String why = subject.name().isPublic()
                ? "no issuer for it is configured"
                : "it is a private name, which no public authority takes, and no local authority is configured for it";
        Instant next = RenewalPlan.retry(clock.instant(), failures + 1, false, Optional.empty(), subject.hashCode());
        return new Result.Nobody(subject.name() + ": " + why, next);
    }

    private static Result.Failed together(Result.Failed one, Result.Failed other) {
        Instant next = one.nextTry().isBefore(other.nextTry()) ? one.nextTry() : other.nextTry();
        return new Result.Failed(
                one.issuer() + ", " + other.issuer(),
                one.words() + "; " + other.words(),
                next,
                one.held() && other.held());
    }

    private Result ofOurselves(LocalAuthority local, Subject subject) {
        Certified certified =
                local.issue(subject.names(), local.issuer().keyType().generate());
        Provenance provenance = Provenance.local(local.issuer().name(), clock.instant());
        return kept(local.issuer().name(), subject, certified, provenance, Optional.empty());
    }

    private Result kept(
            String issuer,
            Subject subject,
            Certified certified,
            Provenance provenance,
            Optional<ChallengeKind> challenge) {
        String serial = certified.chain().getFirst().getSerialNumber().toString(16);
        try {
            book.keep(subject.name().text(), certified, provenance);
            Attempt attempt = new Attempt(
                    clock.instant(),
                    Outcome.ISSUED,
                    issuer,
                    challenge.map(ChallengeKind::text),
                    "serial " + serial + ", valid until "
                            + certified.chain().getFirst().getNotAfter().toInstant(),
                    Optional.empty());
            book.attempt(subject.name().text(), attempt);
            return new Result.Issued(issuer, certified, provenance, true);
        } catch (CertificateException _) {
            // The authority counts it whether we keep it or not: it must not be lost for a full disk.
            return new Result.Issued(issuer, certified, provenance, false);
        }
    }

    private Result ofRemote(Authority.Remote remote, Subject subject, Wish wish) throws Refusal, InterruptedException {
        Issuer.Acme issuer = remote.issuer();
        Optional<BookEntry> before = book.entry(subject.name().text());
        Optional<ChallengeKind> last = before.flatMap(BookEntry::provenance)
                .flatMap(Provenance::challenge)
                .map(ChallengeKind::parse);
        List<ChallengeKind> kinds = challenges.choices(issuer.challenges(), subject.names(), last);
        int most = Math.min(MOST_CHALLENGES, kinds.size());
        for (int i = 0; ; i++) {
            ChallengeKind kind = kinds.get(i);
            try {
                return ordered(remote, subject, kind, wish, before);
            } catch (Refusal refusal) {
                boolean another = refusal.asked() && refusal.fault() == Fault.NAME && i + 1 < most;
                if (!another) {
                    throw refusal;
                }
                note(subject, issuer, refusal, clock.instant());
            }
        }
    }

    private Result ordered(
            Authority.Remote remote, Subject subject, ChallengeKind kind, Wish wish, Optional<BookEntry> before)
            throws Refusal, InterruptedException {
        Issuer.Acme issuer = remote.issuer();
        AuthorityGate gate = remote.gate();
        Optional<BookEntry> entry = book.entry(subject.name().text());
        gate.look(subject.name(), entry, clock.instant(), wish.urgent());
        // A name that points elsewhere must not be the one that tries for all whether the authority is back.
        for (SubjectName name : subject.names()) {
            pointsHere.check(name, kind);
        }
        Instant entered = clock.instant();
        gate.enter(subject.name(), entry, entered, wish.urgent());
        boolean settled = false;
        try {
            for (SubjectName name : subject.names()) {
                pointsHere.checkPermission(name, issuer.name(), remote.acme().permissionNames());
            }
            Optional<Certified> old = before.flatMap(BookEntry::certified);
            KeyPair key = key(issuer, old, wish.freshKey());
            Optional<Certified> replaces = old.filter(_ -> isFrom(issuer, before));
            AcmeAuthority.Granted granted =
                    remote.acme().order(new AcmeAuthority.Wish(subject.names(), kind, replaces, key));
            settled = true;
            gate.good();
            Provenance provenance = new Provenance(
                    Provenance.Source.ACME,
                    issuer.name(),
                    Optional.of(issuer.directory()),
                    Optional.of(granted.location()),
                    issuer.profile(),
                    Optional.of(kind.text()),
                    clock.instant());
            return kept(issuer.name(), subject, granted.certified(), provenance, Optional.of(kind));
        } catch (Refusal refusal) {
            if (!settled && refusal.asked()) {
                settled = true;
                throw settle(gate, refusal, entered);
            }
            throw refusal;
        } finally {
            if (!settled) {
                gate.unused(entered);
            }
        }
    }

    /// Tells the gate what happened; the refusal with the time that the gate knows better.
    private Refusal settle(AuthorityGate gate, Refusal refusal, Instant entered) {
        if (refusal.fault() == Fault.NAME) {
            gate.good();
            return refusal;
        }
        Instant allowed = gate.failed(refusal, entered, clock.instant());
        Instant next = refusal.retryAfter().filter(allowed::isBefore).orElse(allowed);
        return Refusal.until(refusal.fault(), refusal.words(), Optional.of(next));
    }

    private static boolean isFrom(Issuer.Acme issuer, Optional<BookEntry> before) {
        return before.flatMap(BookEntry::provenance)
                .flatMap(Provenance::directory)
                .filter(issuer.directory()::equals)
                .isPresent();
    }

    private static KeyPair key(Issuer.Acme issuer, Optional<Certified> old, boolean fresh) {
        return old.filter(known -> issuer.keepsKey() && !fresh)
                .filter(known ->
                        issuer.keyType().matches(known.chain().getFirst().getPublicKey()))
                .map(known -> new KeyPair(known.chain().getFirst().getPublicKey(), known.key()))
                .orElseGet(issuer.keyType()::generate);
    }

    private Result.Failed failed(Issuer issuer, Subject subject, Refusal refusal, int failures) {
        Instant now = clock.instant();
        Optional<X509Certificate> current = book.entry(subject.name().text())
                .flatMap(BookEntry::certified)
                .map(certified -> certified.chain().getFirst());
        Instant ladder = RenewalPlan.retry(now, failures + 1, refusal.asked(), current, subject.hashCode());
        // Where the authority or its gate named a time, that is the time.
        Instant next = refusal.retryAfter().orElse(ladder);
        boolean held = !refusal.asked() && refusal.retryAfter().isPresent();
        if (!held) {
            note(subject, issuer, refusal, next);
        }
        return new Result.Failed(issuer.name(), refusal.words(), next, held);
    }

    private void note(Subject subject, Issuer issuer, Refusal refusal, Instant next) {
        Outcome outcome = refusal.asked() ? Outcome.FAILED : Outcome.POSTPONED;
        Optional<Attempt> last = book.entry(subject.name().text())
                .flatMap(entry -> entry.attempts().isEmpty()
                        ? Optional.empty()
                        : Optional.of(entry.attempts().getLast()));
        // A check that says the same again and again is noted once.
        boolean said = outcome == Outcome.POSTPONED
                && last.filter(attempt -> attempt.outcome() == outcome
                                && attempt.words().equals(BookText.line(refusal.words(), BookText.LONG)))
                        .isPresent();
        if (!said) {
            book.attempt(
                    subject.name().text(),
                    new Attempt(
                            clock.instant(),
                            outcome,
                            issuer.name(),
                            refusal.unseen().map(ChallengeKind::text),
                            refusal.words(),
                            Optional.of(next)));
        }
    }
}
