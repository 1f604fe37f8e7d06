package org.pinisi.certificates;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.pinisi.certificates.Attempt.Outcome;
import org.pinisi.certificates.Refusal.Fault;

/// Keeps us within what one authority allows, and away from it while it is in trouble: one ladder of waits
/// for all names, remembered in the book. While it is in trouble one name at a time tries whether it is
/// over; once it is, or when that name did not ask after all, the others are called. Thread-safe.
final class AuthorityGate {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration ORDERS_SPAN = Duration.ofHours(3);
    private static final Duration DUPLICATES_SPAN = Duration.ofDays(7);
    private static final Duration LONGEST_PAUSE_FOR_ALL = Duration.ofMinutes(15);
    // They are called before, unless that other name takes so long or fails.
    private static final Duration ANOTHER_TRIES = Duration.ofSeconds(10);

    private final String name;
    private final URI directory;
    private final AuthorityLimits limits;
    private final CertificateBook book;
    private final Runnable freed;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Instant> begun = new ArrayList<>();
    private AuthorityState state;
    private boolean trying;
    // Whether the wait is the authority's wish, not ours. Of a wait before our start that is not known.
    private boolean told = true;

    /// @param freed is run when those that were held back may try again
    AuthorityGate(Issuer.Acme issuer, CertificateBook book, Runnable freed) {
        this.name = issuer.name();
        this.directory = issuer.directory();
        this.limits = issuer.limits();
        this.book = book;
        this.freed = freed;
        this.state = book.authorityState(directory).orElse(new AuthorityState(0, Instant.EPOCH, ""));
    }

