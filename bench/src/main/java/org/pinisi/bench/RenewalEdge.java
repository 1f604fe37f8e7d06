package org.pinisi.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.pinisi.certificates.AuthorityLimits;
import org.pinisi.certificates.BookSettings;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.CertificateKeeper;
import org.pinisi.certificates.DnsSettings;
import org.pinisi.certificates.Issuer;
import org.pinisi.certificates.PassPhrase;
import org.pinisi.certificates.Revocation;
import org.pinisi.edge.Edge;
import org.pinisi.edge.EdgeCertificates;
import org.pinisi.edge.EdgeConfig;

/// An edge with a keeper of certificates, as a process of its own. What measurements need and `pinisi edge`
/// does not have: an authority that finds it at other ports than 80 and 443 and gives each name many
/// certificates a week, and lines on its standard input: `revoke NAME`, and `later SECONDS`, by which the
/// keeper's clock is moved. It ends when that ends.
final class RenewalEdge {
    /// Words that seal the book.
    static final String WORDS = "the words of a test";

    private RenewalEdge() {}

    /// Where it is to serve, and whom to ask.
    ///
    /// @param folder its files: admin socket, routes, the book
    /// @param trust PEM file of who signed the authority's own certificate
    /// @param dnsPort of the name server
    /// @param longestWait between two tries, while the authority is away
    record Place(Path folder, int plain, int secure, URI directory, Path trust, int dnsPort, Duration longestWait) {
        Path book() {
            return folder.resolve("book");
        }

        Path adminSocket() {
            return folder.resolve("admin.sock");
        }

        /// The command that starts it, with our class path.
        List<String> command() {
            return List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xmx256m",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    System.getProperty("java.class.path"),
                    RenewalEdge.class.getName(),
                    folder.toString(),
                    Integer.toString(plain),
                    Integer.toString(secure),
                    directory.toString(),
                    trust.toString(),
                    Integer.toString(dnsPort),
                    longestWait.toString());
        }
    }

    public static void main(String[] words) throws Exception {
        Place place = new Place(
                Path.of(words[0]),
                Integer.parseInt(words[1]),
                Integer.parseInt(words[2]),
                URI.create(words[3]),
                Path.of(words[4]),
                Integer.parseInt(words[5]),
                Duration.parse(words[6]));
        AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
        InstantSource machine = InstantSource.system();
        InstantSource clock = () -> machine.instant().plus(later.get());
        try (PassPhrase phrase = PassPhrase.of(WORDS.toCharArray());
                CertificateBook book = CertificateBook.local(place.book(), phrase, BookSettings.of(machine));
                CertificateKeeper keeper = keeper(place, book, clock);
                Edge _ = Edge.builder(EdgeConfig.of(place.folder, settings(place)))
                        .certificates(EdgeCertificates.of(keeper))
                        .start()) {
            obey(keeper, later);
        }
    }

    private static Map<String, String> settings(Place place) {
        return Map.of(
                "listen", "127.0.0.1:" + place.plain,
                "listen-tls", "127.0.0.1:" + place.secure,
                "routes-file", "routes.json",
                "admin-socket", place.adminSocket().toString(),
                "access-log", "off",
                // Both cores are busy with clients that make keys: how slow one may be is looked at elsewhere.
                "head-time", "60s",
                "handshake-time", "60s");
    }

    private static CertificateKeeper keeper(Place place, CertificateBook book, InstantSource clock) throws Exception {
        InetAddress here = InetAddress.ofLiteral("127.0.0.1");
        Issuer pebble = Issuer.Acme.at("Pebble", place.directory)
                .agreeToTerms()
                .privateNames()
                .trust(List.of(certificate(place.trust)))
                .limits(new AuthorityLimits(10_000, 4, 50, Duration.ofSeconds(1), place.longestWait))
                .build();
        return CertificateKeeper.builder(book)
                .issuers(List.of(pebble))
                .dns(new DnsSettings(
                        List.of(new InetSocketAddress(here, place.dnsPort)),
                        true,
                        false,
                        Set.of(here),
                        place.plain,
                        place.dnsPort,
                        Duration.ofSeconds(10)))
                .clock(clock)
                .parallel(8)
                .heartbeat(Duration.ofSeconds(1))
                .build();
    }

    private static X509Certificate certificate(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static void obey(CertificateKeeper keeper, AtomicReference<Duration> later)
            throws IOException, InterruptedException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "revoke" -> keeper.revoke(words[1], Revocation.KEY_COMPROMISE, false);
                case "later" -> later.set(Duration.ofSeconds(Long.parseLong(words[1])));
                default -> throw new BenchException("no such command: " + line);
            }
        }
    }
}
