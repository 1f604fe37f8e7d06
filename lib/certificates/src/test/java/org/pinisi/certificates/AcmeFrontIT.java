package org.pinisi.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.certificates.KeeperListener.Event;

/// Profiles, renewal windows and rate limits: Pebble 2.4 with what it lacks put before it.
final class AcmeFrontIT {
    @TempDir
    Path folder;

    private AcmeRig rig;
    private Pebble pebble;
    private AcmeFront front;

    @BeforeEach
    void makeRig() throws Exception {
        rig = new AcmeRig();
        pebble = rig.pebble(folder);
        front = new AcmeFront(pebble);
    }

    @AfterEach
    void closeRig() throws Exception {
        rig.close();
        front.close();
    }

    @Test
    void aProfileIsAskedFor() {
        CertificateKeeper keeper =
                rig.keeper(front.issuer().profile("shortlived").build());
        keeper.want(Set.of("example.org"));
        rig.issued(keeper, "example.org");
        assertThat(front.orders())
                .singleElement()
                .satisfies(order -> assertThat(order.get("profile").asString()).isEqualTo("shortlived"));
        assertThat(rig.book
                        .entry("example.org")
                        .orElseThrow()
                        .provenance()
                        .orElseThrow()
                        .profile())
                .contains("shortlived");
    }

    @Test
    void aProfileThatTheAuthorityDoesNotHaveIsNamedWithThoseItHas() {
        CertificateKeeper keeper = rig.keeper(front.issuer().profile("eternal").build());
        keeper.want(Set.of("example.org"));
        assertThat(rig.failed("example.org").words())
                .contains("no profile \"eternal\"")
                .contains("shortlived");
        assertThat(front.orders()).isEmpty();
    }

    @Test
    void aRenewalWindowOfTheAuthorityIsFollowedAndTheOldCertificateNamed() {
        Instant now = rig.clock.instant();
        front.window(now.plus(Duration.ofDays(20)), now.plus(Duration.ofDays(21)));
        CertificateKeeper keeper = rig.keeper(front.issuer().build());
        keeper.want(Set.of("example.org"));
        X509Certificate first = rig.issued(keeper, "example.org");
        rig.await("the window").until(() -> front.windowQuestions() > 0);
        // Long before a third of its life is left, the authority wants it back: something went wrong there.
        front.window(now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)));
        rig.clock.advance(Duration.ofHours(2));
        rig.await("a second order").until(() -> front.orders().size() == 2);
        front.window(now.plus(Duration.ofDays(40)), now.plus(Duration.ofDays(41)));
        rig.replaced(keeper, "example.org", first);
        assertThat(front.orders().getFirst().has("replaces")).isFalse();
        assertThat(front.orders().getLast().get("replaces").asString()).contains(".");
    }

    @Test
    void aRateLimitIsRespectedAsLongAsTheAuthoritySays() {
        front.refuse(Optional.of(AcmeFront.rateLimited(Duration.ofHours(5))));
        CertificateKeeper keeper = rig.keeper(front.issuer().build());
        keeper.want(Set.of("example.org"));
        Event.Failed failed = rig.failed("example.org");
        assertThat(failed.words()).contains("too many new orders");
        assertThat(failed.nextTry()).isAfter(rig.clock.instant().plus(Duration.ofMinutes(290)));
        front.refuse(Optional.empty());
        rig.clock.advance(Duration.ofHours(4));
        keeper.status("example.org");
        assertThat(front.orders()).isEmpty();
        rig.clock.advance(Duration.ofHours(2));
        rig.issued(keeper, "example.org");
    }

    @Test
    void anUnavailableAuthorityIsLeftAloneByAllNamesAsLongAsItSays() {
        front.refuse(Optional.of(
                AcmeFront.problem(503, "serverInternal", "down for maintenance").with("Retry-After", "7200")));
        CertificateKeeper keeper =
                rig.keeper(builder -> builder.parallel(1), front.issuer().build());
        keeper.want(Set.of("a.example.org", "b.example.org", "c.example.org"));
        rig.await("the others held back, as long")
                .until(() -> keeper.statuses().stream()
                        .allMatch(status -> status.state() == CertificateStatus.State.FAILING
                                && status.nextTry()
                                        .orElseThrow()
                                        .isAfter(rig.clock.instant().plus(Duration.ofMinutes(115)))));
        assertThat(rig.events(Event.Failed.class)).hasSize(1);
        front.refuse(Optional.empty());
        rig.clock.advance(Duration.ofMinutes(121));
        // The clock is not moved from here: once one name got through, the others are called.
        for (String name : Set.of("a.example.org", "b.example.org", "c.example.org")) {
            rig.issued(keeper, name);
        }
    }
}
