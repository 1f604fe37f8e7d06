package org.pinisi.edge;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.pinisi.certificates.Attempt;
import org.pinisi.certificates.CertificateStatus;

/// Finds what is wrong with a name.
final class NameProblems {
    private static final Duration LATE = Duration.ofDays(14);
    private static final Duration URGENT = Duration.ofDays(3);
    private static final long ENOUGH = 20;
    private static final double MANY = 0.1;
    private static final double SOME = 0.01;

    private final List<NameProblem> found = new ArrayList<>();
    private final Instant now;

    private NameProblems(Instant now) {
        this.now = now;
    }

    static List<NameProblem> of(
            Traffic traffic, List<UpstreamStatus> upstreams, @Nullable CertificateStatus certificate, Instant now) {
        NameProblems problems = new NameProblems(now);
        problems.look(traffic);
        problems.look(upstreams);
        if (certificate != null) {
            problems.look(certificate);
        }
        problems.found.sort(Comparator.comparing(problem -> !problem.urgent()));
        return List.copyOf(problems.found);
    }

    private void add(boolean urgent, String text) {
        found.add(new NameProblem(urgent, text));
    }

    private void look(Traffic traffic) {
        if (traffic.requests() >= ENOUGH && traffic.errorShare() >= SOME) {
            add(
                    traffic.errorShare() >= MANY,
                    String.format(
                            Locale.ROOT,
                            "%.1f %% of the requests of the last five minutes failed (%d of %d)",
                            traffic.errorShare() * 100,
                            traffic.serverErrors(),
                            traffic.requests()));
        }
    }

    private void look(List<UpstreamStatus> upstreams) {
        long sick = upstreams.stream().filter(upstream -> !upstream.healthy()).count();
        if (sick > 0) {
            UpstreamStatus first = upstreams.stream()
                    .filter(upstream -> !upstream.healthy())
                    .findFirst()
                    .orElseThrow();
            boolean all = sick == upstreams.size();
            add(
                    all,
                    (all ? "no upstream is healthy: " : sick + " of " + upstreams.size() + " upstreams: ") + first.id()
                            + ", " + first.words());
        }
    }

    private void look(CertificateStatus certificate) {
        String last = certificate.attempts().stream()
                .filter(attempt -> attempt.outcome() != Attempt.Outcome.ISSUED)
                .reduce((_, later) -> later)
                .map(attempt -> ": " + attempt.words())
                .orElse("");
        switch (certificate.state()) {
            case EXPIRED -> add(true, "the certificate has expired" + last);
            case FAILING -> add(true, "there is no certificate" + last);
            case RENEWAL_FAILING -> add(isNear(certificate, URGENT), "the certificate is not renewed" + last);
            case WAITING -> add(false, "there is no certificate yet" + last);
            case GOOD -> {
                if (isNear(certificate, LATE)) {
                    add(isNear(certificate, URGENT), "the certificate ends in " + left(certificate));
                }
            }
            case UNUSED -> {
                // nobody asks for it
            }
        }
    }

    /// A certificate of few days is near its end in the last quarter of its life.
    private boolean isNear(CertificateStatus certificate, Duration most) {
        if (certificate.notAfter().isEmpty()) {
            return false;
        }
        Instant end = certificate.notAfter().get();
        Duration life = Duration.between(certificate.notBefore().orElse(now), end);
        Duration quarter = life.dividedBy(4);
        Duration bound = quarter.compareTo(most) < 0 ? quarter : most;
        return now.plus(bound).isAfter(end);
    }

    private String left(CertificateStatus certificate) {
        long hours = Duration.between(now, certificate.notAfter().orElse(now)).toHours();
        return hours < 48 ? hours + " hours" : hours / 24 + " days";
    }
}
