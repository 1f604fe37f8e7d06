package org.pinisi.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.pinisi.http.Certified;

/// A keeper with all that it needs around it: site, name server, book, a clock to move, and a watch over
/// the rules that never bend: no certificate is lost, and none expires.
final class AcmeRig implements KeeperListener, AutoCloseable {
    final MovableClock clock = new MovableClock();
    final TestSite site = new TestSite();
    final TestDns dns;
    final CertificateBook book;
    final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<Runnable> closing = new ArrayList<>();
    private final Map<String, X509Certificate> seen = new ConcurrentHashMap<>();

    AcmeRig() throws IOException {
        dns = new TestDns();
        book = CertificateBook.inMemory(clock);
    }

    DnsSettings dnsSettings() {
        return new DnsSettings(
                List.of(dns.address()),
                true,
                true,
                Set.of(InetAddress.ofLiteral("127.0.0.1")),
                site.httpPort(),
                dns.address().getPort(),
                Duration.ofSeconds(10));
    }

    Pebble pebble(Path folder) throws IOException {
        return pebble(folder, settings -> settings);
    }

    Pebble pebble(Path folder, UnaryOperator<Pebble.Settings> change) throws IOException {
        Pebble pebble = Pebble.start(folder, change.apply(Pebble.Settings.of(site, dns)));
        closing.addFirst(pebble::close);
        return pebble;
    }

    CertificateKeeper keeper(Issuer... issuers) {
        return keeper(builder -> builder, issuers);
    }

    CertificateKeeper keeper(UnaryOperator<CertificateKeeper.Builder> change, Issuer... issuers) {
        CertificateKeeper keeper = change.apply(CertificateKeeper.builder(book)
                        .issuers(List.of(issuers))
                        .dns(dnsSettings())
                        .clock(clock)
                        .heartbeat(Duration.ofMillis(20))
                        .probe(site)
                        .listener(this))
                .build();
        closing.addFirst(keeper::close);
        site.serve(keeper);
        return keeper;
    }

    @Override
    public void happened(Event event) {
        events.add(event);
    }

    <E extends Event> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /// Waits until the name has a certificate of those wanted.
    X509Certificate issued(CertificateKeeper keeper, String name) {
        await("a certificate for " + name + "; events: " + events)
                .until(() -> keeper.find(name).isPresent());
        return own(keeper.find(name).orElseThrow());
    }

    /// Waits until the name has another certificate than that one.
    X509Certificate replaced(CertificateKeeper keeper, String name, X509Certificate before) {
        await("another certificate for " + name)
                .until(() -> !own(keeper.find(name).orElseThrow()).equals(before));
        return own(keeper.find(name).orElseThrow());
    }

    Event.Failed failed(String name) {
        await("a failure of " + name)
                .until(() -> events(Event.Failed.class).stream()
                        .anyMatch(event -> event.name().equals(name)));
        return events(Event.Failed.class).stream()
                .filter(event -> event.name().equals(name))
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    /// Long enough for another try, a minute after one that failed because this machine is busy.
    org.awaitility.core.ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(20));
    }

    /// What was tried for a name, once it is that much: a certificate is found before the book has its note.
    List<Attempt> attempts(String name, int count) {
        await(count + " attempts for " + name)
                .until(() -> book.entry(name)
                        .filter(entry -> entry.attempts().size() >= count)
                        .isPresent());
        return book.entry(name).orElseThrow().attempts();
    }

    static X509Certificate own(Certified certified) {
        return certified.chain().getFirst();
    }

    /// Moves the clock, in steps in which nothing may expire or get lost.
    void checkNothingLost(CertificateKeeper keeper, Set<String> names) {
        Instant now = clock.instant();
        for (String name : names) {
            Optional<X509Certificate> found = keeper.find(name).map(AcmeRig::own);
            X509Certificate before = seen.get(name);
            if (before != null) {
                assertThat(found)
                        .as("the certificate of %s is still there", name)
                        .isPresent();
                assertThat(book.entry(name)).as("%s in the book", name).isPresent();
            }
            found.ifPresent(certificate -> {
                assertThat(certificate.getNotAfter().toInstant())
                        .as("the end of the certificate of %s", name)
                        .isAfter(now);
                seen.put(name, certificate);
            });
        }
    }

    @Override
    public void close() throws IOException {
        closing.forEach(Runnable::run);
        book.close();
        dns.close();
        site.close();
    }
}
