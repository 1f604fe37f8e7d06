package org.pinisi.certificates;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.pinisi.certificates.KeeperListener.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that every wanted name has a certificate, in time. One thread decides what is due; each name
/// that is due is worked on by a thread of its own, a few at once. Thread-safe.
final class Renewals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Renewals.class);
    private static final Duration ON_DEMAND = Duration.ofDays(30);
    private static final Duration AFTER_CRASH = Duration.ofMinutes(5);
    private static final Duration END = Duration.ofSeconds(5);

    private final CertificateBook book;
    private final Issuance issuance;
    private final DueDates dueDates;
    private final OwnFiles files;
    private final Shelf shelf;
    private final Announcer announcer;
    private final Alerts alerts;
    private final OutsideLook outside;
    private final Patience patience;
    private final InstantSource clock;
    private final Duration heartbeat;
    private final Crew crew;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<SubjectName, NameState> states = new TreeMap<>();
    // Also of a name that was dropped and wanted again meanwhile.
    private final Set<SubjectName> busy = new HashSet<>();
    private boolean nudged;
    private boolean closed;
    private final Coming coming = new Coming();

    /// What belongs together here.
    record Parts(
            CertificateBook book,
            Issuance issuance,
            DueDates dueDates,
            OwnFiles files,
            Shelf shelf,
            Announcer announcer,
            OutsideLook outside,
            Patience patience,
            InstantSource clock,
            Duration heartbeat,
            int parallel) {}

    Renewals(Parts parts) {
        this.book = parts.book();
        this.issuance = parts.issuance();
        this.dueDates = parts.dueDates();
        this.files = parts.files();
        this.shelf = parts.shelf();
        this.announcer = parts.announcer();
        this.alerts = new Alerts(announcer);
        this.outside = parts.outside();
        this.patience = parts.patience();
        this.clock = parts.clock();
        this.heartbeat = parts.heartbeat();
        this.crew = new Crew(parts.parallel());
        this.thread = Thread.ofVirtual().name("certificates").unstarted(this::run);
    }

    void start() {
        files.look(announcer);
        refresh();
        thread.start();
    }

    /// The subjects that shall have certificates now.
    void want(Set<Subject> subjects) {
        Instant now = clock.instant();
        Map<SubjectName, Optional<BookEntry>> entries = new HashMap<>();
        subjects.forEach(
                subject -> entries.put(subject.name(), book.entry(subject.name().text())));
        locked(() -> {
            Set<SubjectName> names = new HashSet<>(entries.keySet());
            states.values()
                    .removeIf(state -> state.onDemandUntil.isEmpty()
                            && !(names.contains(state.subject.name()) && subjects.contains(state.subject)));
            for (Subject subject : subjects) {
                NameState state = states.computeIfAbsent(
                        subject.name(),
                        name -> NameState.from(subject, entries.getOrDefault(name, Optional.empty()), now));
                state.onDemandUntil = Optional.empty();
            }
            nudge();
        });
    }

    /// A handshake asked for a name that may have a certificate on demand.
    void demand(SubjectName name) {
        Instant now = clock.instant();
        Optional<BookEntry> entry = book.entry(name.text());
        locked(() -> {
            NameState state =
                    states.computeIfAbsent(name, _ -> onDemand(NameState.from(Subject.of(name), entry, now), now));
            state.onDemandUntil = state.onDemandUntil.map(_ -> now.plus(ON_DEMAND));
            nudge();
        });
    }

    private static NameState onDemand(NameState state, Instant now) {
        state.onDemandUntil = Optional.of(now.plus(ON_DEMAND));
        return state;
    }

    /// Asks for a new certificate as soon as limits allow.
    ///
    /// @return whether the name is one of ours
    boolean renew(SubjectName name, boolean freshKey) {
        Instant now = clock.instant();
        boolean[] found = new boolean[1];
        locked(() -> {
            for (NameState state : states.values()) {
                if (state.subject.names().contains(name)) {
                    state.wish(now);
                    state.freshKey |= freshKey;
                    found[0] = true;
                }
            }
            nudge();
        });
        return found[0];
    }

    /// An authority can be asked again: what was held back waits no longer.
    void freed() {
        Instant now = clock.instant();
        locked(() -> {
            states.values().stream().filter(state -> state.held).forEach(state -> state.nextLook = now);
            nudge();
        });
    }

    /// A look at all names and what is remembered of them.
    <T> List<T> each(java.util.function.Function<NameState, T> look) {
        lock.lock();
        try {
            return states.values().stream().map(look).toList();
        } finally {
            lock.unlock();
        }
    }

    /// The book or a file may have changed.
    void changed() {
        locked(this::nudge);
    }

    private void nudge() {
        nudged = true;
        changed.signalAll();
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
            coming.look(states.values(), clock.instant());
        } finally {
            lock.unlock();
        }
    }

    /// Whether a certificate that is not there yet is being made. Never blocks.
    boolean isComing(String serverName) {
        return coming.has(serverName);
    }

    private void run() {
        while (true) {
            Instant next = clock.instant().plus(heartbeat);
            try {
                next = step();
            } catch (RuntimeException e) {
                LOG.error("event=certificates-step-failed next=heartbeat", e);
            }
            lock.lock();
            try {
                long wait = Math.clamp(Duration.between(clock.instant(), next).toMillis(), 1, heartbeat.toMillis());
                if (!nudged && !closed) {
                    boolean _ = changed.await(wait, TimeUnit.MILLISECONDS);
                }
                if (closed) {
                    return;
                }
                nudged = false;
            } catch (InterruptedException _) {
                return;
            } finally {
                lock.unlock();
            }
        }
    }

    /// Does what is due.
    ///
    /// @return when to look again
    private Instant step() {
        files.look(announcer);
        shelf.keepLater();
        List<BookEntry> entries = refresh();
        Instant now = clock.instant();
        alert(entries, now);
        hearWishes(entries);
        crew.endOverlong();
        lock.lock();
        try {
            states.values()
                    .removeIf(state -> !state.running
                            && state.onDemandUntil
                                    .filter(until -> !now.isBefore(until))
                                    .isPresent());
            states.values().stream()
                    .filter(state -> !busy.contains(state.subject.name()) && !now.isBefore(state.nextLook))
                    .sorted(urgency(entries))
                    .limit(crew.free())
                    .toList()
                    .forEach(this::begin);
            return states.values().stream()
                    .filter(state -> !state.running)
                    .map(state -> state.nextLook)
                    .filter(now::isBefore)
                    .min(Comparator.naturalOrder())
                    .orElse(now.plus(heartbeat));
        } finally {
            lock.unlock();
        }
    }

    /// Those without a certificate first, then the ones that end first.
    private static Comparator<NameState> urgency(List<BookEntry> entries) {
        Map<String, Instant> ends = new HashMap<>();
        entries.forEach(entry -> entry.certified()
                .ifPresent(certified -> ends.put(
                        entry.name(), certified.chain().getFirst().getNotAfter().toInstant())));
        return Comparator.comparing(
                (NameState state) -> ends.getOrDefault(state.subject.name().text(), Instant.MIN));
    }

    private List<BookEntry> refresh() {
        Set<String> wanted = new TreeSet<>();
        each(state -> wanted.addAll(
                state.subject.names().stream().map(SubjectName::text).toList()));
        return shelf.refresh(wanted);
    }

    private void alert(List<BookEntry> entries, Instant now) {
        Map<String, String> troubles = new HashMap<>();
        each(state -> troubles.put(state.subject.name().text(), state.trouble));
        alerts.look(entries, troubles, files.certified(), now);
    }

    private void hearWishes(List<BookEntry> entries) {
        Instant now = clock.instant();
        Map<String, Instant> wishes = new HashMap<>();
        entries.forEach(entry -> entry.wanted().ifPresent(at -> wishes.put(entry.name(), at)));
        locked(() -> {
            for (NameState state : states.values()) {
                Optional<Instant> wish =
                        Optional.ofNullable(wishes.get(state.subject.name().text()));
                if (wish.isPresent() && !wish.equals(state.heard)) {
                    state.heard = wish;
                    state.wish(now);
                }
            }
        });
    }

    private void begin(NameState state) {
        state.running = true;
        busy.add(state.subject.name());
        crew.begin("certificate-" + state.subject.name(), () -> work(state), this::changed);
    }

    private void work(NameState state) {
        Instant next = clock.instant().plus(AFTER_CRASH);
        try {
            next = worked(state);
        } catch (InterruptedException _) {
            LOG.info("event=certificate-interrupted name={}", state.subject.name());
        } catch (RuntimeException e) {
            LOG.error("event=certificate-crashed name={} next-try={}", state.subject.name(), next, e);
        } finally {
            Instant after = next;
            locked(() -> {
                state.running = false;
                busy.remove(state.subject.name());
                // A wish that came meanwhile and has not come true is due at once.
                state.nextLook = state.wished ? clock.instant() : after;
            });
        }
    }

    private Instant worked(NameState state) throws InterruptedException {
        boolean wished = takeWish(state);
        if (!state.owed) {
            DueDates.Look look = dueDates.look(state.subject, state.window);
            locked(() -> state.window = look.heard());
            if (look.later().isPresent()) {
                return look.later().get();
            }
        }
        Issuance.Wish wish = new Issuance.Wish(wished, state.freshKey);
        return switch (issuance.run(state.subject, state.failures, wish)) {
            case Issuance.Result.Issued issued -> issued(state, issued, wish);
            case Issuance.Result.Failed failed -> failed(state, failed);
            case Issuance.Result.Nobody nobody -> unserved(state, nobody);
        };
    }

    private boolean takeWish(NameState state) {
        lock.lock();
        try {
            boolean wished = state.wished;
            state.owed |= wished;
            state.wished = false;
            return wished;
        } finally {
            lock.unlock();
        }
    }

    private Instant issued(NameState state, Issuance.Result.Issued issued, Issuance.Wish wish)
            throws InterruptedException {
        String name = state.subject.name().text();
        shelf.taken(name, issued);
        refresh();
        Instant now = clock.instant();
        locked(() -> {
            state.failures = 0;
            state.trouble = "";
            state.held = false;
            state.owed = false;
            // A wish that came before it was there has come true, unless it was for a new key, and this is an old one.
            state.freshKey &= !wish.freshKey();
            state.wished &=
                    state.freshKey || state.wishedAt.isAfter(issued.provenance().at());
            state.window = DueDates.Heard.NOTHING;
        });
        X509Certificate own = issued.certified().chain().getFirst();
        announcer.tell(new Event.Issued(name, issued.issuer(), own.getNotAfter().toInstant()));
        Optional<Boolean> served = outside.shows(state.subject.name(), own);
        locked(() -> state.served = served);
        return now;
    }

    private Instant failed(NameState state, Issuance.Result.Failed failed) {
        locked(() -> {
            // What was held back is no failure of the name.
            state.failures += failed.held() ? 0 : 1;
            state.held = failed.held();
            state.trouble = failed.words();
        });
        String name = state.subject.name().text();
        if (failed.held()) {
            LOG.debug("event=certificate-held name={} reason=\"{}\"", name, failed.words());
        } else {
            announcer.tell(new Event.Failed(name, failed.issuer(), failed.words(), failed.nextTry()));
        }
        return failed.nextTry();
    }

    /// It stays so until somebody configures an issuer, so it is said once.
    private Instant unserved(NameState state, Issuance.Result.Nobody nobody) {
        boolean said = state.trouble.equals(nobody.words());
        locked(() -> {
            state.failures++;
            state.held = false;
            state.trouble = nobody.words();
        });
        String name = state.subject.name().text();
        if (said) {
            LOG.debug("event=certificate-without-issuer name={} reason=\"{}\"", name, nobody.words());
        } else {
            announcer.tell(new Event.Failed(name, "nobody", nobody.words(), nobody.nextTry()));
        }
        return nobody.nextTry();
    }

    /// Ends all work; what was asked of an authority and not answered is asked again after the next start.
    @Override
    public void close() {
        patience.close();
        locked(() -> {
            closed = true;
            changed.signalAll();
        });
        try {
            thread.join(END);
            crew.end();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
