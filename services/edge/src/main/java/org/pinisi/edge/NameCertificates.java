package org.pinisi.edge;

import java.util.List;
import org.pinisi.certificates.Attempt;
import org.pinisi.certificates.CertificateStatus;

/// What a keeper of certificates knows, as pages and metrics show it.
final class NameCertificates {
    private NameCertificates() {}

    static List<NameCertificate> of(List<CertificateStatus> statuses) {
        return statuses.stream().map(NameCertificates::of).toList();
    }

    private static NameCertificate of(CertificateStatus status) {
        return new NameCertificate(
                status.name(),
                switch (status.state()) {
                    case WAITING -> NameCertificate.State.WAITING;
                    case FAILING -> NameCertificate.State.FAILING;
                    case GOOD -> NameCertificate.State.GOOD;
                    case RENEWAL_FAILING -> NameCertificate.State.RENEWAL_FAILING;
                    case EXPIRED -> NameCertificate.State.EXPIRED;
                    case UNUSED -> NameCertificate.State.UNUSED;
                },
                status.source(),
                status.issuer(),
                status.serial(),
                status.names(),
                status.notBefore(),
                status.notAfter(),
                status.nextTry(),
                status.served(),
                status.attempts().stream().map(NameCertificates::of).toList());
    }

    private static NameCertificate.Try of(Attempt attempt) {
        return new NameCertificate.Try(
                attempt.at(),
                switch (attempt.outcome()) {
                    case ISSUED -> NameCertificate.Outcome.ISSUED;
                    case FAILED -> NameCertificate.Outcome.FAILED;
                    case POSTPONED -> NameCertificate.Outcome.POSTPONED;
                },
                attempt.authority(),
                attempt.challenge().orElse(""),
                attempt.words(),
                attempt.nextTry());
    }
}
