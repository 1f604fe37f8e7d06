package org.pinisi.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.certificates.Attempt;
import org.pinisi.certificates.BookSettings;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.certificates.PassPhrase;
import org.pinisi.edge.EdgeClient;
import org.pinisi.edge.EdgeRoute;
import org.pinisi.edge.Target;
import org.pinisi.edge.Upstream;
import org.pinisi.http.Address;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Response;

/// Fifty names get certificates, get new ones twice, one is revoked, and the authority is away in between: under load
/// all the time, of which nothing may be lost.
@Timeout(900)
final class RenewalsUnderLoadIT {
    private static final int NAMES = 50;
    private static final int MISLED = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration REPEAT = Duration.ofSeconds(3);

    @TempDir
    Path folder;

    private final PinnedServer.Ports ports = PinnedServer.Ports.free();
    private final List<String> names = new ArrayList<>();
    private final List<String> misled = new ArrayList<>();
    private Loops loops;
    private HttpServer upstream;
    private PebbleAuthority authority;
    private RenewalEdge.Place place;
    private Process edge;
    private EdgeClient client;

    @BeforeEach
    void begin() throws Exception {
        for (int i = 0; i < NAMES; i++) {
            names.add("name%02d.renewals.test".formatted(i));
        }
        for (int i = 0; i < MISLED; i++) {
            misled.add("misled%d.renewals.test".formatted(i));
        }
        loops = Loops.create("upstream", 1);
        upstream = HttpServer.builder(
                        Address.inet("127.0.0.1", 0),
                        request -> Response.text(
                                200,
                                request.fields().first("Host").orElse("?").split(":", 2)[0] + " " + request.rawPath()),
                        loops)
                .start();
        authority = new PebbleAuthority(Files.createDirectories(folder.resolve("authority")), ports);
        for (String name : misled) {
            authority.point(name, "127.0.0.66");
        }
        place = new RenewalEdge.Place(
                Files.createDirectories(folder.resolve("edge")),
                ports.plain(),
                ports.secure(),
                authority.directory(),
                authority.trust(),
                authority.dnsPort());
        edge = new ProcessBuilder(place.command())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("edge.log").toFile())
                .start();
        client = new EdgeClient(place.adminSocket());
        await().ignoreExceptions().atMost(PATIENCE).until(() -> client.routes().isEmpty());
    }

    @AfterEach
    void end() throws Exception {
        client.close();
        edge.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        authority.close();
        upstream.close();
        loops.close();
    }

    @Test
    void losesNoRequestThroughAllRenewalsUnderLoad() throws Exception {
        Map<String, String> first;
        Map<String, String> last;
        RenewalLoad load = new RenewalLoad(ports.secure(), authority);
        try (load) {
            List<String> all = new ArrayList<>(names);
            all.addAll(misled);
            phase("issued", load, () -> {
                route(all);
                issued(load);
            });
            first = serials();
            failedWithClearWords();
            phase("renewed", load, () -> renewed(first, load));
            Map<String, String> second = serials();

            authority.stop();
            phase("served without the authority", load, () -> {
                names.forEach(client::renew);
                await("a failure that is told")
                        .atMost(PATIENCE)
                        .until(() -> client.certificates().stream()
                                .anyMatch(status -> status.state() == CertificateStatus.State.RENEWAL_FAILING));
                assertThat(serials()).containsAllEntriesOf(second);
            });
            authority.start();
            phase("renewed after that", load, () -> renewed(second, load));
            revoked(names.getFirst(), load);
            phase("set right", load, () -> {
                for (String name : misled) {
                    authority.point(name, "127.0.0.1");
                }
                awaitNew(Map.of(), misled);
            });
            last = serials();
            for (String name : all) {
                assertThat(load.served(name)).as(name).isEqualTo(last.get(name));
            }
        }
        held(load);
        names.forEach(name -> assertThat(last.get(name)).as(name).isNotEqualTo(first.get(name)));
        assertThat(Files.readString(folder.resolve("edge.log"))).doesNotContain("LEAK");
        inTheBook();
    }

    /// A part of the test, of which figures are printed.
    private interface Part {
        void run() throws Exception;
    }

    private void phase(String what, RenewalLoad load, Part part) throws Exception {
        long begin = System.nanoTime();
        long requests = load.requests();
        long handshakes = load.handshakes();
        part.run();
        System.out.printf(
                "%s: %d names, %.1f s, %d requests, %d handshakes, %d lost, %d bad handshakes, %d dropped%n",
                what,
                names.size(),
                (System.nanoTime() - begin) / 1e9,
                load.requests() - requests,
                load.handshakes() - handshakes,
                load.lost().size(),
                load.badHandshakes().size(),
                load.dropped().size());
    }

    private void route(List<String> hosts) {
        Address address = upstream.address();
        client.put(new EdgeRoute("names", hosts, new Target.Upstreams(List.of(new Upstream("unit", address)))));
    }

    private void issued(RenewalLoad load) {
        Set<String> asked = new HashSet<>();
        await("a certificate for each name").atMost(PATIENCE).until(() -> {
            serials().keySet().stream()
                    .filter(name -> names.contains(name) && asked.add(name))
                    .forEach(load::include);
            return asked.size() == names.size();
        });
    }

    private void renewed(Map<String, String> before, RenewalLoad load) {
        names.forEach(client::renew);
        Map<String, String> now = awaitNew(before, names);
        await("new connections see the new certificates")
                .atMost(PATIENCE)
                .until(() -> names.stream()
                        .allMatch(name -> load.shown(name).orElse("none").equals(now.get(name))));
    }

    /// Who failed before is asked for again, as a person would who knows that the authority is back.
    private Map<String, String> awaitNew(Map<String, String> before, List<String> wanted) {
        Map<String, Long> asked = new HashMap<>();
        await("another certificate for each").atMost(PATIENCE).until(() -> {
            boolean whole = true;
            for (CertificateStatus status : client.certificates()) {
                String name = status.name();
                String serial = status.serial().orElse("");
                if (!wanted.contains(name) || !(serial.isEmpty() || serial.equals(before.get(name)))) {
                    continue;
                }
                whole = false;
                boolean failing = status.state() == CertificateStatus.State.RENEWAL_FAILING
                        || status.state() == CertificateStatus.State.FAILING;
                long now = System.nanoTime();
                if (failing && now - asked.getOrDefault(name, now - REPEAT.toNanos()) >= REPEAT.toNanos()) {
                    asked.put(name, now);
                    client.renew(name);
                }
            }
            return whole;
        });
        return serials();
    }

    /// Of each name that has a certificate, its number.
    private Map<String, String> serials() {
        Map<String, String> serials = new TreeMap<>();
        client.certificates()
                .forEach(status -> status.serial().ifPresent(serial -> serials.put(status.name(), serial)));
        return serials;
    }

    private void revoked(String name, RenewalLoad load) throws Exception {
        String old = serials().get(name);
        phase("revoked one and got another", load, () -> {
            edge.getOutputStream().write(("revoke " + name + "\n").getBytes(StandardCharsets.US_ASCII));
            edge.getOutputStream().flush();
            awaitNew(Map.of(name, String.valueOf(old)), List.of(name));
        });
        assertThat(authority.status(String.valueOf(old))).contains("Revoked");
    }

    private void failedWithClearWords() {
        for (String name : misled) {
            CertificateStatus status = client.certificate(name).orElseThrow();
            assertThat(status.state()).isEqualTo(CertificateStatus.State.FAILING);
            assertThat(status.attempts()).isNotEmpty();
            assertThat(status.attempts().getLast().words())
                    .contains(name + " points to 127.0.0.66, which is not this machine (127.0.0.1)")
                    .contains("set the record: " + name + ". A 127.0.0.1");
        }
    }

    private static void held(RenewalLoad load) {
        System.out.printf(
                "in all: %d requests, %d handshakes, %d connections kept from the beginning to the end%n",
                load.requests(), load.handshakes(), load.opened());
        assertThat(load.lost()).as("lost requests").isEmpty();
        assertThat(load.badHandshakes())
                .as("handshakes with a wrong certificate")
                .isEmpty();
        assertThat(load.dropped()).as("dropped connections").isEmpty();
        assertThat(load.opened()).isEqualTo(RenewalLoad.kept());
    }

    /// What the repository says once the edge has ended: all certificates, and why some failed at first.
    private void inTheBook() throws IOException, InterruptedException {
        client.stop();
        edge.getOutputStream().close();
        assertThat(edge.waitFor(30, TimeUnit.SECONDS)).isTrue();
        try (PassPhrase phrase = PassPhrase.of(RenewalEdge.WORDS.toCharArray());
                CertificateBook book =
                        CertificateBook.local(place.book(), phrase, BookSettings.of(InstantSource.system()))) {
            assertThat(book.entries()).hasSize(NAMES + MISLED);
            for (String name : misled) {
                List<Attempt> attempts = book.entry(name).orElseThrow().attempts();
                assertThat(attempts.getFirst().outcome()).isNotEqualTo(Attempt.Outcome.ISSUED);
                assertThat(attempts.getFirst().words()).contains("points to 127.0.0.66");
                assertThat(attempts.getLast().outcome()).isEqualTo(Attempt.Outcome.ISSUED);
            }
        }
    }
}
