package org.pinisi.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.certificates.KeeperListener.Event;
import org.pinisi.http.Address;
import org.pinisi.http.Certified;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Response;

/// A keeper without any network: local authority, own files, names on demand, alerts.
final class KeeperTest {
    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock();
    private final CertificateBook book = CertificateBook.inMemory(clock);
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<CertificateKeeper> keepers = new ArrayList<>();

    @AfterEach
    void close() {
        keepers.forEach(CertificateKeeper::close);
        book.close();
    }

    private CertificateBook book(BooleanSupplier full) {
        return CertificateBook.opened(
                new FullDisk(new MemoryBookStorage(), full), PassPhrase.key(new byte[32]), BookSettings.of(clock));
    }

    private CertificateKeeper keeper(UnaryOperator<CertificateKeeper.Builder> change) {
        return keeper(book, change);
    }

    private CertificateKeeper keeper(CertificateBook in, UnaryOperator<CertificateKeeper.Builder> change) {
        CertificateKeeper keeper = change.apply(CertificateKeeper.builder(in)
                        .issuers(List.of(Issuer.Local.standard()))
                        .clock(clock)
                        .heartbeat(Duration.ofMillis(10))
                        .listener(events::add))
                .build();
        keepers.add(keeper);
        return keeper;
    }

    private Certified issued(CertificateKeeper keeper, String name) {
        Awaitility.await("a certificate for " + name)
                .until(() -> keeper.find(name).isPresent());
        return keeper.find(name).orElseThrow();
    }

