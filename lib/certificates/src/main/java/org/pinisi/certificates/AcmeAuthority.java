package org.pinisi.certificates;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.pinisi.certificates.Refusal.Fault;
import org.pinisi.http.Certified;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Metadata;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.OrderBuilder;
import org.shredzone.acme4j.PollableResource;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.RenewalInfo;
import org.shredzone.acme4j.RevocationReason;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeProtocolException;

/// One authority that speaks ACME: orders, renewal windows, revocations. Blocks; thread-safe.
final class AcmeAuthority implements AutoCloseable {
    private static final String SHORT_LIVED = "shortlived";
    private static final Duration VALIDATION = Duration.ofMinutes(3);
    private static final Duration ISSUING = Duration.ofMinutes(3);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final EnumSet<Status> DECIDED =
            EnumSet.of(Status.VALID, Status.INVALID, Status.DEACTIVATED, Status.EXPIRED, Status.REVOKED);

    private final Issuer.Acme issuer;
    private final Challenges challenges;
    private final Patience patience;
    private final InstantSource clock;
    private final AcmeNetwork network;
    private final AcmeAccount account;

    AcmeAuthority(
            Issuer.Acme issuer, CertificateBook book, Challenges challenges, Patience patience, InstantSource clock) {
        this.issuer = issuer;
        this.challenges = challenges;
        this.patience = patience;
        this.clock = clock;
        this.network = new AcmeNetwork(issuer);
        this.account = new AcmeAccount(issuer, book, network);
    }

    Issuer.Acme issuer() {
        return issuer;
    }

    /// How many requests were sent to it.
    long requests() {
        return network.requests();
    }

    /// A certificate that is wished for.
    ///
    /// @param names all that it shall hold for
    /// @param replaces the one before, so that the authority may count it as a renewal (RFC 9773, 5)
    record Wish(List<SubjectName> names, ChallengeKind challenge, Optional<Certified> replaces, KeyPair key) {}

    /// What came of it.
    record Granted(Certified certified, URI location) {}

    /// The names by which permissions in DNS mean this authority (RFC 8659); empty if it does not say.
    Collection<String> permissionNames() throws Refusal, InterruptedException {
        return guarded(() -> account.session().getMetadata().getCaaIdentities());
    }

    Granted order(Wish wish) throws Refusal, InterruptedException {
        return guarded(() -> {
            Login login = account.login();
            Order order;
            try {
                order = create(login, wish, true);
            } catch (AcmeException e) {
                if (AcmeProblems.isMissingAccount(e)) {
                    order = create(account.again(login), wish, true);
                } else if (AcmeProblems.isAlreadyReplaced(e)) {
                    order = create(login, wish, false);
                } else {
                    throw e;
                }
            }
            return fulfil(order, wish);
        });
    }

    private Order create(Login login, Wish wish, boolean replacing) throws AcmeException, Refusal {
        OrderBuilder builder = login.newOrder();
        for (SubjectName name : wish.names()) {
            builder.identifier(name.isAddress() ? Identifier.ip(name.address()) : Identifier.dns(name.text()));
        }
        profile(wish).ifPresent(builder::profile);
        if (replacing && wish.replaces().isPresent() && offersRenewalInfo()) {
            builder.replaces(wish.replaces().get().chain().getFirst());
        }
        return builder.create();
    }

    /// The configured one; for an address the one that Let's Encrypt gives such certificates under alone.
    private Optional<String> profile(Wish wish) throws AcmeException, Refusal {
        Metadata metadata = account.session().getMetadata();
        if (issuer.profile().isEmpty()) {
            boolean address = wish.names().stream().anyMatch(SubjectName::isAddress);
            return Optional.of(SHORT_LIVED).filter(_ -> address && metadata.isProfileAllowed(SHORT_LIVED));
        }
        String profile = issuer.profile().get();
        if (!metadata.isProfileAllowed(profile)) {
            throw Refusal.before(
                    Fault.SETTINGS,
                    issuer.name() + " has no profile \"" + profile + "\" (it has: "
                            + String.join(", ", metadata.getProfiles()) + ")",
                    Optional.empty());
        }
        return Optional.of(profile);
    }

    private boolean offersRenewalInfo() throws AcmeException {
        return account.session().resourceUrlOptional(Resource.RENEWAL_INFO).isPresent();
    }

    private Granted fulfil(Order order, Wish wish) throws AcmeException, Refusal, InterruptedException {
        prove(order, wish.challenge());
        Status ready = await(order, EnumSet.of(Status.READY, Status.VALID, Status.INVALID), VALIDATION);
        if (ready == Status.READY) {
            order.execute(wish.key());
        }
        Status done = await(order, EnumSet.of(Status.VALID, Status.INVALID), ISSUING);
        if (done != Status.VALID) {
            Optional<Problem> problem = order.getError();
            throw Refusal.of(
                    problem.map(AcmeProblems::fault).orElse(Fault.AUTHORITY),
                    issuer.name() + ": the order is " + done + ": "
                            + problem.map(AcmeProblems::words).orElse("it does not say why"));
        }
        Certificate certificate = order.getCertificate();
        certificate.download();
        Certificate chosen =
                issuer.chain().flatMap(certificate::findCertificate).orElse(certificate);
        List<X509Certificate> chain = chosen.getCertificateChain();
        check(chain.getFirst(), wish);
        return new Granted(
                new Certified(chain, wish.key().getPrivate()),
                URI.create(certificate.getLocation().toString()));
    }

