package org.pinisi.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.pinisi.certificates.Refusal.Fault;

final class AuthorityGateTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final SubjectName NAME = SubjectName.parse("example.org");
    private final Refusal down = Refusal.of(Fault.AUTHORITY, "it is down");

    private final CertificateBook book = CertificateBook.inMemory(InstantSource.fixed(NOW));
    private final Issuer.Acme issuer = Issuer.Acme.at("Test", URI.create("https://localhost/dir"))
            .limits(AuthorityLimits.standard().withOrdersPer3Hours(3).withDuplicatesPerWeek(2))
            .build();
    private final AtomicInteger calls = new AtomicInteger();
    private final AuthorityGate gate = gate(issuer);

    private AuthorityGate gate(Issuer.Acme at) {
        return new AuthorityGate(at, book, calls::incrementAndGet);
    }

    private void enter(Instant at) throws Refusal {
        gate.enter(NAME, book.entry(NAME.text()), at, false);
    }

    private void enterUrgently(Instant at) throws Refusal {
        gate.enter(NAME, book.entry(NAME.text()), at, true);
    }

    private Refusal refused(Instant at) {
        return catchThrowableOfType(Refusal.class, () -> enter(at));
    }

    private void attempted(Attempt.Outcome outcome, Instant at, Optional<String> challenge) {
        book.attempt(NAME.text(), new Attempt(at, outcome, "Test", challenge, "words", Optional.empty()));
    }

    @Test
    void waitsDoubleWhileTheAuthorityFails() throws Exception {
        Instant at = NOW;
        for (Duration wait : new Duration[] {Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(4)}) {
            Instant entered = at;
            enter(entered);
            Instant allowed = gate.failed(down, entered, entered);
            assertThat(allowed).isEqualTo(entered.plus(wait));
            at = allowed;
        }
    }

    @Test
    void namesThatFailedTogetherCountOnce() throws Exception {
        enter(NOW);
        enter(NOW);
        Instant first = gate.failed(down, NOW, NOW.plusSeconds(1));
        assertThat(gate.failed(down, NOW, NOW.plusSeconds(2))).isEqualTo(first);
    }

    @Test
    void theLadderOutlivesARestart() throws Exception {
        enter(NOW);
        gate.failed(down, NOW, NOW);
        AuthorityGate next = gate(issuer);
        Refusal refusal = catchThrowableOfType(
                Refusal.class, () -> next.enter(NAME, Optional.empty(), NOW.plusSeconds(30), false));
        assertThat(refusal.words()).contains("it is down");
        assertThat(refusal.retryAfter()).contains(NOW.plusSeconds(60));
    }

    @Test
    void whileItIsInTroubleOneNameTriesForAll() throws Exception {
        enter(NOW);
        Instant later = gate.failed(down, NOW, NOW);
        enter(later);
        assertThat(refused(later).words()).contains("another name tries");
        gate.good();
        assertThatCode(() -> enter(later)).doesNotThrowAnyException();
    }

    @Test
    void whoWasHeldBackIsCalledWhenTheTroubleIsOver() throws Exception {
        enter(NOW);
        gate.good();
        assertThat(calls).hasValue(0);
        enter(NOW);
        Instant later = gate.failed(down, NOW, NOW);
        enter(later);
        assertThat(calls).hasValue(0);
        gate.good();
        assertThat(calls).hasValue(1);
    }

    @Test
    void whoWasHeldBackIsCalledWhenTheOneThatTriedDidNotAsk() throws Exception {
        enter(NOW);
        Instant later = gate.failed(down, NOW, NOW);
        enter(later);
        gate.unused(later);
        assertThat(calls).hasValue(1);
        assertThatCode(() -> enter(later)).doesNotThrowAnyException();
    }

    @Test
    void aLookIsNoTry() throws Exception {
        enter(NOW);
        Instant later = gate.failed(down, NOW, NOW);
        gate.look(NAME, Optional.empty(), later, false);
        assertThatCode(() -> enter(later)).doesNotThrowAnyException();
    }

    @Test
    void aPersonNeedNotWaitForTheNextStepOfTheLadder() throws Exception {
        enter(NOW);
        Instant later = gate.failed(down, NOW, NOW);
        Instant now = NOW.plusSeconds(5);
        enterUrgently(now);
        assertThat(gate.failed(down, now, now.plusSeconds(1)))
                .as("the others wait no longer for that")
                .isEqualTo(later);
        enterUrgently(now.plusSeconds(2));
        gate.good();
        assertThat(calls).hasValue(1);
    }

    @Test
    void aPersonWaitsToTheTimeThatTheAuthorityNamed() throws Exception {
        enter(NOW);
        Instant named = NOW.plus(Duration.ofHours(3));
        gate.failed(Refusal.until(Fault.AUTHORITY, "maintenance", Optional.of(named)), NOW, NOW);
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> enterUrgently(NOW.plusSeconds(5)));
        assertThat(refusal.retryAfter()).contains(named);
    }

    @Test
    void aTimeThatTheAuthorityNamesIsKept() throws Exception {
        enter(NOW);
        Instant named = NOW.plus(Duration.ofHours(3));
        gate.failed(Refusal.until(Fault.AUTHORITY, "maintenance", Optional.of(named)), NOW, NOW);
        assertThat(refused(NOW.plus(Duration.ofHours(2))).retryAfter()).contains(named);
        assertThatCode(() -> enter(named)).doesNotThrowAnyException();
    }

    @Test
    void ordersAreCountedOverThreeHours() throws Exception {
        for (int i = 0; i < 3; i++) {
            enter(NOW.plusSeconds(i));
        }
        Refusal refusal = refused(NOW.plusSeconds(10));
        assertThat(refusal.fault()).isEqualTo(Fault.LIMIT);
        assertThat(refusal.retryAfter()).contains(NOW.plus(Duration.ofHours(3)));
        assertThatCode(() -> enter(NOW.plus(Duration.ofHours(3)))).doesNotThrowAnyException();
    }

    @Test
    void ordersOfARunBeforeAreCountedToo() {
        for (int i = 0; i < 3; i++) {
            book.attempt(
                    "name" + i + ".example.org",
                    new Attempt(NOW, Attempt.Outcome.ISSUED, "Test", Optional.empty(), "", Optional.empty()));
        }
        assertThat(refused(NOW.plusSeconds(10)).words()).contains("3 orders in 3 hours");
    }

    @Test
    void failedValidationsOfANameAreCountedOverAnHour() {
        for (int i = 0; i < 4; i++) {
            attempted(Attempt.Outcome.FAILED, NOW.minus(Duration.ofMinutes(200)), Optional.of("http-01"));
        }
        AuthorityGate wide = gate(Issuer.Acme.at("Test", issuer.directory()).build());
        for (int i = 0; i < 4; i++) {
            assertThatCode(() -> wide.enter(NAME, book.entry(NAME.text()), NOW, false))
                    .doesNotThrowAnyException();
            attempted(Attempt.Outcome.FAILED, NOW, Optional.of("http-01"));
        }
        Refusal refusal = catchThrowableOfType(
                Refusal.class, () -> wide.enter(NAME, book.entry(NAME.text()), NOW.plusSeconds(1), false));
        assertThat(refusal.words()).contains("failed 4 times in an hour");
        assertThat(refusal.retryAfter()).contains(NOW.plus(Duration.ofHours(1)));
    }

    @Test
    void certificatesForTheSameNameAreCountedOverAWeek() {
        attempted(Attempt.Outcome.ISSUED, NOW.minus(Duration.ofDays(6)), Optional.empty());
        attempted(Attempt.Outcome.ISSUED, NOW.minus(Duration.ofDays(5)), Optional.empty());
        assertThat(refused(NOW).retryAfter()).contains(NOW.plus(Duration.ofDays(1)));
        assertThatCode(() -> enter(NOW.plus(Duration.ofDays(1)))).doesNotThrowAnyException();
    }
}