    private <E extends Event> E event(Class<E> kind) {
        Awaitility.await(kind.getSimpleName()).until(() -> events.stream().anyMatch(kind::isInstance));
        return events.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    private static void validate(Certified certified, X509Certificate root) throws Exception {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX")
                .validate(
                        CertificateFactory.getInstance("X.509")
                                .generateCertPath(List.of(certified.chain().getFirst())),
                        parameters);
    }

    @Test
    void aLocalNameGetsACertificateThatLeadsToTheLocalRoot() throws Exception {
        CertificateKeeper keeper = keeper(builder -> builder);
        keeper.want(Set.of("app.localhost", "127.0.0.1"));
        Certified name = issued(keeper, "app.localhost");
        Certified address = issued(keeper, "127.0.0.1");
        X509Certificate root = keeper.localRoot().orElseThrow();
        validate(name, root);
        validate(address, root);
        assertThat(keeper.status("app.localhost").orElseThrow().source()).contains("local");
    }

    @Test
    void fromTheWishToTheCertificateANameIsComing() {
        CertificateKeeper keeper = keeper(builder -> builder);
        assertThat(keeper.isComing("app.localhost")).isFalse();
        keeper.want(Set.of("app.localhost", "*.site.localhost"));
        for (boolean found = false; !found; ) {
            boolean coming = keeper.isComing("app.localhost");
            found = keeper.find("app.localhost").isPresent();
            assertThat(coming || found).isTrue();
        }
        assertThat(keeper.isComing("other.localhost")).isFalse();
    }

    @Test
    void aNameThatNobodyGivesACertificateForIsNotComing() {
        CertificateKeeper keeper = keeper(builder -> builder);
        keeper.want(Set.of("shop.example.org"));
        event(Event.Failed.class);
        assertThat(keeper.isComing("shop.example.org")).isFalse();
    }

    @Test
    void theLocalRootStaysTheSameOverRestarts() {
        CertificateKeeper first = keeper(builder -> builder);
        first.want(Set.of("app.localhost"));
        issued(first, "app.localhost");
        Optional<X509Certificate> root = first.localRoot();
        first.close();
        CertificateKeeper second = keeper(builder -> builder);
        second.want(Set.of("app.localhost", "other.localhost"));
        issued(second, "other.localhost");
        assertThat(second.localRoot()).isEqualTo(root);
    }

    @Test
    void aLocalCertificateRenewsItselfAndTheOldOneIsServedUntilThen() {
        CertificateKeeper keeper = keeper(builder -> builder);
        keeper.want(Set.of("app.localhost"));
        Certified first = issued(keeper, "app.localhost");
        clock.advance(Duration.ofDays(61));
        Awaitility.await("a newer one")
                .until(() -> !issued(keeper, "app.localhost").equals(first));
        assertThat(issued(keeper, "app.localhost").chain().getFirst().getPublicKey())
                .isNotEqualTo(first.chain().getFirst().getPublicKey());
    }

    @Test
    void aPublicNameIsNothingForTheLocalAuthority() {
        CertificateKeeper keeper = keeper(builder -> builder);
        keeper.want(Set.of("example.org"));
        assertThat(event(Event.Failed.class).words()).contains("no issuer");
        assertThat(keeper.find("example.org")).isEmpty();
    }

    @Test
    void thatNoIssuerIsConfiguredForANameIsSaidOnce() {
        CertificateKeeper keeper = keeper(builder -> builder);
        keeper.want(Set.of("example.org"));
        event(Event.Failed.class);
        Instant first = keeper.status("example.org").orElseThrow().nextTry().orElseThrow();
        clock.advance(Duration.ofHours(2));
        Awaitility.await("another look")
                .until(() -> keeper.status("example.org")
                        .orElseThrow()
                        .nextTry()
                        .filter(first.plus(Duration.ofHours(1))::isBefore)
                        .isPresent());
        assertThat(events).hasSize(1);
        assertThat(keeper.status("example.org").orElseThrow().state()).isEqualTo(CertificateStatus.State.FAILING);
    }

    @Test
    void aWishThatComesWhileACertificateIsOnItsWayIsNotGrantedTwice() {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch going = new CountDownLatch(1);
        CertificateKeeper keeper = keeper(
                book(() -> {
                    writing.countDown();
                    return !reached(going);
                }),
                builder -> builder);
        keeper.want(Set.of("app.localhost"));
        assertThat(reached(writing)).isTrue();
        keeper.renew("app.localhost");
        going.countDown();
        Awaitility.await("a plan")
                .until(() -> keeper.status("app.localhost")
                        .orElseThrow()
                        .nextTry()
                        .filter(clock.instant().plus(Duration.ofHours(1))::isBefore)
                        .isPresent());
        assertThat(events).filteredOn(Event.Issued.class::isInstance).hasSize(1);
    }

    private static boolean reached(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException ended) {
            throw new AssertionError(ended);
        }
    }

    @Test
    void aNameThatNoRouteHasAnyMoreIsServedButNotRenewed() {
        CertificateKeeper keeper = keeper(builder -> builder);
        keeper.want(Set.of("app.localhost"));
        Certified first = issued(keeper, "app.localhost");
        keeper.want(Set.of("other.localhost"));
        issued(keeper, "other.localhost");
        clock.advance(Duration.ofDays(70));
        keeper.renew("other.localhost");
        Awaitility.await("the other renewed")
                .until(() -> events.stream()
                                .filter(event -> event.name().equals("other.localhost"))
                                .count()
                        >= 2);
        assertThat(keeper.find("app.localhost")).containsSame(first);
        assertThat(keeper.status("app.localhost").orElseThrow().state()).isEqualTo(CertificateStatus.State.UNUSED);
    }

    @Test
    void aWishWrittenIntoTheBookIsHeard() {
        CertificateKeeper keeper = keeper(builder -> builder);
        keeper.want(Set.of("app.localhost"));
        Certified first = issued(keeper, "app.localhost");
        book.want("app.localhost");
        Awaitility.await("a newer one")
                .until(() -> !issued(keeper, "app.localhost").equals(first));
        Awaitility.await("the wish is gone")
                .until(() -> book.entry("app.localhost").orElseThrow().wanted().isEmpty());
    }