    private void check(X509Certificate leaf, Wish wish) throws Refusal {
        String wrong = "";
        if (!leaf.getPublicKey().equals(wish.key().getPublic())) {
            wrong = "is for another key";
        } else if (!SubjectNames.of(leaf).containsAll(wish.names())) {
            wrong = "is for " + SubjectNames.of(leaf);
        } else if (!leaf.getNotAfter().toInstant().isAfter(clock.instant())) {
            wrong = "ended on " + leaf.getNotAfter().toInstant();
        }
        if (!wrong.isEmpty()) {
            throw Refusal.of(Fault.AUTHORITY, issuer.name() + ": the certificate for " + wish.names() + " " + wrong);
        }
    }

    private void prove(Order order, ChallengeKind kind) throws AcmeException, Refusal, InterruptedException {
        List<Challenges.Answered> answered = new ArrayList<>();
        List<Authorization> open = new ArrayList<>();
        try {
            for (Authorization authorization : order.getAuthorizations()) {
                if (authorization.getStatus() == Status.VALID) {
                    continue;
                }
                answered.add(challenges.answer(authorization, kind));
                open.add(authorization);
            }
            for (Challenges.Answered answer : answered) {
                answer.challenge().trigger();
            }
            for (Authorization authorization : open) {
                if (await(authorization, DECIDED, VALIDATION) != Status.VALID) {
                    throw unproved(authorization, kind);
                }
            }
        } finally {
            takeDown(answered);
        }
    }

    /// Cleans up also when we are being stopped.
    private static void takeDown(List<Challenges.Answered> answered) throws InterruptedException {
        boolean interrupted = Thread.interrupted();
        for (Challenges.Answered answer : answered) {
            answer.posted().takeDown();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Refusal unproved(Authorization authorization, ChallengeKind kind) {
        Optional<Problem> problem = authorization.getChallenges().stream()
                .map(Challenge::getError)
                .flatMap(Optional::stream)
                .findFirst();
        String words = problem.map(AcmeProblems::words).orElse("it is " + authorization.getStatus());
        return Refusal.unseen(
                problem.map(AcmeProblems::fault).orElse(Fault.NAME),
                kind,
                issuer.name() + " could not see the proof of " + Challenges.name(authorization) + " by " + kind.text()
                        + ": " + words);
    }

    private Status await(PollableResource resource, EnumSet<Status> until, Duration most)
            throws AcmeException, Refusal, InterruptedException {
        Patience.Deadline deadline = patience.deadline(most);
        Duration pause = FIRST_PAUSE;
        while (true) {
            Optional<Duration> asked = resource.fetch().map(network::fromNow);
            if (until.contains(resource.getStatus())) {
                return resource.getStatus();
            }
            Duration wait = asked.filter(duration -> duration.compareTo(FIRST_PAUSE) > 0)
                    .orElse(pause);
            if (!deadline.pause(wait)) {
                throw Refusal.of(
                        Fault.AUTHORITY,
                        issuer.name() + " did not decide within " + most + " (" + resource.getStatus() + ")");
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
    }

    /// When the authority would like a certificate to be renewed (RFC 9773).
    ///
    /// @param lookAgain how long what it says stands
    record Window(Instant start, Instant end, Optional<String> explanation, Duration lookAgain) {}

    /// Empty where the authority offers no such thing.
    Optional<Window> window(X509Certificate certificate) throws Refusal, InterruptedException {
        return guarded(() -> {
            if (!offersRenewalInfo()) {
                return Optional.empty();
            }
            RenewalInfo info = account.login().bindRenewalInfo(certificate);
            Optional<Instant> retryAfter = info.fetch();
            Duration again = retryAfter.map(network::fromNow).orElse(RenewalPlan.WINDOW_AGE);
            return Optional.of(new Window(
                    info.getSuggestedWindowStart(),
                    info.getSuggestedWindowEnd(),
                    info.getExplanation().map(URL::toString),
                    RenewalPlan.windowAge(again)));
        });
    }

    void revoke(Certified certified, boolean byOwnKey, int reason) throws Refusal, InterruptedException {
        guarded(() -> {
            X509Certificate certificate = certified.chain().getFirst();
            RevocationReason code = RevocationReason.code(reason);
            if (byOwnKey) {
                Session session = account.session();
                KeyPair pair = new KeyPair(certificate.getPublicKey(), certified.key());
                Certificate.revoke(session, pair, certificate, code);
            } else {
                Certificate.revoke(account.login(), certificate, code);
            }
            return true;
        });
    }

    @FunctionalInterface
    private interface Talk<T> {
        T run() throws AcmeException, Refusal, InterruptedException, MalformedURLException;
    }

    private <T> T guarded(Talk<T> talk) throws Refusal, InterruptedException {
        network.forget();
        try {
            return talk.run();
        } catch (AcmeException e) {
            interrupted();
            throw AcmeProblems.refusal(issuer, e, clock.instant(), network);
        } catch (AcmeProtocolException | AcmeLazyLoadingException e) {
            interrupted();
            throw AcmeProblems.broken(issuer, e);
        } catch (MalformedURLException e) {
            throw AcmeProblems.broken(issuer, e);
        }
    }

    private static void interrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while talking to an authority");
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
