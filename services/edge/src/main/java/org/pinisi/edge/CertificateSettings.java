package org.pinisi.edge;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.pinisi.certificates.CertificateException;
import org.pinisi.certificates.ChallengeKind;
import org.pinisi.certificates.KeyType;
import org.pinisi.certificates.OnDemand;
import org.pinisi.http.Address;
import tools.jackson.databind.JsonNode;

/// Where the certificates of an edge come from and are kept, as the key `certificates` of `edge.yaml` says
/// it. Secrets are not in it, only where they are: `file:PATH` or `env:VARIABLE`.
///
/// @param book key `book`: the repository that keeps them, as URL#BRANCH; empty = one in the edge's own
///     folder
/// @param pass key `pass`: where the pass phrase of that book is; empty for the edge's own book, which
///     has a key file
/// @param email key `email`: where authorities may write to
/// @param agree key `agree`: that a person agreed to the authorities' terms of service; without it none
///     is asked
/// @param issuers key `issuers`: the authorities in order (Let's Encrypt)
/// @param keyType key `key-type` (p256)
/// @param checkNames key `check-dns`: whether it is looked at that a name points here before an
///     authority is asked
///     (yes)
/// @param addresses key `addresses`: under which the world reaches this machine; none = those of its
///     interfaces
/// @param resolvers key `resolvers`: who answers questions of DNS; none = the system's
/// @param zones key `dns`: how records for DNS-01 are set
/// @param onDemand key `on-demand`: names that nobody wrote down, and may have certificates all the same
/// @param files key `files`: certificates of your own
public record CertificateSettings(
        Optional<String> book,
        Optional<String> pass,
        Optional<String> email,
        boolean agree,
        List<Authority> issuers,
        KeyType keyType,
        boolean checkNames,
        Set<InetAddress> addresses,
        List<InetSocketAddress> resolvers,
        List<Zone> zones,
        Optional<OnDemand> onDemand,
        List<PemFiles> files) {
    private static final int DOMAIN = 53;
    private static final List<Authority> USUAL = List.of(Authority.named("letsencrypt"));

    public CertificateSettings {
        issuers = List.copyOf(issuers);
        addresses = Set.copyOf(addresses);
        resolvers = List.copyOf(resolvers);
        zones = List.copyOf(zones);
        files = List.copyOf(files);
    }

    /// An authority that speaks ACME.
    ///
    /// @param name for people; `letsencrypt` and `letsencrypt-staging` need no directory
    /// @param directory its URL, when it is none of those
    /// @param profile the kind of certificate, of those that it offers
    /// @param challenges by which a name may be proved, the preferred first; none = HTTP-01, then TLS-ALPN-01
    /// @param accountId of an account that was made by hand there
    /// @param accountKey where that account's secret is
    /// @param privateNames whether it takes names that no public authority could
    /// @param trust PEM file of the authorities that sign its own server's certificate; empty = those
    ///     of the system
    public record Authority(
            String name,
            Optional<URI> directory,
            Optional<String> profile,
            List<ChallengeKind> challenges,
            Optional<String> accountId,
            Optional<String> accountKey,
            boolean privateNames,
            Optional<Path> trust) {
        public Authority {
            challenges = List.copyOf(challenges);
        }

        static Authority named(String name) {
            return new Authority(
                    name,
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    Optional.empty());
        }
    }

    /// How records are set for the names below a domain: by updates of a server, or by a program.
    ///
    /// @param domain empty = all names
    /// @param server the zone's primary server, for updates (RFC 2136)
    /// @param keyName name of the key that signs them, `algorithm` its kind, `secret` where it is
    /// @param command the program, when there is no server
    public record Zone(
            String domain,
            Optional<InetSocketAddress> server,
            Optional<String> keyName,
            String algorithm,
            Optional<String> secret,
            List<String> command) {
        public Zone {
            command = List.copyOf(command);
        }
    }

    /// A certificate with its chain and its key, in PEM files that somebody else keeps up to date.
    public record PemFiles(Path certificate, Path key) {}

    /// What holds without the key: a book of its own, and certificates only for names that no public
    /// authority takes, since nobody has agreed to anything.
    public static CertificateSettings defaults() {
        return new CertificateSettings(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                USUAL,
                KeyType.P256,
                true,
                Set.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of());
    }

    /// For `pinisi up`, which has flags for these alone.
    public CertificateSettings with(
            Optional<String> newBook, Optional<String> newPass, Optional<String> newEmail, boolean newAgree) {
        return new CertificateSettings(
                newBook,
                newPass,
                newEmail,
                newAgree,
                issuers,
                keyType,
                checkNames,
                addresses,
                resolvers,
                zones,
                onDemand,
                files);
    }

    /// The same with one other authority, at this directory.
    public CertificateSettings withDirectory(URI directory, Optional<Path> trust) {
        Authority other = new Authority(
                String.valueOf(directory.getHost()),
                Optional.of(directory),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                true,
                trust);
        return new CertificateSettings(
                book,
                pass,
                email,
                agree,
                List.of(other),
                keyType,
                checkNames,
                addresses,
                resolvers,
                zones,
                onDemand,
                files);
    }

    /// Reads the value of the key.
    ///
    /// @param base where relative paths begin
    /// @throws EdgeException naming the field
    static CertificateSettings read(Fields fields, Path base) {
        var book = fields.optionalText("book");
        var pass = fields.optionalText("pass");
        var email = fields.optionalText("email");
        boolean agree = fields.flag("agree", false);
        var issuers = fields.list("issuers", USUAL, (at, node) -> authority(at, node, base));
        var keyType = parsed(fields.at("key-type"), () -> KeyType.parse(fields.text("key-type", "p256")));
        boolean check = fields.flag("check-dns", true);
        Set<InetAddress> addresses = new HashSet<>();
        for (String text : fields.texts("addresses", List.of())) {
            addresses.add(address(fields.at("addresses"), text));
        }
        List<InetSocketAddress> resolvers = fields.texts("resolvers", List.of()).stream()
                .map(text -> server(fields.at("resolvers"), text))
                .toList();
        var zones = fields.list("dns", List.<Zone>of(), CertificateSettings::zone);
        var onDemand = fields.optional("on-demand", CertificateSettings::onDemand);
        var files = fields.list("files", List.<PemFiles>of(), (at, node) -> files(at, node, base));
        if (book.isPresent() && pass.isEmpty()) {
            throw EdgeException.at(
                    fields.at("pass"),
                    "missing; a book elsewhere is sealed with a pass phrase (file:PATH or env:NAME)");
        }
        secretPlace(fields.at("pass"), pass);
        return fields.build(() -> new CertificateSettings(
                book, pass, email, agree, issuers, keyType, check, addresses, resolvers, zones, onDemand, files));
    }

    private static Authority authority(String at, JsonNode node, Path base) {
        if (node.isString()) {
            return known(at, Authority.named(node.stringValue()));
        }
        Fields fields = new Fields(at, node);
        String name = fields.text("name");
        var directory = fields.optionalText("directory").map(text -> uri(fields.at("directory"), text));
        var profile = fields.optionalText("profile");
        List<ChallengeKind> challenges = fields.texts("challenges", List.of()).stream()
                .map(text -> parsed(fields.at("challenges"), () -> ChallengeKind.parse(text)))
                .toList();
        var id = fields.optionalText("account-id");
        var key = fields.optionalText("account-key");
        secretPlace(fields.at("account-key"), key);
        if (id.isPresent() != key.isPresent()) {
            throw EdgeException.at(at, "account-id and account-key belong together; one is missing");
        }
        boolean privateNames = fields.flag("private-names", false);
        var trust = fields.optionalFile("trust").map(base::resolve);
        return known(
                at,
                fields.build(() -> new Authority(name, directory, profile, challenges, id, key, privateNames, trust)));
    }

    private static Authority known(String at, Authority authority) {
        boolean known = List.of("letsencrypt", "letsencrypt-staging").contains(authority.name());
        if (!known && authority.directory().isEmpty()) {
            throw EdgeException.at(
                    at,
                    "\"" + authority.name()
                            + "\" (expected: letsencrypt, letsencrypt-staging, or a name with a directory)");
        }
        return authority;
    }

    private static Zone zone(String at, JsonNode node) {
        Fields fields = new Fields(at, node);
        String domain = fields.text("domain", "");
        var server = fields.optionalText("server").map(text -> server(fields.at("server"), text));
        var keyName = fields.optionalText("key-name");
        String algorithm = fields.text("algorithm", "hmac-sha256");
        var secret = fields.optionalText("secret");
        secretPlace(fields.at("secret"), secret);
        var command = fields.texts("command", List.of());
        if (server.isPresent() != command.isEmpty()) {
            throw EdgeException.at(at, "expected either server, for signed updates, or command, a program of yours");
        }
        return fields.build(() -> new Zone(domain, server, keyName, algorithm, secret, command));
    }

    private static OnDemand onDemand(Fields fields) {
        var names = fields.texts("names", List.of());
        var ask = fields.optionalText("ask").map(text -> uri(fields.at("ask"), text));
        int perHour = fields.number("per-hour", 20);
        return fields.build(() -> parsed(fields.at("names"), () -> new OnDemand(names, ask, perHour)));
    }

    private static PemFiles files(String at, JsonNode node, Path base) {
        Fields fields = new Fields(at, node);
        Path certificate = base.resolve(fields.file("certificate"));
        Path key = base.resolve(fields.file("key"));
        return fields.build(() -> new PemFiles(certificate, key));
    }

    private static void secretPlace(String at, Optional<String> place) {
        boolean fine = place.isEmpty()
                || place.get().startsWith("file:")
                || place.get().startsWith("env:");
        if (!fine) {
            throw EdgeException.at(at, "a secret has no place in this file (expected: file:PATH or env:VARIABLE)");
        }
    }

    private static <T> T parsed(String at, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (CertificateException malformed) {
            throw EdgeException.at(at, String.valueOf(malformed.getMessage()));
        }
    }

    private static URI uri(String at, String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException malformed) {
            throw EdgeException.at(at, "\"" + text + "\" (expected: a URL)");
        }
    }

    private static InetAddress address(String at, String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException malformed) {
            throw EdgeException.at(at, "\"" + text + "\" (expected: an IP address)");
        }
    }

    private static InetSocketAddress server(String at, String text) {
        boolean oneColon = text.contains(":") && text.indexOf(':') == text.lastIndexOf(':');
        boolean withPort = oneColon || text.startsWith("[");
        try {
            if (withPort && Address.parse(text) instanceof Address.Inet(String host, int port)) {
                return new InetSocketAddress(InetAddress.ofLiteral(host), port);
            }
            return new InetSocketAddress(InetAddress.ofLiteral(text), DOMAIN);
        } catch (IllegalArgumentException malformed) {
            throw EdgeException.at(at, "\"" + text + "\" (expected: an IP address, with a port when it is not 53)");
        }
    }
}