    @Test
    void ownFilesAreServedAndReadAgainWhenTheyChange() throws Exception {
        Path chain = folder.resolve("chain.pem");
        Path key = folder.resolve("key.pem");
        Certified first = TestAuthority.leaf(
                "www.example.org", clock.instant(), clock.instant().plus(Duration.ofDays(90)));
        TestPem.write(chain, key, first);
        CertificateKeeper keeper = keeper(builder -> builder.file(chain, key));
        keeper.want(Set.of("www.example.org"));
        assertThat(issued(keeper, "www.example.org").chain().getFirst())
                .isEqualTo(first.chain().getFirst());
        Certified second = TestAuthority.leaf(
                "www.example.org", clock.instant(), clock.instant().plus(Duration.ofDays(90)));
        TestPem.write(chain, key, second);
        Awaitility.await("the new one")
                .until(() -> issued(keeper, "www.example.org")
                        .chain()
                        .getFirst()
                        .equals(second.chain().getFirst()));
        assertThat(events).noneMatch(event -> event instanceof Event.Issued);
    }

    @Test
    void aBrokenFileIsSaidOnceAndTheOneBeforeIsServedOn() throws Exception {
        Path chain = folder.resolve("chain.pem");
        Path key = folder.resolve("key.pem");
        Certified first = TestAuthority.leaf(
                "www.example.org", clock.instant(), clock.instant().plus(Duration.ofDays(90)));
        TestPem.write(chain, key, first);
        CertificateKeeper keeper = keeper(builder -> builder.file(chain, key));
        issued(keeper, "www.example.org");
        Files.writeString(chain, "nonsense");
        assertThat(event(Event.FileBroken.class).words()).contains("chain.pem").contains("served on");
        assertThat(issued(keeper, "www.example.org").chain())
                .isEqualTo(List.of(
                        first.chain().getFirst(), TestAuthority.root().chain().getFirst()));
        assertThat(events.stream().filter(Event.FileBroken.class::isInstance)).hasSize(1);
    }

    @Test
    void anOwnCertificateNearItsEndIsAnnouncedTwiceAndWhenItHasEnded() throws Exception {
        Path chain = folder.resolve("chain.pem");
        Path key = folder.resolve("key.pem");
        Certified file = TestAuthority.leaf(
                "www.example.org", clock.instant(), clock.instant().plus(Duration.ofDays(90)));
        TestPem.write(chain, key, file);
        keeper(builder -> builder.file(chain, key));
        for (int days : new int[] {77, 11, 3}) {
            int before = alerts();
            clock.advance(Duration.ofDays(days));
            Awaitility.await("an alert after " + days + " days more").until(() -> alerts() == before + 1);
        }
        assertThat(alerts()).isEqualTo(3);
    }

    private int alerts() {
        return (int)
                events.stream().filter(Event.ExpiringSoon.class::isInstance).count();
    }

    @Test
    void anAllowedNameGetsACertificateAfterTheFirstHandshakeThatAsksForIt() {
        CertificateKeeper keeper =
                keeper(builder -> builder.onDemand(new OnDemand(List.of("*.shops.localhost"), Optional.empty(), 5)));
        assertThat(keeper.find("one.shops.localhost")).isEmpty();
        issued(keeper, "one.shops.localhost");
        assertThat(keeper.find("one.other.localhost")).isEmpty();
        issued(keeper, "two.shops.localhost");
        assertThat(book.entry("one.other.localhost")).isEmpty();
    }

    @Test
    void namesOnDemandAreLimited() {
        CertificateKeeper keeper =
                keeper(builder -> builder.onDemand(new OnDemand(List.of("*.shops.localhost"), Optional.empty(), 2)));
        issued(keeper, "one.shops.localhost");
        issued(keeper, "two.shops.localhost");
        assertThat(keeper.find("three.shops.localhost")).isEmpty();
        clock.advance(Duration.ofMinutes(61));
        issued(keeper, "three.shops.localhost");
    }

