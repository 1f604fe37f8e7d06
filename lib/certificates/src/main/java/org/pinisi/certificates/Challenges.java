package org.pinisi.certificates;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.pinisi.certificates.Refusal.Fault;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.challenge.Dns01Challenge;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.challenge.TlsAlpn01Challenge;

/// Which challenge suits a name, and how each is answered. Thread-safe.
final class Challenges {
    private final ChallengeBoard board;
    private final DnsRecords records;
    private final CertificateMaker maker;
    private final InstantSource clock;

    Challenges(ChallengeBoard board, DnsRecords records, CertificateMaker maker, InstantSource clock) {
        this.board = board;
        this.records = records;
        this.maker = maker;
        this.clock = clock;
    }

    /// What may be tried for these names, the best first; HTTP-01 and TLS-ALPN-01 stand in for each other.
    ///
    /// @param last what worked the last time
    /// @throws Refusal if nothing is left
    List<ChallengeKind> choices(List<ChallengeKind> wanted, List<SubjectName> names, Optional<ChallengeKind> last)
            throws Refusal {
        boolean wildcard = names.stream().anyMatch(SubjectName::isWildcard);
        List<ChallengeKind> all = new java.util.ArrayList<>(wildcard ? List.of(ChallengeKind.DNS) : wanted);
        if (all.contains(ChallengeKind.HTTP) && !all.contains(ChallengeKind.TLS_ALPN)) {
            all.add(ChallengeKind.TLS_ALPN);
        } else if (all.contains(ChallengeKind.TLS_ALPN) && !all.contains(ChallengeKind.HTTP)) {
            all.add(ChallengeKind.HTTP);
        }
        if (!names.stream().allMatch(records::serves)) {
            all.remove(ChallengeKind.DNS);
        }
        last.filter(all::remove).ifPresent(all::addFirst);
        if (all.isEmpty()) {
            throw Refusal.before(
                    Fault.SETTINGS,
                    names.getFirst() + " can only be proved by dns-01, and there is no DNS provider for it"
                            + " (configure an update key or a hook for its domain)",
                    Optional.empty());
        }
        return List.copyOf(all);
    }

    /// Answers this authorization's challenge of that kind, if the authority offers it.
    Answered answer(Authorization authorization, ChallengeKind kind) throws Refusal, InterruptedException {
        SubjectName name = name(authorization);
        Challenge challenge = authorization
                .findChallenge(kind.text())
                .orElseThrow(() -> Refusal.of(
                        Fault.NAME,
                        name + ": the authority does not offer " + kind.text() + ", but "
                                + authorization.getChallenges().stream()
                                        .map(Challenge::getType)
                                        .toList()));
        return new Answered(challenge, post(name, authorization, challenge));
    }

    private ChallengeBoard.Posted post(SubjectName name, Authorization authorization, Challenge challenge)
            throws Refusal, InterruptedException {
        return switch (challenge) {
            case Http01Challenge http -> board.post(http.getToken(), http.getAuthorization());
            case TlsAlpn01Challenge tls ->
                board.post(name.challengeServerName(), maker.challenge(name, tls.getAuthorization(), clock.instant()));
            case Dns01Challenge dns ->
                records.post(name, withoutDot(dns.getRRName(authorization.getIdentifier())), dns.getDigest());
            default -> throw Refusal.of(Fault.NAME, name + ": challenge " + challenge.getType() + " is unknown here");
        };
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /// An authorization is for the domain, also where the order is for its wildcard.
    static SubjectName name(Authorization authorization) {
        return SubjectName.parse(authorization.getIdentifier().getValue());
    }

    /// A challenge whose answer hangs where the authority will look.
    record Answered(Challenge challenge, ChallengeBoard.Posted posted) {}
}
