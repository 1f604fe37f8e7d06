package org.pinisi.certificates;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.CertificateSource;
import org.pinisi.http.Certified;

/// The certificates of one program: found at handshakes, wanted by names, got and renewed in time, kept in
/// a [CertificateBook]. Nothing is ever deleted, and what is there is served until there is something
/// newer.
///
/// Thread-safe. [#find], [#alpnChallenge] and [#httpChallenge] never block and may be called on an event
/// loop. Whoever made it closes it, before its book.
public final class CertificateKeeper implements CertificateSource, AutoCloseable {
    private final CertificateBook book;
    private final List<AcmeAuthority> remotes;
    private final ChallengeBoard board;
    private final DnsRecords records;
    private final PointsHere pointsHere;
    private final OwnFiles files;
    private final Shelf shelf;
    private final Renewals renewals;
    private final Announcer announcer;
    private final List<Set<SubjectName>> together;
    private final Optional<OnDemandGate> onDemand;
    private final InstantSource clock;
    private final BookWatch watch;

    private CertificateKeeper(Builder builder) {
        this.book = builder.book;
        this.clock = builder.clock;
        this.together = List.copyOf(builder.together);
        this.announcer = new Announcer();
        builder.listeners.forEach(announcer::listen);
        this.board = new ChallengeBoard();
        Patience patience = new Patience();
        Questions questions = new Questions(builder.dns);
        this.records = new DnsRecords(builder.providers, questions, builder.dns, patience);
        CertificateMaker maker = new CertificateMaker();
        Challenges challenges = new Challenges(board, records, maker, clock);
        this.pointsHere = new PointsHere(builder.dns, questions, board);
        this.files = new OwnFiles(builder.files);
        this.shelf = new Shelf(book, files);
        List<AcmeAuthority> acme = new ArrayList<>();
        List<Issuance.Authority> authorities = new ArrayList<>();
        for (Issuer issuer : builder.issuers) {
            authorities.add(
                    switch (issuer) {
                        case Issuer.Local local ->
                            new Issuance.Authority.Own(new LocalAuthority(local, book, maker, clock));
                        case Issuer.Acme remote -> {
                            AcmeAuthority authority = new AcmeAuthority(remote, book, challenges, patience, clock);
                            acme.add(authority);
                            yield new Issuance.Authority.Remote(
                                    authority, new AuthorityGate(remote, book, this::freed));
                        }
                    });
        }
        this.remotes = List.copyOf(acme);
        this.renewals = new Renewals(new Renewals.Parts(
                book,
                new Issuance(authorities, book, challenges, pointsHere, clock),
                new DueDates(shelf, this::window, clock),
                files,
                shelf,
                announcer,
                new OutsideLook(Optional.ofNullable(builder.probe), patience, announcer),
                patience,
                clock,
                builder.heartbeat,
                builder.parallel));
        this.onDemand =
                Optional.ofNullable(builder.onDemand).map(rules -> new OnDemandGate(rules, clock, renewals::demand));
        this.watch = book.watch(renewals::changed);
        renewals.start();
        onDemand.ifPresent(OnDemandGate::start);
    }

    /// A keeper of this book, which stays the caller's.
    public static Builder builder(CertificateBook book) {
        return new Builder(book);
    }

    /// All names that shall have certificates now: exact ones, `*.example.org`, IP addresses, in any
    /// spelling. Others that the book has are still found, but not renewed. A name that a wanted wildcard
    /// covers, or a file, gets no certificate of its own. Repeating the same names costs little.
    ///
    /// @throws CertificateException if one is no name; nothing has changed then
    public void want(Set<String> names) {
        Set<SubjectName> wanted = new TreeSet<>();
        names.forEach(name -> wanted.add(SubjectName.parse(name)));
        Set<SubjectName> wildcards = new HashSet<>(wanted);
        wildcards.removeIf(name -> !name.isWildcard() || !records.serves(name));
        Set<SubjectName> given = new HashSet<>();
        files.certified()
                .forEach(certified ->
                        given.addAll(SubjectNames.of(certified.chain().getFirst())));
        wildcards.addAll(given);
        Set<Subject> subjects = new LinkedHashSet<>();
        for (SubjectName name : wanted) {
            boolean covered = given.contains(name)
                    || wildcards.stream().anyMatch(wider -> !wider.equals(name) && wider.covers(name));
            if (!covered) {
                subjects.add(subject(name));
            }
        }
        renewals.want(subjects);
    }

