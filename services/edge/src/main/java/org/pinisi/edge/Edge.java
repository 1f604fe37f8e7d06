package org.pinisi.edge;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.ReloadCheck;
import org.pinisi.http.Address;
import org.pinisi.http.Loops;
import org.pinisi.http.TlsServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running edge: the listeners, the proxy, and the admin socket.
///
/// Routes are read from their file before the first listener opens, so a killed edge is back with all
/// of them at once. Thread-safe.
public final class Edge implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Edge.class);

    private final EdgeConfig config;
    private final InstantSource time;
    private final Loops loops;
    private final @Nullable AccessLog accessLog;
    private final LoopStates states;
    private final Routes routes;
    private final Proxy proxy;
    private final EdgeCertificates certificates;
    private final @Nullable TlsServer tls;
    private final Reception reception;
    private final Listeners listeners;
    private final Seen seen;
    private final Instant started;
    private volatile @Nullable AdminApi admin;
    private volatile @Nullable EdgeConfiguration configuration;
    private volatile @Nullable BookRoutes bookRoutes;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Edge(Builder builder) {
        this.config = builder.config;
        this.time = builder.clock;
        this.started = time.instant();
        this.accessLog = config.accessLog() == null
                ? null
                : new AccessLog(
                        config.accessLog(),
                        config.accessLogBytes(),
                        config.accessLogFiles(),
                        config.accessLogStyle(),
                        time);
        this.loops = Loops.create("edge", config.loops());
        this.states = new LoopStates(loops, accessLog);
        this.routes = new Routes(
                new RoutesFile(config.routesFile(), time),
                loops,
                config.limits().poolSize(),
                builder.folders,
                states::leave);
        ClientAuthorities authorities = new ClientAuthorities();
        this.reception = new Reception(
                builder.certificates,
                authorities,
                config.tls().strictNames(),
                config.tls().altSvc());
        routes.watch(reception);
        this.proxy = new Proxy(routes, reception, loops, config.limits(), config.http2(), accessLog != null, time);
        states.use(proxy);
        this.certificates = builder.certificates;
        this.tls = config.tls().listen().isEmpty() ? null : tls(config.tls(), certificates, authorities);
        this.listeners = new Listeners(
                loops, proxy, states, config.trust(), tls, config.tls().http3());
        this.seen = new Seen(
                routes,
                new Names(routes, certificates::statuses, new Doors(this::addresses, tls != null), time),
                new EdgeMetrics(routes, states, proxy, accessLog, certificates::statuses));
    }

    private static TlsServer tls(EdgeTls settings, EdgeCertificates certificates, ClientAuthorities authorities) {
        return TlsServer.builder(certificates)
                .challenges(certificates::alpnChallenge)
                .clients(authorities)
                .strict(settings.strictNames())
                .handshakeTime(settings.handshakeTime())
                .handshakes(settings.handshakes())
                .build();
    }

    /// Collects what an edge is made of.
    public static Builder builder(EdgeConfig config) {
        return new Builder(config);
    }

    /// Starts an edge without certificates and returns when it listens; the short form of [#builder].
    ///
    /// @param folders what serves the routes that lead to folders
    /// @throws EdgeException when an address is taken, a file cannot be used, or another edge lives at
    ///     the admin socket
    public static Edge start(EdgeConfig config, FolderServing folders) {
        return builder(config).folders(folders).start();
    }

    /// Starts an edge that follows its configuration, without certificates; the short form of
    /// [Builder#configuration].
    ///
    /// @throws EdgeException also when a route of the configuration cannot work here
    public static Edge start(EdgeConfiguration configuration, FolderServing folders) {
        return builder(configuration.setup().config())
                .folders(folders)
                .configuration(configuration)
                .start();
    }

    private void open(Builder builder, List<EdgeRoute> ofFiles) {
        CertificateBook book = builder.book;
        Supplier<ReloadCheck> signals = builder.signals;
        routes.load();
        routes.replaceAll(RouteSource.FILES, ofFiles);
        if (book != null) {
            follow(book);
        }
        Supplier<CertificateBook> signalled = builder.signalled;
        if (signals != null && signalled != null) {
            reception.reloads(new Reloads(signals, signalled, this::configuration));
        }
        admin = new AdminApi(this, routes, seen, loops, config.adminSocket());
        listeners.open(config.listen(), config.tls().listen());
        reception.secure(listeners.securePort());
        Address metrics = config.metrics();
        if (metrics != null) {
            seen.listen(metrics, loops);
        }
        log.info(
                "event=edge-started addresses={} tls={} routes={} transport={} loops={}",
                listeners.addresses(),
                listeners.tlsAddresses(),
                routes.all().size(),
                loops.transport(),
                loops.threads());
    }

    /// As [Builder#book], for a book that is opened while the edge runs; once.
    public void follow(CertificateBook book) {
        if (bookRoutes != null) {
            throw new IllegalStateException("the edge follows a book already");
        }
        bookRoutes = new BookRoutes(book, routes);
    }

    /// Where it listens, with the real ports where 0 was asked for; in the order of the configuration.
    public List<Address> addresses() {
        return listeners.addresses();
    }

    /// Where it listens for TLS, likewise.
    public List<Address> tlsAddresses() {
        return listeners.tlsAddresses();
    }

    /// Where it tells metrics to whoever asks, with the real port; empty for nowhere.
    public Optional<Address> metricsAddress() {
        return Optional.ofNullable(seen.address());
    }

    EdgeHealth health() {
        String version = Edge.class.getPackage().getImplementationVersion();
        return new EdgeHealth(
                version == null ? "development" : version,
                ProcessHandle.current().pid(),
                started,
                addresses(),
                tlsAddresses(),
                routes.all().size(),
                proxy.clients(),
                accessLog == null ? 0 : accessLog.dropped());
    }

    /// What the edge follows, if anything.
    Optional<EdgeConfiguration> configuration() {
        return Optional.ofNullable(configuration);
    }

    EdgeCertificates certificates() {
        return certificates;
    }

    Routes routes() {
        return routes;
    }

    /// Waits until the edge has ended, by [#close] or by a stop through the admin socket.
    public void awaitStopped() throws InterruptedException {
        stopped.await();
    }

    /// Ends: accepts nothing new, lets requests under way end within the configured time, then closes
    /// everything. A second call waits for the first.
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            awaitOther();
            return;
        }
        try {
            BookRoutes following = bookRoutes;
            if (following != null) {
                following.close();
            }
            listeners.close();
            proxy.stop();
            awaitClients(config.limits().stopTime());
            listeners.closeClients();
            seen.close();
            AdminApi opened = admin;
            if (opened != null) {
                opened.close();
            }
            routes.close();
            states.flushLogs();
            listeners.closeHttp3();
            loops.close();
            if (tls != null) {
                tls.close();
            }
            if (accessLog != null) {
                accessLog.close();
            }
            log.info(
                    "event=edge-stopped uptime-seconds={}",
                    Duration.between(started, time.instant()).toSeconds());
        } finally {
            stopped.countDown();
        }
    }

    private void awaitOther() {
        try {
            if (!stopped.await(config.limits().stopTime().plusSeconds(30).toMillis(), TimeUnit.MILLISECONDS)) {
                throw new EdgeException("the edge did not end in time");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitClients(Duration most) {
        try {
            if (!proxy.awaitNoClients(most)) {
                log.warn("event=edge-stop-cut connections={}", proxy.clients());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Collects what an edge is made of. Not thread-safe.
    public static final class Builder {
        private final EdgeConfig config;
        private FolderServing folders = (folder, _) -> {
            throw new EdgeException("the folder " + folder.path() + " cannot be served: this edge serves no folders");
        };
        private EdgeCertificates certificates = EdgeCertificates.none();
        private InstantSource clock = InstantSource.system();
        private @Nullable EdgeConfiguration configuration;
        private @Nullable CertificateBook book;
        private @Nullable Supplier<ReloadCheck> signals;
        private @Nullable Supplier<CertificateBook> signalled;

        private Builder(EdgeConfig config) {
            this.config = config;
        }

        /// What serves the routes that lead to folders; nothing by default.
        public Builder folders(FolderServing newFolders) {
            folders = newFolders;
            return this;
        }

        /// The certificates for the addresses with TLS, which stay the caller's; none by default.
        public Builder certificates(EdgeCertificates newCertificates) {
            certificates = newCertificates;
            return this;
        }

        /// The clock of dates and logs; the system's by default.
        public Builder clock(InstantSource newClock) {
            clock = newClock;
            return this;
        }

        /// What the edge follows: it has all these routes before the first listener opens, and takes
        /// each change from then on. Closing the edge leaves the configuration to be closed by whoever
        /// opened it.
        public Builder configuration(EdgeConfiguration newConfiguration) {
            configuration = newConfiguration;
            return this;
        }

        /// Makes routes of the entries of this book that have a target, live, where no other route has
        /// their host. The book stays the caller's, to be closed after the edge.
        public Builder book(CertificateBook newBook) {
            book = newBook;
            return this;
        }

        /// Takes signals to look at the book and the configuration at once. Without this, there is no such
        /// page.
        ///
        /// @param check the edge's side of them, asked for with the first signal; may block
        /// @param signalled the book, asked for with the first signal that is ours; may block
        public Builder signals(Supplier<ReloadCheck> check, Supplier<CertificateBook> signalled) {
            this.signals = check;
            this.signalled = signalled;
            return this;
        }

        /// Starts the edge and returns when it listens.
        ///
        /// @throws EdgeException when an address is taken, a file cannot be used, or another edge lives
        ///     at the admin socket
        public Edge start() {
            Edge edge = new Edge(this);
            EdgeConfiguration followed = configuration;
            try {
                edge.open(this, followed == null ? List.of() : followed.setup().routes());
                if (followed != null) {
                    edge.configuration = followed;
                    followed.follow(edge.routes);
                }
                return edge;
            } catch (RuntimeException failure) {
                edge.close();
                throw failure;
            }
        }
    }
}
