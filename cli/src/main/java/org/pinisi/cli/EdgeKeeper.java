package org.pinisi.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.pinisi.certificates.BookSettings;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.CertificateKeeper;
import org.pinisi.certificates.ChallengeKind;
import org.pinisi.certificates.DnsProvider;
import org.pinisi.certificates.DnsSettings;
import org.pinisi.certificates.ExternalAccount;
import org.pinisi.certificates.Issuer;
import org.pinisi.certificates.PassPhrase;
import org.pinisi.certificates.Probe;
import org.pinisi.certificates.ReloadCheck;
import org.pinisi.certificates.ReloadSignal;
import org.pinisi.edge.CertificateSettings;
import org.pinisi.git.GitClient;
import org.pinisi.git.RemoteBranch;
import org.pinisi.http.Address;

/// The certificates of an edge: its book, open, and the keeper that works on it. Whoever opened it closes
/// it, after the edge.
final class EdgeKeeper implements AutoCloseable {
    private static final Duration HOOK_TIME = Duration.ofMinutes(2);

    private final PassPhrase phrase;
    private final Optional<GitClient> client;
    private final CertificateBook book;
    private final CertificateKeeper keeper;

    private final ReentrantLock lock = new ReentrantLock();
    private Optional<ReloadSignal> signal = Optional.empty();
    private Optional<ReloadCheck> check = Optional.empty();

    private EdgeKeeper(PassPhrase phrase, Optional<GitClient> client, CertificateBook book, CertificateKeeper keeper) {
        this.phrase = phrase;
        this.client = client;
        this.book = book;
        this.keeper = keeper;
    }

    /// Opens the book that the settings name, or that of the data folder, and begins to look after its
    /// certificates.
    ///
    /// @param access who we are to the book's remote
    /// @param doors where the edge listens with TLS, once it does: certificates are looked at there, as
    ///     clients see them
    /// @throws org.pinisi.certificates.CertificateException when a setting cannot be used, or the book
    ///     cannot be opened
    static EdgeKeeper open(
            DataFolder data, CertificateSettings settings, GitAccessOptions access, Supplier<List<Address>> doors)
            throws IOException, InterruptedException {
        PassPhrase phrase = phrase(data, settings);
        Optional<GitClient> client = settings.book().isPresent() ? Optional.of(access.client()) : Optional.empty();
        Optional<CertificateBook> book = Optional.empty();
        boolean opened = false;
        try {
            BookSettings how = BookSettings.of(InstantSource.system());
            book = Optional.of(
                    settings.book().isPresent()
                            ? remote(data, client.orElseThrow(), settings.book().get(), phrase, how)
                            : CertificateBook.local(data.book(), phrase, how));
            CertificateKeeper keeper = keeper(book.get(), settings, doors);
            opened = true;
            return new EdgeKeeper(phrase, client, book.get(), keeper);
        } finally {
            if (!opened) {
                book.ifPresent(CertificateBook::close);
                client.ifPresent(GitClient::close);
                phrase.close();
            }
        }
    }

    /// What opens the book; the caller closes it.
    static PassPhrase phrase(DataFolder data, CertificateSettings settings) throws IOException {
        return settings.pass().isPresent() ? PassPhrases.read("certificates.pass", settings.pass()) : data.bookPhrase();
    }

    private static CertificateBook remote(
            DataFolder data, GitClient client, String place, PassPhrase phrase, BookSettings how) {
        RemoteBranch branch = RemoteBranch.parse(place);
        return CertificateBook.remote(client, branch, data.book(branch.url()), phrase, how);
    }

    private static CertificateKeeper keeper(
            CertificateBook book, CertificateSettings settings, Supplier<List<Address>> doors) throws IOException {
        CertificateKeeper.Builder builder = CertificateKeeper.builder(book);
        List<Issuer> issuers = new ArrayList<>();
        if (settings.agree()) {
            for (CertificateSettings.Authority authority : settings.issuers()) {
                issuers.add(acme(authority, settings));
            }
        }
        issuers.add(Issuer.Local.standard());
        builder.issuers(issuers)
                .probe(Probe.handshake(() -> reachable(doors.get())))
                .dns(DnsSettings.standard()
                        .withCheck(settings.checkNames())
                        .withAddresses(settings.addresses())
                        .withResolvers(settings.resolvers()));
        List<DnsProvider> providers = new ArrayList<>();
        for (CertificateSettings.Zone zone : settings.zones()) {
            providers.add(provider(zone));
        }
        builder.dnsProviders(providers);
        settings.onDemand().ifPresent(builder::onDemand);
        settings.files().forEach(files -> builder.file(files.certificate(), files.key()));
        return builder.build();
    }

