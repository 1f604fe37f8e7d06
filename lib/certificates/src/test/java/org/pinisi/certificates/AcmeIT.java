package org.pinisi.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.certificates.KeeperListener.Event;
import org.xbill.DNS.CAARecord;
import org.xbill.DNS.DClass;

/// Certificates from a real ACME server: Pebble.
final class AcmeIT {
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

    @Test
    void aWantedNameGetsACertificateByHttpAndItIsServed() throws Exception {
        Pebble pebble = rig.pebble(folder);
        CertificateKeeper keeper = rig.keeper(pebble.issuer().build());
        keeper.want(Set.of("Example.ORG"));
        X509Certificate certificate = rig.issued(keeper, "example.org");
        assertThat(SubjectNames.of(certificate)).containsExactly(SubjectName.parse("example.org"));
        rig.await("the look from outside")
                .until(() -> keeper.status("example.org").orElseThrow().served().equals(Optional.of(true)));
        assertThat(rig.site.served("example.org")).contains(certificate);
        assertThat(rig.site.challenges()).isPositive();
        CertificateStatus status = keeper.status("example.org").orElseThrow();
        assertThat(status.state()).isEqualTo(CertificateStatus.State.GOOD);
        assertThat(status.source()).contains("acme");
        assertThat(status.attempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.outcome()).isEqualTo(Attempt.Outcome.ISSUED);
            assertThat(attempt.challenge()).contains("http-01");
        });
    }

    @Test
    void aNameIsProvedByAHandshakeWhereThatIsConfigured() throws Exception {
        Pebble pebble = rig.pebble(folder);
        CertificateKeeper keeper =
                rig.keeper(pebble.issuer().challenges(ChallengeKind.TLS_ALPN).build());
        keeper.want(Set.of("example.org"));
        rig.issued(keeper, "example.org");
        assertThat(rig.site.challenges()).isZero();
        assertThat(rig.book
                        .entry("example.org")
                        .orElseThrow()
                        .provenance()
                        .orElseThrow()
                        .challenge())
                .contains("tls-alpn-01");
    }

    @Test
    void whereHttpFailsTheHandshakeStandsInAndIsRememberedForTheNextTime() throws Exception {
        Pebble pebble = rig.pebble(folder);
        rig.site.answerHttp(false);
        CertificateKeeper keeper = rig.keeper(pebble.issuer().build());
        keeper.want(Set.of("example.org"));
        X509Certificate first = rig.issued(keeper, "example.org");
        assertThat(rig.attempts("example.org", 2))
                .extracting(Attempt::outcome)
                .containsExactly(Attempt.Outcome.FAILED, Attempt.Outcome.ISSUED);
        keeper.renew("example.org");
        rig.replaced(keeper, "example.org", first);
        assertThat(rig.attempts("example.org", 3))
                .extracting(Attempt::outcome)
                .containsExactly(Attempt.Outcome.FAILED, Attempt.Outcome.ISSUED, Attempt.Outcome.ISSUED);
    }

    @Test
    void aWildcardAndItsDomainShareACertificateProvedBySignedDnsUpdates() throws Exception {
        Pebble pebble = rig.pebble(folder);
        rig.dns.zone("example.org");
        CertificateKeeper keeper = rig.keeper(
                builder -> builder.together(Set.of("example.org", "*.example.org"))
                        .dnsProviders(List.of(new DnsProvider.Update("example.org", rig.dns.address(), TestDns.KEY))),
                pebble.issuer().build());
        keeper.want(Set.of("*.example.org", "example.org"));
        X509Certificate certificate = rig.issued(keeper, "anything.example.org");
        assertThat(SubjectNames.of(certificate))
                .containsExactlyInAnyOrder(SubjectName.parse("example.org"), SubjectName.parse("*.example.org"));
        assertThat(keeper.find("example.org").map(AcmeRig::own)).contains(certificate);
        assertThat(keeper.find("a.b.example.org")).isEmpty();
        // One whose answer got lost is sent again.
        assertThat(rig.dns.updates().stream().distinct()).hasSize(2);
        assertThat(rig.dns.texts("_acme-challenge.example.org"))
                .as("records left")
                .isEmpty();
    }

    @Test
    void aHookSetsAndRemovesRecords() throws Exception {
        Pebble pebble = rig.pebble(folder);
        Path texts = folder.resolve("texts");
        Path calls = folder.resolve("calls");
        Path hook = folder.resolve("hook");
        Files.writeString(hook, """
                #!/bin/sh
                echo "$1 $2" >> %2$s
                case $1 in
                  present) echo "$2 $3" >> %1$s ;;
                  cleanup) : > %1$s ;;
                esac
                """.formatted(texts, calls));
        Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwx------"));
        rig.dns.readTextsFrom(texts);
        CertificateKeeper keeper = rig.keeper(
                builder -> builder.dnsProviders(
                        List.of(new DnsProvider.Hook("", List.of(hook.toString()), Duration.ofSeconds(10)))),
                pebble.issuer().challenges(ChallengeKind.DNS).build());
        keeper.want(Set.of("example.org"));
        rig.issued(keeper, "example.org");
        assertThat(Files.readAllLines(calls))
                .containsExactly("present _acme-challenge.example.org", "cleanup _acme-challenge.example.org");
    }

    @Test
    void aWildcardWithoutADnsProviderSaysWhatIsMissing() throws Exception {
        Pebble pebble = rig.pebble(folder);
        CertificateKeeper keeper = rig.keeper(pebble.issuer().build());
        keeper.want(Set.of("*.example.org"));
        assertThat(rig.failed("*.example.org").words()).contains("dns-01").contains("DNS provider");
    }

    @Test
    void anIpAddressGetsACertificateForClientsThatNameNoServer() throws Exception {
        Pebble pebble = rig.pebble(folder);
        CertificateKeeper keeper = rig.keeper(pebble.issuer().privateNames().build());
        keeper.want(Set.of("127.0.0.1"));
        X509Certificate certificate = rig.issued(keeper, "");
        assertThat(SubjectNames.of(certificate)).containsExactly(SubjectName.parse("127.0.0.1"));
        assertThat(keeper.find("127.0.0.1").map(AcmeRig::own)).contains(certificate);
        assertThat(rig.site.served("")).contains(certificate);
    }

    @Test
    void anIpAddressIsProvedByAHandshakeToo() throws Exception {
        Pebble pebble = rig.pebble(folder);
        CertificateKeeper keeper = rig.keeper(pebble.issuer()
                .privateNames()
                .challenges(ChallengeKind.TLS_ALPN)
                .build());
        keeper.want(Set.of("127.0.0.1"));
        rig.issued(keeper, "127.0.0.1");
        assertThat(rig.site.challenges()).isZero();
    }

    @Test
    void anExternalAccountIsBound() throws Exception {
        Pebble pebble = rig.pebble(folder, Pebble.Settings::withExternalAccounts);
        CertificateKeeper keeper = rig.keeper(pebble.issuer()
                .externalAccount(Pebble.ACCOUNT)
                .email("you@example.org")
                .build());
        keeper.want(Set.of("example.org"));
        rig.issued(keeper, "example.org");
    }

    @Test
    void aMissingExternalAccountIsNamed() throws Exception {
        Pebble pebble = rig.pebble(folder, Pebble.Settings::withExternalAccounts);
        CertificateKeeper keeper = rig.keeper(pebble.issuer().build());
        keeper.want(Set.of("example.org"));
        assertThat(rig.failed("example.org").words()).contains("external account");
    }

    @Test
    void nothingIsAskedBeforeThePersonAgreesToTheTerms() throws Exception {
        Pebble pebble = rig.pebble(folder);
        CertificateKeeper keeper = rig.keeper(Issuer.Acme.at("Pebble", pebble.directory())
                .trust(pebble.trust())
                .build());
        keeper.want(Set.of("example.org"));
        assertThat(rig.failed("example.org").words()).contains("terms of service");
        assertThat(pebble.log()).doesNotContain("sign-me-up");
    }

    @Test
    void aNameThatPointsElsewhereIsNotAskedForAndTheRecordToSetIsNamed() throws Exception {
        Pebble pebble = rig.pebble(folder);
        rig.dns.pointTo("example.org", "127.0.0.9");
        CertificateKeeper keeper = rig.keeper(pebble.issuer().build());
        keeper.want(Set.of("example.org"));
        assertThat(rig.failed("example.org").words())
                .contains("points to 127.0.0.9")
                .contains("example.org. A 127.0.0.1");
        assertThat(pebble.log()).doesNotContain("order-plz");
        rig.dns.found("example.org");
        rig.clock.advance(Duration.ofMinutes(1));
        rig.issued(keeper, "example.org");
    }

    @Test
    void aNameThatDoesNotExistIsNotAskedFor() throws Exception {
        Pebble pebble = rig.pebble(folder);
        rig.dns.missing("example.org");
        CertificateKeeper keeper = rig.keeper(pebble.issuer().build());
        keeper.want(Set.of("example.org"));
        assertThat(rig.failed("example.org").words()).contains("does not exist");
        assertThat(keeper.status("example.org").orElseThrow().state()).isEqualTo(CertificateStatus.State.FAILING);
    }

    @Test
    void anAliasIsFollowed() throws Exception {
        Pebble pebble = rig.pebble(folder);
        rig.dns.alias("www.example.org", "example.net");
        CertificateKeeper keeper = rig.keeper(pebble.issuer().build());
        keeper.want(Set.of("www.example.org"));
        rig.issued(keeper, "www.example.org");
    }

    @Test
    void withoutTheCheckTheAuthoritysOwnWordsAreKept() throws Exception {
        Pebble pebble = rig.pebble(folder);
        rig.dns.pointTo("example.org", "127.0.0.9");
        CertificateKeeper keeper = rig.keeper(
                builder -> builder.dns(rig.dnsSettings().withCheck(false)),
                pebble.issuer().build());
        keeper.want(Set.of("example.org"));
        assertThat(rig.failed("example.org").words()).contains("could not see the proof of example.org");
        assertThat(rig.book.entry("example.org").orElseThrow().attempts())
                .as("one try by each challenge")
                .hasSize(2)
                .allSatisfy(attempt -> {
                    assertThat(attempt.outcome()).isEqualTo(Attempt.Outcome.FAILED);
                    assertThat(attempt.words()).contains("127.0.0.9");
                });
    }

    @Test
    void failedValidationsOfANameAreLimited() throws Exception {
        Pebble pebble = rig.pebble(folder);
        rig.dns.pointTo("example.org", "127.0.0.9");
        CertificateKeeper keeper = rig.keeper(
                builder -> builder.dns(rig.dnsSettings().withCheck(false)),
                pebble.issuer().build());
        keeper.want(Set.of("example.org"));
        rig.attempts("example.org", 2);
        keeper.renew("example.org");
        rig.attempts("example.org", 4);
        keeper.renew("example.org");
        rig.await("the limit")
                .until(() -> keeper.status("example.org")
                        .orElseThrow()
                        .nextTry()
                        .orElseThrow()
                        .isAfter(rig.clock.instant().plus(Duration.ofMinutes(30))));
        assertThat(rig.attempts("example.org", 4)).hasSize(4);
    }

    @Test
    void aRevokedCertificateIsReplacedByOneWithANewKey() throws Exception {
        Pebble pebble = rig.pebble(folder);
        CertificateKeeper keeper = rig.keeper(pebble.issuer().keepKey().build());
        keeper.want(Set.of("example.org"));
        X509Certificate first = rig.issued(keeper, "example.org");
        keeper.revoke("example.org", Revocation.KEY_COMPROMISE, false);
        X509Certificate second = rig.replaced(keeper, "example.org", first);
        assertThat(pebble.status(first)).isEqualTo("Revoked");
        assertThat(pebble.status(second)).isEqualTo("Valid");
        assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
        assertThat(rig.events(Event.Revoked.class)).hasSize(1);
    }

    @Test
    void aCertificateIsRevokedByItsOwnKey() throws Exception {
        Pebble pebble = rig.pebble(folder);
        CertificateKeeper keeper = rig.keeper(pebble.issuer().build());
        keeper.want(Set.of("example.org"));
        X509Certificate first = rig.issued(keeper, "example.org");
        keeper.revoke("example.org", Revocation.SUPERSEDED, true);
        assertThat(pebble.status(first)).isEqualTo("Revoked");
    }

    @Test
    void keysAreFreshUnlessTheyShallStay() throws Exception {
        Pebble pebble = rig.pebble(folder);
        CertificateKeeper keeper =
                rig.keeper(pebble.issuer().keyType(KeyType.RSA2048).build());
        keeper.want(Set.of("example.org"));
        X509Certificate first = rig.issued(keeper, "example.org");
        assertThat(KeyType.RSA2048.matches(first.getPublicKey())).isTrue();
        keeper.renew("example.org");
        X509Certificate second = rig.replaced(keeper, "example.org", first);
        assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
        keeper.close();
        CertificateKeeper other =
                rig.keeper(pebble.issuer().keyType(KeyType.RSA2048).keepKey().build());
        other.want(Set.of("example.org"));
        other.renew("example.org");
        assertThat(rig.replaced(other, "example.org", second).getPublicKey()).isEqualTo(second.getPublicKey());
    }

    @Test
    void anotherChainIsChosenByItsIssuer() throws Exception {
        Pebble pebble = rig.pebble(folder, settings -> settings.withOtherChains(1));
        CertificateKeeper keeper = rig.keeper(pebble.issuer().build());
        keeper.want(Set.of("example.org"));
        rig.issued(keeper, "example.org");
        String first = top(keeper);
        List<String> offered = pebble.log()
                .lines()
                .filter(line -> line.contains("Generated new root issuer"))
                .map(line -> line.replaceAll(".*issuer CN=(.*) with serial.*", "$1"))
                .toList();
        String other =
                offered.stream().filter(name -> !name.equals(first)).findFirst().orElseThrow();
        keeper.close();
        CertificateKeeper choosy = rig.keeper(pebble.issuer().chain(other).build());
        choosy.want(Set.of("example.net"));
        rig.issued(choosy, "example.net");
        assertThat(choosy.find("example.net")
                        .orElseThrow()
                        .chain()
                        .getLast()
                        .getIssuerX500Principal()
                        .getName())
                .isEqualTo("CN=" + other);
    }

    private static String top(CertificateKeeper keeper) {
        return keeper.find("example.org")
                .orElseThrow()
                .chain()
                .getLast()
                .getIssuerX500Principal()
                .getName()
                .substring("CN=".length());
    }

    @Test
    void anAccountThatTheAuthorityForgotIsMadeAgainWithTheSameKey() throws Exception {
        Pebble pebble = rig.pebble(folder);
        CertificateKeeper keeper = rig.keeper(pebble.issuer().build());
        keeper.want(Set.of("example.org"));
        X509Certificate first = rig.issued(keeper, "example.org");
        var key = rig.book.account(pebble.directory()).orElseThrow().key().getPublic();
        pebble.stop();
        pebble.start();
        keeper.renew("example.org");
        rig.replaced(keeper, "example.org", first);
        assertThat(rig.book.account(pebble.directory()).orElseThrow().key().getPublic())
                .isEqualTo(key);
    }

    @Test
    void aRestartAsksForNothingThatTheBookHas() throws Exception {
        Pebble pebble = rig.pebble(folder);
        CertificateKeeper keeper = rig.keeper(pebble.issuer().build());
        keeper.want(Set.of("example.org"));
        X509Certificate certificate = rig.issued(keeper, "example.org");
        keeper.close();
        CertificateKeeper next = rig.keeper(pebble.issuer().build());
        assertThat(next.find("example.org").map(AcmeRig::own)).contains(certificate);
        next.want(Set.of("example.org"));
        rig.await("a plan")
                .until(() -> next.status("example.org")
                        .orElseThrow()
                        .nextTry()
                        .orElseThrow()
                        .isAfter(rig.clock.instant().plus(Duration.ofHours(1))));
        assertThat(rig.events(Event.Issued.class)).hasSize(1);
    }

    @Test
    void theNextAuthorityStandsInForOneThatDoesNotAnswer() throws Exception {
        Pebble pebble = rig.pebble(folder);
        Issuer dead = Issuer.Acme.at("Dead", java.net.URI.create("https://127.0.0.1:" + Pebble.freePort() + "/dir"))
                .agreeToTerms()
                .build();
        CertificateKeeper keeper = rig.keeper(dead, pebble.issuer().build());
        keeper.want(Set.of("example.org"));
        rig.issued(keeper, "example.org");
        assertThat(rig.attempts("example.org", 2))
                .extracting(Attempt::authority)
                .containsExactly("Dead", "Pebble");
    }

    @Test
    void aNameThatNobodyWantsCannotBeRenewed() throws Exception {
        Pebble pebble = rig.pebble(folder);
        CertificateKeeper keeper = rig.keeper(pebble.issuer().build());
        assertThatThrownBy(() -> keeper.renew("example.org"))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("none of the names");
    }

    @Test
    void permissionsInDnsAreReadWhereTheAuthoritySaysItsName() throws Exception {
        Pebble pebble = rig.pebble(folder);
        rig.dns.put(new CAARecord(Questions.name("example.org"), DClass.IN, 1, 0, "issue", "other.example"));
        Questions questions = new Questions(rig.dnsSettings());
        try (PointsHere check = new PointsHere(rig.dnsSettings(), questions, new ChallengeBoard())) {
            assertThatThrownBy(() -> check.checkPermission(
                            SubjectName.parse("www.example.org"), "Pebble", List.of("pebble.example")))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("let only [other.example] sign")
                    .hasMessageContaining("CAA 0 issue \"pebble.example\"");
        }
        assertThat(pebble.port()).isPositive();
    }
}
