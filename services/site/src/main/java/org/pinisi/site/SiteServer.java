package org.pinisi.site;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.pinisi.http.Address;
import org.pinisi.http.FastPath;
import org.pinisi.http.Handler;
import org.pinisi.http.HttpException;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.TlsServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A site that follows a branch, served over HTTP and HTTPS. Thread-safe. Whoever started it closes it.
public final class SiteServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SiteServer.class);
    private static final Duration CERTIFICATE_LOOKS = Duration.ofSeconds(5);

    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final List<Address> plain = new ArrayList<>();
    private final List<Address> secure = new ArrayList<>();
    private final List<Address> status = new ArrayList<>();
    private final SiteSource source;
    private final Optional<SiteCertificates> certificates;

    private SiteServer(
            SiteServerConfig config,
            SiteOrigin origin,
            SourceRhythm rhythm,
            Stage stage,
            Optional<SiteCertificates> certificates,
            InstantSource clock,
            RandomGenerator random) {
        if (!config.secure().isEmpty() && config.certificate().isEmpty() && certificates.isEmpty()) {
            throw new SiteException("TLS needs a certificate; give --certificate and --private-key");
        }
        this.certificates = certificates;
        source = SiteSource.start(origin, stage::show, rhythm, clock, random);
        closers.push(source::close);
        Loops loops = Loops.create("site", config.threads());
        closers.push(loops::close);
        SiteDoor door = new SiteDoor(
                stage, config.hook().map(settings -> new Hook(settings, source)), previews(config, origin, stage));
        listen(config, door, loops, clock);
    }

    /// Starts to serve: what was last known at once, then what the branch has.
    ///
    /// @param site what shows the commits; shows no others meanwhile
    /// @param origin where the commits come from; the server's from now on
    /// @throws SiteException when an address cannot be listened on or a certificate cannot be used; nothing is left
    ///     running then
    public static SiteServer start(
            SiteServerConfig config, Site site, SiteOrigin origin, SourceRhythm rhythm, InstantSource clock) {
        return start(config, origin, rhythm, new GitStage(site, origin), clock, new SecureRandom());
    }

    /// As the other, with certificates that somebody gets while it serves.
    ///
    /// @param certificates stays the caller's, to be closed after the server
    public static SiteServer start(
            SiteServerConfig config,
            Site site,
            SiteOrigin origin,
            SourceRhythm rhythm,
            SiteCertificates certificates,
            InstantSource clock) {
        return new SiteServer(
                config,
                origin,
                rhythm,
                new GitStage(site, origin),
                Optional.of(certificates),
                clock,
                new SecureRandom());
    }

    /// As the other, with a stage and chance of a test's own.
    static SiteServer start(
            SiteServerConfig config,
            SiteOrigin origin,
            SourceRhythm rhythm,
            Stage stage,
            InstantSource clock,
            RandomGenerator random) {
        return new SiteServer(config, origin, rhythm, stage, Optional.empty(), clock, random);
    }

    private Optional<Previews> previews(SiteServerConfig config, SiteOrigin origin, Stage stage) {
        return config.previews() == 0
                ? Optional.empty()
                : Optional.of(new Previews(
                        config.previews(),
                        () -> source.status().shown(),
                        (tip, prefix) -> origin.repository().inHistory(tip, prefix),
                        stage::preview));
    }

    private void listen(SiteServerConfig config, SiteDoor door, Loops loops, InstantSource clock) {
        boolean started = false;
        try {
            if (config.certificate().isPresent() && !config.secure().isEmpty()) {
                CertificateWatch certificate =
                        CertificateWatch.start(config.certificate().get(), CERTIFICATE_LOOKS);
                closers.push(certificate::close);
                TlsServer tls = TlsServer.builder(certificate).build();
                closers.push(tls::close);
                for (Address address : config.secure()) {
                    secure.add(open(server(address, door, door, loops, clock).tls(tls)));
                }
            }
            if (config.certificate().isEmpty()
                    && certificates.isPresent()
                    && !config.secure().isEmpty()) {
                SiteCertificates made = certificates.get();
                TlsServer tls =
                        TlsServer.builder(made).challenges(made::handshake).build();
                closers.push(tls::close);
                for (Address address : config.secure()) {
                    secure.add(open(server(address, door, door, loops, clock).tls(tls)));
                }
            }
            for (Address address : config.plain()) {
                plain.add(open(plainServer(config, address, door, loops, clock)));
            }
            config.status()
                    .ifPresent(address ->
                            status.add(open(HttpServer.builder(address, new StatusPages(source, clock), loops)
                                    .name("site-status")
                                    .clock(clock))));
            log.info("event=site-started plain={} secure={} status={}", plain, secure, status);
            started = true;
        } catch (HttpException failure) {
            throw new SiteException(String.valueOf(failure.getMessage()), failure);
        } finally {
            if (!started) {
                close();
            }
        }
    }

    private HttpServer.Builder plainServer(
            SiteServerConfig config, Address address, SiteDoor door, Loops loops, InstantSource clock) {
        if (secure.isEmpty() || !config.redirect()) {
            return server(address, door, challenged(door), loops, clock);
        }
        int port = config.securePort() == 0 ? port(secure.getFirst()) : config.securePort();
        SecureDoor redirect = new SecureDoor(config.hostname(), port);
        return server(address, redirect, challenged(redirect), loops, clock);
    }

    private FastPath challenged(FastPath fast) {
        return certificates.<FastPath>map(made -> new ChallengeDoor(made, fast)).orElse(fast);
    }

    private static int port(Address address) {
        return switch (address) {
            case Address.Inet(String _, int port) -> port;
            case Address.Unix _ -> 443;
        };
    }

    private static HttpServer.Builder server(
            Address address, Handler handler, FastPath fast, Loops loops, InstantSource clock) {
        return HttpServer.builder(address, handler, loops)
                .name("site")
                .fastPath(fast)
                .http2(true)
                .clock(clock);
    }

    private Address open(HttpServer.Builder builder) {
        HttpServer server = builder.start();
        closers.push(server::close);
        return server.address();
    }

    /// Where plain HTTP is spoken, with the ports really had.
    public List<Address> plain() {
        return List.copyOf(plain);
    }

    /// Where HTTPS is spoken, with the ports really had.
    public List<Address> secure() {
        return List.copyOf(secure);
    }

    /// Where the site tells how it is.
    public Optional<Address> statusAddress() {
        return status.stream().findFirst();
    }

    /// Follows the branch; tells how it is, and can be told that the branch has moved.
    public SiteSource source() {
        return source;
    }

    /// Stops: answers under way may end within five seconds, then everything is closed.
    @Override
    public void close() {
        synchronized (closers) {
            while (!closers.isEmpty()) {
                closers.pop().run();
            }
        }
    }
}