    private Subject subject(SubjectName name) {
        for (Set<SubjectName> group : together) {
            if (group.contains(name)) {
                List<SubjectName> sorted = group.stream().sorted().toList();
                return new Subject(sorted.getFirst(), sorted);
            }
        }
        return Subject.of(name);
    }

    /// The certificate for a server name: an exact one, else a wildcard's. For a client that names none, as
    /// one that dials an IP address does, the one of an IP address.
    @Override
    public Optional<Certified> find(String serverName) {
        Optional<Certified> found = shelf.index().find(serverName);
        onDemand.ifPresent(gate -> gate.heard(serverName));
        return found;
    }

    /// Whether the name is wanted and its first certificate is being made, without a failure until now.
    @Override
    public boolean isComing(String serverName) {
        return renewals.isComing(serverName);
    }

    /// What to show to an authority that asks for this name with the protocol `acme-tls/1` (RFC 8737), and
    /// to nobody else.
    public Optional<Certified> alpnChallenge(String serverName) {
        return board.handshake(serverName.toLowerCase(Locale.ROOT));
    }

    /// What to answer, as `application/octet-stream`, to `GET /.well-known/acme-challenge/TOKEN` at port
    /// 80, for any host (RFC 8555, 8.3).
    public Optional<String> httpChallenge(String token) {
        return board.answer(token);
    }

    /// How it stands with each name, sorted.
    public List<CertificateStatus> statuses() {
        return Statuses.of(book, renewals, files, clock.instant());
    }

    /// How it stands with one name, or with the wildcard or the shared certificate that covers it.
    ///
    /// @throws CertificateException if it is no name
    public Optional<CertificateStatus> status(String name) {
        SubjectName asked = SubjectName.parse(name);
        List<CertificateStatus> all = statuses();
        return all.stream()
                .filter(status -> status.name().equals(asked.text()))
                .findFirst()
                .or(() -> all.stream()
                        .filter(status -> status.names().stream().anyMatch(known -> covers(known, asked)))
                        .findFirst());
    }

    private static boolean covers(String known, SubjectName asked) {
        return new SubjectName(known).covers(asked);
    }

    /// Asks for a new certificate at once, whatever the age of the old one and the wait after a failure,
    /// also one of the authority's; limits and times that the authority named are kept. Returns at once;
    /// listeners hear what comes of it.
    ///
    /// @throws CertificateException if the name is not wanted
    public void renew(String name) {
        renewed(SubjectName.parse(name), false);
    }

    private void renewed(SubjectName name, boolean freshKey) {
        if (!renewals.renew(name, freshKey)) {
            throw new CertificateException(name + " is none of the names that have certificates here (a route of that"
                    + " name is missing, or a wildcard or a file covers it)");
        }
    }

    /// Revokes a name's certificate at the authority that gave it, then gets a new one with a new key. The
    /// revoked one is served until that is there. Blocks some seconds.
    ///
    /// @param byOwnKey proves by the certificate's key that it is ours, instead of by our account: for when
    ///     the account is lost
    /// @throws CertificateException if there is no such certificate or the authority refuses
    public void revoke(String name, Revocation reason, boolean byOwnKey) throws InterruptedException {
        SubjectName subject = SubjectName.parse(name);
        BookEntry entry = book.entry(subject.text())
                .orElseThrow(() -> new CertificateException("there is no certificate for " + subject));
        Certified certified =
                entry.certified().orElseThrow(() -> new CertificateException("there is no certificate for " + subject));
        AcmeAuthority authority = entry.provenance()
                .flatMap(this::authority)
                .orElseThrow(() -> new CertificateException("the certificate for " + subject
                        + " comes from no authority that is configured here, so it cannot be revoked from here"));
        try {
            authority.revoke(certified, byOwnKey, reason.code());
        } catch (Refusal refusal) {
            throw new CertificateException("the certificate for " + subject + " was not revoked: " + refusal.words());
        }
        String serial = certified.chain().getFirst().getSerialNumber().toString(16);
        announcer.tell(new KeeperListener.Event.Revoked(subject.text(), serial));
        renewals.renew(subject, true);
    }

    private Optional<AcmeAuthority> authority(Provenance provenance) {
        return provenance
                .directory()
                .flatMap(directory -> remotes.stream()
                        .filter(remote -> remote.issuer().directory().equals(directory))
                        .findFirst());
    }

    private Optional<AcmeAuthority.Window> window(X509Certificate certificate, Provenance provenance)
            throws InterruptedException {
        Optional<AcmeAuthority> authority = authority(provenance);
        try {
            return authority.isPresent() ? authority.get().window(certificate) : Optional.empty();
        } catch (Refusal _) {
            // Without its advice a third of the life left is the time.
            return Optional.empty();
        }
    }