    /// Whether an order may be sent now; changes nothing.
    ///
    /// @param urgent whether a person asks, who need not wait for the next step of our own ladder
    void look(SubjectName subject, Optional<BookEntry> entry, Instant now, boolean urgent) throws Refusal {
        lock.lock();
        try {
            if (now.isBefore(state.notBefore()) && (told || !urgent)) {
                throw Refusal.before(
                        Fault.AUTHORITY,
                        name + " is left alone until " + state.notBefore() + ", since it said: " + state.words(),
                        Optional.of(state.notBefore()));
            }
            if (state.failures() > 0 && trying) {
                throw Refusal.before(
                        Fault.AUTHORITY,
                        name + " was in trouble, and another name tries whether that is over",
                        Optional.of(now.plus(ANOTHER_TRIES)));
            }
            checkOrders(now);
            if (entry.isPresent()) {
                checkFailures(subject, entry.get(), now);
                checkDuplicates(subject, entry.get(), now);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Leave to send one order, after the same look. To be given back by [#good] or [#failed], or by
    /// [#unused].
    void enter(SubjectName subject, Optional<BookEntry> entry, Instant now, boolean urgent) throws Refusal {
        lock.lock();
        try {
            look(subject, entry, now, urgent);
            begun.add(now);
            trying = true;
        } finally {
            lock.unlock();
        }
    }

    private void checkOrders(Instant now) throws Refusal {
        begun.removeIf(at -> !at.isAfter(now.minus(ORDERS_SPAN)));
        // Also those of others who share the account and the book, and those before our start.
        List<Instant> recorded = book.entries().stream()
                .flatMap(entry -> entry.attempts().stream())
                .filter(attempt -> asked(attempt) && attempt.at().isAfter(now.minus(ORDERS_SPAN)))
                .map(Attempt::at)
                .toList();
        int count = Math.max(begun.size(), recorded.size());
        if (count >= limits.ordersPer3Hours()) {
            Instant oldest = Stream.concat(begun.stream(), recorded.stream())
                    .min(Instant::compareTo)
                    .orElse(now);
            throw Refusal.before(
                    Fault.LIMIT,
                    count + " orders in 3 hours at " + name + "; the limit set here is " + limits.ordersPer3Hours(),
                    Optional.of(oldest.plus(ORDERS_SPAN)));
        }
    }

    private void checkFailures(SubjectName subject, BookEntry entry, Instant now) throws Refusal {
        List<Instant> failures = entry.attempts().stream()
                .filter(attempt -> asked(attempt) && attempt.outcome() == Outcome.FAILED)
                .filter(attempt ->
                        attempt.challenge().isPresent() && attempt.at().isAfter(now.minus(HOUR)))
                .map(Attempt::at)
                .toList();
        if (failures.size() >= limits.failuresPerHour()) {
            throw Refusal.before(
                    Fault.NAME,
                    subject + " failed " + failures.size() + " times in an hour at " + name + "; the limit set here is "
                            + limits.failuresPerHour(),
                    Optional.of(failures.getFirst().plus(HOUR)));
        }
    }

    private void checkDuplicates(SubjectName subject, BookEntry entry, Instant now) throws Refusal {
        int ordinary = entry.certified()
                .map(certified -> RenewalPlan.renewalsPerWeek(certified.chain().getFirst()))
                .orElse(0);
        int most = Math.max(limits.duplicatesPerWeek(), Math.multiplyExact(2, ordinary));
        List<Instant> issued = entry.attempts().stream()
                .filter(attempt -> asked(attempt) && attempt.outcome() == Outcome.ISSUED)
                .filter(attempt -> attempt.at().isAfter(now.minus(DUPLICATES_SPAN)))
                .map(Attempt::at)
                .toList();
        if (issued.size() >= most) {
            throw Refusal.before(
                    Fault.LIMIT,
                    subject + " got " + issued.size() + " certificates in a week from " + name
                            + "; the limit set here is " + most,
                    Optional.of(issued.get(issued.size() - most).plus(DUPLICATES_SPAN)));
        }
    }

    private boolean asked(Attempt attempt) {
        return attempt.authority().equals(name) && attempt.outcome() != Outcome.POSTPONED;
    }

    /// The authority did its part, whether or not a name proved to be ours.
    void good() {
        boolean over;
        lock.lock();
        try {
            trying = false;
            over = state.failures() > 0;
            if (over) {
                remember(new AuthorityState(0, Instant.EPOCH, ""));
            }
        } finally {
            lock.unlock();
        }
        if (over) {
            freed.run();
        }
    }

    /// No order was sent after all.
    void unused(Instant entered) {
        boolean inTrouble;
        lock.lock();
        try {
            trying = false;
            begun.remove(entered);
            inTrouble = state.failures() > 0;
        } finally {
            lock.unlock();
        }
        if (inTrouble) {
            freed.run();
        }
    }

    /// The authority failed us. Several names that failed together count once.
    ///
    /// @return when it may be asked again
    Instant failed(Refusal refusal, Instant entered, Instant now) {
        lock.lock();
        try {
            trying = false;
            boolean together = entered.isBefore(state.notBefore());
            if (together && refusal.retryAfter().isEmpty()) {
                return state.notBefore();
            }
            boolean limit = refusal.fault() == Fault.LIMIT;
            int failures = limit || together ? state.failures() : state.failures() + 1;
            Duration wait = limit ? LONGEST_PAUSE_FOR_ALL : ladder(failures);
            Instant until = now.plus(wait);
            Instant asked = refusal.retryAfter().orElse(until);
            // A limit may be the name's own, so that the others wait a short while only.
            Instant notBefore = limit && asked.isAfter(until) ? until : asked.isAfter(until) || limit ? asked : until;
            told = limit || refusal.retryAfter().isPresent();
            remember(new AuthorityState(failures, notBefore, refusal.words()));
            return notBefore;
        } finally {
            lock.unlock();
        }
    }

    private Duration ladder(int failures) {
        Duration wait = limits.failureWait();
        for (int i = 1; i < failures && wait.compareTo(limits.longestFailureWait()) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(limits.longestFailureWait()) > 0 ? limits.longestFailureWait() : wait;
    }

    private void remember(AuthorityState fresh) {
        state = fresh;
        book.keepAuthorityState(directory, fresh);
    }
}
