package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pinisi.certificates.Attempt;
import org.pinisi.certificates.CertificateStatus;

/// What counts as wrong with a name, and how wrong.
final class NameProblemsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");

    private static Traffic traffic(long requests, long errors) {
        return new Traffic(Duration.ofMinutes(5), requests, errors, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    private static UpstreamStatus upstream(String id, boolean healthy) {
        return new UpstreamStatus(id, "127.0.0.1:1", healthy, false, healthy ? "healthy" : "refuses", 0, 0, 0, 0, 0, 0);
    }

    private static CertificateStatus certificate(CertificateStatus.State state, Duration life, Duration left) {
        return new CertificateStatus(
                "a.test",
                state,
                Optional.of("acme"),
                Optional.empty(),
                Optional.empty(),
                List.of("a.test"),
                Optional.of(NOW.plus(left).minus(life)),
                Optional.of(NOW.plus(left)),
                Optional.empty(),
                Optional.empty(),
                List.of(new Attempt(
                        NOW, Attempt.Outcome.FAILED, "CA", Optional.empty(), "no A record", Optional.empty())));
    }

    private static List<NameProblem> of(
            Traffic traffic, List<UpstreamStatus> upstreams, @Nullable CertificateStatus certificate) {
        return NameProblems.of(traffic, upstreams, certificate, NOW);
    }

    @Test
    void allWellMeansNoProblem() {
        assertThat(of(
                        traffic(1000, 9),
                        List.of(upstream("a", true)),
                        certificate(CertificateStatus.State.GOOD, Duration.ofDays(90), Duration.ofDays(60))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"19, 19, none", "1000, 10, mild", "1000, 99, mild", "1000, 100, urgent", "20, 20, urgent"})
    void failuresCountWhenThereAreEnoughRequests(long requests, long errors, String expected) {
        List<NameProblem> problems = of(traffic(requests, errors), List.of(), null);
        assertThat(problems).hasSize(expected.equals("none") ? 0 : 1);
        assertThat(problems).allMatch(problem -> problem.urgent() == expected.equals("urgent"));
    }

    @Test
    void oneSickUpstreamOfTwoIsNotUrgentAndAllOfThemAre() {
        List<NameProblem> one = of(Traffic.NONE, List.of(upstream("a", true), upstream("b", false)), null);
        assertThat(one).containsExactly(new NameProblem(false, "1 of 2 upstreams: b, refuses"));
        List<NameProblem> all = of(Traffic.NONE, List.of(upstream("b", false)), null);
        assertThat(all).containsExactly(new NameProblem(true, "no upstream is healthy: b, refuses"));
    }

    @ParameterizedTest
    @CsvSource({
        "GOOD, 90, 15, none, ''",
        "GOOD, 90, 13, mild, ends in 13 days",
        "GOOD, 90, 2, urgent, ends in 2 days",
        "GOOD, 6, 2, none, ''",
        "GOOD, 6, 1, urgent, ends in 24 hours",
        "RENEWAL_FAILING, 90, 20, mild, not renewed: no A record",
        "RENEWAL_FAILING, 90, 2, urgent, not renewed: no A record",
        "EXPIRED, 90, -1, urgent, has expired: no A record",
        "FAILING, 90, 0, urgent, no certificate: no A record",
        "WAITING, 90, 0, mild, no certificate yet",
        "UNUSED, 90, -5, none, ''",
    })
    void aCertificateIsAProblemInTime(
            CertificateStatus.State state, int life, int left, String expected, String words) {
        List<NameProblem> problems =
                of(Traffic.NONE, List.of(), certificate(state, Duration.ofDays(life), Duration.ofDays(left)));
        assertThat(problems).hasSize(expected.equals("none") ? 0 : 1);
        assertThat(problems)
                .allMatch(problem -> problem.urgent() == expected.equals("urgent")
                        && problem.text().contains(words));
    }

    @Test
    void theUrgentComesFirst() {
        assertThat(of(traffic(1000, 20), List.of(upstream("b", false)), null))
                .extracting(NameProblem::urgent)
                .containsExactly(true, false);
    }
}
