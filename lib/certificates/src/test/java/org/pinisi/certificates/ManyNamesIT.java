package org.pinisi.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.certificates.KeeperListener.Event;

/// Many names at an authority in trouble. Certificates are real ones of Pebble; days pass by a moved clock,
/// which Pebble does not see: it is begun again with a longer validity instead.
final class ManyNamesIT {
    private static final Duration SHORT = Duration.ofDays(10);
    private static final Duration LONG = Duration.ofDays(90);

    @TempDir
    Path folder;

    private AcmeRig rig;

    @BeforeEach
    void makeRig() throws Exception {
        rig = new AcmeRig();
    }

    @AfterEach
    void closeRig() throws Exception {
        rig.close();
    }

    private static Set<String> names(int count) {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            names.add("name%02d.example.org".formatted(i));
        }
        return names;
    }

    private Map<String, X509Certificate> certificates(CertificateKeeper keeper, Set<String> names) {
        Map<String, X509Certificate> all = new HashMap<>();
        for (String name : names) {
            keeper.find(name).ifPresent(certified -> all.put(name, AcmeRig.own(certified)));
        }
        return all;
    }

    private void awaitAllNew(CertificateKeeper keeper, Map<String, X509Certificate> before, Set<String> names) {
        rig.await("new certificates for all").atMost(Duration.ofMinutes(3)).until(() -> {
            rig.checkNothingLost(keeper, names);
            Map<String, X509Certificate> now = certificates(keeper, names);
            return now.size() == names.size()
                    && names.stream().noneMatch(name -> Objects.equals(now.get(name), before.get(name)));
        });
    }

    @Test
    void fiftyNamesAreIssuedAndRenewedAlthoughThreeOfTenNoncesAreRejected() throws Exception {
        Pebble pebble =
                rig.pebble(folder, settings -> settings.withTrouble(30, 1).withValidity(SHORT));
        Set<String> names = names(50);
        CertificateKeeper keeper =
                rig.keeper(builder -> builder.parallel(8), pebble.issuer().build());
        Instant begin = rig.clock.instant();
        keeper.want(names);
        awaitAllNew(keeper, Map.of(), names);
        print("issued", names.size(), begin, keeper.requests());
        Map<String, X509Certificate> first = certificates(keeper, names);

        pebble.restart(LONG);
        rig.clock.advance(Duration.ofDays(7));
        long requests = keeper.requests();
        Instant again = rig.clock.instant();
        rig.await("the first renewal").until(() -> !certificates(keeper, names).equals(first));
        awaitAllNew(keeper, first, names);
        print("renewed", names.size(), again, keeper.requests() - requests);

        rig.await("all looked at").until(() -> rig.events(Event.Issued.class).size() == 2 * names.size());
        assertThat(rig.book.entries()).hasSize(names.size());
        assertThat(keeper.statuses()).extracting(CertificateStatus::state).containsOnly(CertificateStatus.State.GOOD);
        assertThat(rig.events(Event.ExpiringSoon.class)).isEmpty();
        assertThat(rig.events(Event.NotServed.class)).isEmpty();
        long orders = pebble.log()
                .lines()
                .filter(line -> line.contains("POST /order-plz"))
                .count();
        System.out.printf("%d orders took %d requests, since nonces were rejected%n", 2 * names.size(), orders);
        assertThat(orders).isGreaterThan(2L * names.size());
    }

    @Test
    void anAuthorityThatIsDownForTenMinutesCostsNoCertificateNearItsEnd() throws Exception {
        Pebble pebble = rig.pebble(folder, settings -> settings.withValidity(SHORT));
        Set<String> names = names(20);
        CertificateKeeper keeper = rig.keeper(pebble.issuer().build());
        keeper.want(names);
        awaitAllNew(keeper, Map.of(), names);
        Map<String, X509Certificate> first = certificates(keeper, names);

        // Two hours before the end nothing was renewed, since the authority was away; ten minutes more it stays so.
        pebble.stop();
        rig.clock.advance(SHORT.minus(Duration.ofHours(2)));
        rig.await("an alert for each").until(() -> {
            rig.checkNothingLost(keeper, names);
            return rig.events(Event.ExpiringSoon.class).size() >= names.size();
        });
        rig.await("a try in vain").until(() -> !rig.events(Event.Failed.class).isEmpty());
        List<Integer> tries = new ArrayList<>();
        for (int minute = 0; minute < 10; minute++) {
            rig.clock.advance(Duration.ofMinutes(1));
            int beats = minute;
            rig.await("a look in minute " + beats).until(() -> {
                rig.checkNothingLost(keeper, names);
                return keeper.statuses().size() == names.size();
            });
            tries.add(rig.events(Event.Failed.class).size());
        }
        assertThat(certificates(keeper, names)).isEqualTo(first);
        assertThat(rig.events(Event.Failed.class))
                .as("the ladder is shared by all names: one tries for all, after those that began together")
                .hasSizeLessThan(names.size());

        pebble.restart(LONG);
        Instant begin = rig.clock.instant();
        rig.await("all renewed").until(() -> {
            // From one step of the ladder to the next; what an order takes, it takes by the machine's clock.
            rig.book
                    .authorityState(pebble.directory())
                    .map(AuthorityState::notBefore)
                    .filter(rig.clock.instant()::isBefore)
                    .ifPresent(rig.clock::advanceTo);
            rig.checkNothingLost(keeper, names);
            Map<String, X509Certificate> now = certificates(keeper, names);
            return names.stream().noneMatch(name -> Objects.equals(now.get(name), first.get(name)));
        });
        Duration waited = Duration.between(begin, rig.clock.instant());
        System.out.printf(
                "down ten minutes: %d names, %d failed tries in all (%s after each minute), all renewed %d s after"
                        + " the authority was back%n",
                names.size(), rig.events(Event.Failed.class).size(), tries, waited.toSeconds());
        assertThat(rig.book.entries()).hasSize(names.size());
    }

    private void print(String what, int count, Instant begin, long requests) {
        Duration took = Duration.between(begin, rig.clock.instant());
        System.out.printf(
                "%s %d certificates in %.1f s (8 at once), %.2f s each in the mean, %.1f requests each%n",
                what, count, took.toMillis() / 1e3, took.toMillis() / 1e3 / count, (double) requests / count);
    }
}