    @Test
    void aUrlIsAskedWhetherANameIsAllowed() {
        try (Loops loops = Loops.create("ask", 1);
                HttpServer server = HttpServer.builder(
                                Address.inet("127.0.0.1", 0),
                                request -> Response.empty(
                                        request.query("domain").orElseThrow().startsWith("good") ? 200 : 403),
                                loops)
                        .start()) {
            OnDemand rules =
                    new OnDemand(List.of(), Optional.of(URI.create("http://" + server.address() + "/allowed")), 10);
            CertificateKeeper keeper = keeper(builder -> builder.onDemand(rules));
            assertThat(keeper.find("bad.localhost")).isEmpty();
            issued(keeper, "good.localhost");
            assertThat(book.entry("bad.localhost")).isEmpty();
        }
    }

    @Test
    void onDemandForEverybodyIsRefused() {
        assertThatThrownBy(() -> new OnDemand(List.of(), Optional.empty(), 5))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("anybody");
    }

    @Test
    void aCertificateThatTheBookCannotTakeIsServedAndKeptLater() {
        AtomicBoolean full = new AtomicBoolean();
        CertificateBook fragile = book(full::get);
        CertificateKeeper keeper = keeper(fragile, builder -> builder);
        keeper.want(Set.of("app.localhost"));
        Certified first = issued(keeper, "app.localhost");
        full.set(true);
        keeper.renew("app.localhost");
        Awaitility.await("the new one, served from memory")
                .until(() -> !issued(keeper, "app.localhost").equals(first));
        assertThat(fragile.entry("app.localhost").orElseThrow().certified()).containsSame(first);
        full.set(false);
        Awaitility.await("the book has it")
                .until(() -> !fragile.entry("app.localhost")
                        .orElseThrow()
                        .certified()
                        .equals(Optional.of(first)));
    }

    @Test
    void theWaitAfterAFailureOutlivesARestart() {
        Instant next = clock.instant().plus(Duration.ofHours(1));
        book.attempt(
                "app.localhost",
                new Attempt(
                        clock.instant(),
                        Attempt.Outcome.FAILED,
                        "somebody",
                        Optional.of("http-01"),
                        "not seen",
                        Optional.of(next)));
        CertificateKeeper keeper = keeper(builder -> builder);
        keeper.want(Set.of("app.localhost", "other.localhost"));
        issued(keeper, "other.localhost");
        assertThat(keeper.find("app.localhost")).isEmpty();
        assertThat(keeper.status("app.localhost").orElseThrow().nextTry()).contains(next);
        clock.advance(Duration.ofMinutes(61));
        issued(keeper, "app.localhost");
    }

    @Test
    void aNameThatAWantedFileCoversIsNotAskedForAndItsStatusIsThatOfTheFile() throws Exception {
        Path chain = folder.resolve("chain.pem");
        Path key = folder.resolve("key.pem");
        TestPem.write(
                chain,
                key,
                TestAuthority.leaf(
                        "*.app.localhost", clock.instant(), clock.instant().plus(Duration.ofDays(90))));
        CertificateKeeper keeper = keeper(builder -> builder.file(chain, key));
        keeper.want(Set.of("one.app.localhost", "other.localhost"));
        issued(keeper, "other.localhost");
        assertThat(keeper.status("one.app.localhost").orElseThrow().source()).contains("file");
        assertThat(book.entry("one.app.localhost")).isEmpty();
    }

    @Test
    void aBookWithoutItsPassPhraseCannotBeKept() {
        CertificateBook locked =
                CertificateBook.opened(new MemoryBookStorage(), PassPhrase.none(), BookSettings.of(clock));
        assertThatThrownBy(() -> CertificateKeeper.builder(locked).build())
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("pass phrase");
    }

    @Test
    void anUnusableNameIsRefusedAndNothingChanges() {
        CertificateKeeper keeper = keeper(builder -> builder);
        assertThatThrownBy(() -> keeper.want(Set.of("app.localhost", "no name")))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("no name");
        assertThat(keeper.statuses()).isEmpty();
    }
}