    private static Optional<Address.Inet> reachable(List<Address> doors) {
        return doors.stream()
                .filter(Address.Inet.class::isInstance)
                .map(Address.Inet.class::cast)
                .findFirst();
    }

    private static Issuer acme(CertificateSettings.Authority authority, CertificateSettings settings)
            throws IOException {
        Issuer.Acme.Builder builder = authority.directory().isPresent()
                ? Issuer.Acme.at(authority.name(), authority.directory().get())
                : authority.name().equals("letsencrypt")
                        ? Issuer.Acme.letsEncrypt()
                        : Issuer.Acme.at("Let's Encrypt staging", Issuer.Acme.LETS_ENCRYPT_STAGING);
        builder.agreeToTerms().keyType(settings.keyType());
        settings.email().ifPresent(builder::email);
        authority.profile().ifPresent(builder::profile);
        if (!authority.challenges().isEmpty()) {
            builder.challenges(authority.challenges().toArray(ChallengeKind[]::new));
        } else if (!settings.zones().isEmpty()) {
            builder.challenges(ChallengeKind.HTTP, ChallengeKind.TLS_ALPN, ChallengeKind.DNS);
        }
        if (authority.accountId().isPresent()) {
            String key = Secrets.read("account-key", authority.accountKey().orElseThrow());
            builder.externalAccount(new ExternalAccount(authority.accountId().get(), key));
        }
        if (authority.privateNames()) {
            builder.privateNames();
        }
        if (authority.trust().isPresent()) {
            builder.trust(certificates(authority.trust().get()));
        }
        return builder.build();
    }

    private static List<X509Certificate> certificates(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> all = new ArrayList<>();
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                if (certificate instanceof X509Certificate known) {
                    all.add(known);
                }
            }
            return all;
        } catch (java.security.cert.CertificateException malformed) {
            throw new CommandException(
                    ExitCodes.FAILED, "cannot read certificates from " + file + ": " + malformed.getMessage());
        }
    }

    private static DnsProvider provider(CertificateSettings.Zone zone) throws IOException {
        if (zone.server().isEmpty()) {
            return new DnsProvider.Hook(zone.domain(), zone.command(), HOOK_TIME);
        }
        InetSocketAddress server = zone.server().get();
        if (zone.keyName().isEmpty() || zone.secret().isEmpty()) {
            return new DnsProvider.Update(zone.domain(), server, Optional.empty(), Duration.ofMinutes(1));
        }
        String secret = Secrets.read("secret", zone.secret().get());
        return new DnsProvider.Update(
                zone.domain(),
                server,
                new DnsProvider.TransactionKey(zone.keyName().get(), zone.algorithm(), secret));
    }

    CertificateBook book() {
        return book;
    }

    CertificateKeeper keeper() {
        return keeper;
    }

    /// The edge's side of reload signals; empty when the book has no pass phrase that could sign them.
    Optional<Supplier<ReloadCheck>> signals() {
        return book.isSealed() ? Optional.of(this::check) : Optional.empty();
    }

    /// Made with the first signal, since that takes a good part of a second.
    private ReloadCheck check() {
        lock.lock();
        try {
            if (check.isEmpty()) {
                ReloadSignal made = ReloadSignal.of(phrase);
                signal = Optional.of(made);
                check = Optional.of(new ReloadCheck(made, InstantSource.system()));
            }
            return check.get();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        keeper.close();
        book.close();
        client.ifPresent(GitClient::close);
        lock.lock();
        try {
            signal.ifPresent(ReloadSignal::close);
        } finally {
            lock.unlock();
        }
        phrase.close();
    }
}
