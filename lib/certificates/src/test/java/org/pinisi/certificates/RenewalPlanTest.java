package org.pinisi.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RenewalPlanTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private static X509Certificate certificate(Duration life) {
        return TestAuthority.leaf("example.org", BEGIN, BEGIN.plus(life))
                .chain()
                .getFirst();
    }

    private static Duration left(X509Certificate certificate, Instant at) {
        return Duration.between(at, certificate.getNotAfter().toInstant());
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 47, 90, 398})
    void aCertificateIsDueWithAThirdOfItsLifeLeftOrAThirtiethEarlier(int days) {
        X509Certificate certificate = certificate(Duration.ofDays(days));
        Duration life = RenewalPlan.life(certificate);
        Duration left = left(certificate, RenewalPlan.due(certificate, Optional.empty()));
        assertThat(left).isBetween(life.dividedBy(3), life.dividedBy(3).plus(life.dividedBy(30)));
    }

    @Test
    void manyCertificatesOfOneDayAreNotDueTogether() {
        List<Instant> dues = IntStream.range(0, 20)
                .mapToObj(_ -> RenewalPlan.due(certificate(Duration.ofDays(90)), Optional.empty()))
                .distinct()
                .toList();
        assertThat(dues).hasSizeGreaterThan(15);
    }

    @Test
    void theSameCertificateIsAlwaysDueAtTheSameMoment() {
        X509Certificate certificate = certificate(Duration.ofDays(90));
        assertThat(RenewalPlan.due(certificate, Optional.empty()))
                .isEqualTo(RenewalPlan.due(certificate, Optional.empty()));
    }

    @Test
    void theAuthoritysWindowComesFirst() {
        X509Certificate certificate = certificate(Duration.ofDays(90));
        Instant start = BEGIN.plus(Duration.ofDays(10));
        Instant end = start.plus(Duration.ofDays(2));
        var window = new AcmeAuthority.Window(start, end, Optional.empty(), Duration.ofHours(6));
        assertThat(RenewalPlan.due(certificate, Optional.of(window))).isBetween(start, end);
    }

    @Test
    void aWindowAfterTheEndDoesNotLetTheCertificateExpire() {
        X509Certificate certificate = certificate(Duration.ofDays(90));
        Instant late = certificate.getNotAfter().toInstant().plus(Duration.ofDays(5));
        var window =
                new AcmeAuthority.Window(late, late.plus(Duration.ofDays(1)), Optional.empty(), Duration.ofHours(6));
        assertThat(left(certificate, RenewalPlan.due(certificate, Optional.of(window))))
                .isGreaterThanOrEqualTo(RenewalPlan.life(certificate).dividedBy(20));
    }

    @Test
    void alertsComeTwoWeeksAndThreeDaysBeforeTheEnd() {
        X509Certificate certificate = certificate(Duration.ofDays(90));
        assertThat(left(certificate, RenewalPlan.firstAlert(certificate))).isEqualTo(Duration.ofDays(14));
        assertThat(left(certificate, RenewalPlan.secondAlert(certificate))).isEqualTo(Duration.ofDays(3));
    }

    @Test
    void alertsOfShortLivedCertificatesComeWithAQuarterAndASixteenthOfLifeLeft() {
        X509Certificate certificate = certificate(Duration.ofDays(6));
        Duration life = RenewalPlan.life(certificate);
        assertThat(left(certificate, RenewalPlan.firstAlert(certificate))).isEqualTo(life.dividedBy(4));
        assertThat(left(certificate, RenewalPlan.secondAlert(certificate))).isEqualTo(life.dividedBy(16));
    }

    @Test
    void waitsAfterFailuresGrowFromAMinuteToHalfADay() {
        Duration first = Duration.between(BEGIN, RenewalPlan.retry(BEGIN, 1, true, Optional.empty(), 1));
        Duration many = Duration.between(BEGIN, RenewalPlan.retry(BEGIN, 100, true, Optional.empty(), 1));
        assertThat(first).isBetween(Duration.ofMinutes(1), Duration.ofSeconds(66));
        assertThat(many).isBetween(Duration.ofHours(12), Duration.ofMinutes(12 * 66));
    }

    @Test
    void waitsAreShorterForCertificatesThatLiveAFewDays() {
        Optional<X509Certificate> shortLived = Optional.of(certificate(Duration.ofDays(6)));
        Duration many = Duration.between(BEGIN, RenewalPlan.retry(BEGIN, 100, true, shortLived, 1));
        assertThat(many).isLessThan(Duration.ofHours(14)).isLessThanOrEqualTo(Duration.ofMinutes(12 * 66));
        Duration tiny = Duration.between(
                BEGIN, RenewalPlan.retry(BEGIN, 100, true, Optional.of(certificate(Duration.ofHours(12))), 1));
        assertThat(tiny).isLessThan(Duration.ofMinutes(75));
    }

    @Test
    void aCheckOfOurOwnIsRepeatedSoonerThanAQuestionToAnAuthority() {
        assertThat(RenewalPlan.retry(BEGIN, 5, false, Optional.empty(), 1))
                .isBefore(RenewalPlan.retry(BEGIN, 5, true, Optional.empty(), 1));
    }
}