    private void freed() {
        renewals.freed();
    }

    /// The root of the local authority, for those who shall trust it; empty until it was first needed.
    public Optional<X509Certificate> localRoot() {
        return LocalAuthority.known(book);
    }

    /// Hears from now on what happens.
    public void listen(KeeperListener listener) {
        announcer.listen(listener);
    }

    /// How many requests were sent to authorities; for metrics.
    public long requests() {
        return remotes.stream().mapToLong(AcmeAuthority::requests).sum();
    }

    /// Ends all work within seconds. Certificates are still found.
    @Override
    public void close() {
        watch.close();
        onDemand.ifPresent(OnDemandGate::close);
        renewals.close();
        remotes.forEach(AcmeAuthority::close);
        pointsHere.close();
    }

    /// Collects the settings. Not thread-safe.
    public static final class Builder {
        private final CertificateBook book;
        private final List<Issuer> issuers = new ArrayList<>();
        private final List<DnsProvider> providers = new ArrayList<>();
        private final List<OwnFiles.Pair> files = new ArrayList<>();
        private final List<KeeperListener> listeners = new ArrayList<>();
        private final List<Set<SubjectName>> together = new ArrayList<>();
        private DnsSettings dns = DnsSettings.standard();
        private InstantSource clock = InstantSource.system();
        private @Nullable Probe probe;
        private @Nullable OnDemand onDemand;
        private int parallel = 4;
        private Duration heartbeat = Duration.ofSeconds(20);

        private Builder(CertificateBook book) {
            this.book = requireNonNull(book, "book");
        }

        /// Who gives certificates, in this order.
        ///
        /// @throws CertificateException if two have the same name
        public Builder issuers(List<? extends Issuer> all) {
            if (all.stream().map(Issuer::name).distinct().count() < all.size()) {
                throw new CertificateException("two issuers have the same name: "
                        + all.stream().map(Issuer::name).toList());
            }
            issuers.clear();
            issuers.addAll(all);
            return this;
        }

        /// How records for DNS-01 are set.
        public Builder dnsProviders(List<? extends DnsProvider> all) {
            providers.clear();
            providers.addAll(all);
            return this;
        }

        /// How names are looked up and checked.
        public Builder dns(DnsSettings settings) {
            dns = requireNonNull(settings, "dns");
            return this;
        }

        /// Names that share one certificate, once one of them is wanted.
        public Builder together(Set<String> names) {
            Set<SubjectName> group = new TreeSet<>();
            names.forEach(name -> group.add(SubjectName.parse(name)));
            if (group.isEmpty() || group.size() > 100) {
                throw new CertificateException(
                        "together: " + group.size() + " names (expected: 1 to 100, as authorities take)");
            }
            together.add(group);
            return this;
        }

        /// A certificate of your own in PEM files, read again when they change; it wins over others for its
        /// names.
        ///
        /// @param key may be the same file
        public Builder file(Path chain, Path key) {
            files.add(new OwnFiles.Pair(chain, key));
            return this;
        }

        /// Certificates for names that nobody wrote down. Off by default.
        public Builder onDemand(OnDemand rules) {
            onDemand = rules;
            return this;
        }

        /// Looks at what is served after each new certificate.
        public Builder probe(Probe eye) {
            probe = eye;
            return this;
        }

        public Builder listener(KeeperListener listener) {
            listeners.add(requireNonNull(listener, "listener"));
            return this;
        }

        public Builder clock(InstantSource source) {
            clock = requireNonNull(source, "clock");
            return this;
        }

        /// How many certificates are asked for at once, 1 to 32; 4 by default.
        public Builder parallel(int most) {
            if (most < 1 || most > 32) {
                throw new CertificateException("parallel: " + most + " (expected: 1 to 32)");
            }
            parallel = most;
            return this;
        }

        /// How often it is looked at least whether files have changed or something is due: the clock may
        /// have jumped. 20 s by default.
        public Builder heartbeat(Duration time) {
            if (!time.isPositive()) {
                throw new CertificateException("heartbeat: " + time + " (expected: more than zero)");
            }
            heartbeat = time;
            return this;
        }

        /// Starts it.
        ///
        /// @throws CertificateException if the book is open without its pass phrase: nothing could be kept
        public CertificateKeeper build() {
            if (book.isLocked()) {
                throw new CertificateException("the book of certificates is open without its pass phrase, so new ones"
                        + " could not be kept; open it with the pass phrase");
            }
            return new CertificateKeeper(this);
        }
    }
}
