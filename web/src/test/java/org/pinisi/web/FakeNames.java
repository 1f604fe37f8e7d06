package org.pinisi.web;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pinisi.certificates.Attempt;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.edge.EdgeException;
import org.pinisi.edge.NameProblem;
import org.pinisi.edge.NameReport;
import org.pinisi.edge.NameStatus;
import org.pinisi.edge.Traffic;
import org.pinisi.edge.UpstreamStatus;

/// An edge that answers to the names it is given.
final class FakeNames implements Names {
    final List<NameReport> reports = new ArrayList<>();
    private boolean away;

    /// Three names: one that is well, one whose renewal fails, one that fails altogether.
    static FakeNames whole() {
        FakeNames names = new FakeNames();
        names.reports.add(shop());
        names.reports.add(clock());
        names.reports.add(new NameReport(
                new NameStatus(
                        "site.localhost",
                        List.of("site"),
                        "folder /srv/site",
                        traffic(300, 30, 0, 4),
                        List.of(),
                        Optional.empty(),
                        List.of()),
                traffic(60, 6, 0, 4),
                traffic(3600, 360, 0, 4),
                List.of(),
                List.of("site.localhost"),
                List.of(),
                true));
        return names;
    }

    FakeNames goAway() {
        away = true;
        return this;
    }

    static Traffic traffic(int seconds, long requests, long errors, double millis) {
        return new Traffic(
                Duration.ofSeconds(seconds),
                requests,
                errors,
                Duration.ofNanos((long) (millis * 1e6)),
                Duration.ofNanos((long) (millis * 2.9e6)),
                Duration.ofNanos((long) (millis * 7.3e6)));
    }

    private static Instant ago(long hours) {
        return Scene.ago(hours * 3600);
    }

    private static NameReport clock() {
        List<Traffic> minutes = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            double wave = 1 + 0.5 * Math.sin(i / 7.0) + (i % 5) * 0.06;
            minutes.add(traffic(60, (long) (1500 * wave), i == 22 || i == 23 ? 9 : 0, 3.1 * wave));
        }
        return new NameReport(
                new NameStatus(
                        "clock.example.org",
                        List.of("clock"),
                        "2 upstreams",
                        traffic(304, 8412, 0, 3.4),
                        List.of(
                                new UpstreamStatus(
                                        "clock-r4-1",
                                        "127.0.0.1:40211",
                                        true,
                                        false,
                                        "healthy",
                                        3,
                                        51_234,
                                        0,
                                        14,
                                        0,
                                        0),
                                new UpstreamStatus(
                                        "clock-r4-2",
                                        "127.0.0.1:40212",
                                        true,
                                        false,
                                        "healthy",
                                        2,
                                        50_987,
                                        18,
                                        15,
                                        0,
                                        4)),
                        Optional.of(new CertificateStatus(
                                "clock.example.org",
                                CertificateStatus.State.GOOD,
                                Optional.of("acme"),
                                Optional.of("Let's Encrypt (E7)"),
                                Optional.of("05:2f:91:ac:40:7d:1b:0e:6a:cc:93:55:e1:22:8f:71:9b:04"),
                                List.of("clock.example.org", "www.clock.example.org"),
                                Optional.of(ago(24 * 31)),
                                Optional.of(ago(-24 * 59)),
                                Optional.of(ago(-24 * 29)),
                                Optional.of(true),
                                List.of(
                                        new Attempt(
                                                ago(24 * 31 + 2),
                                                Attempt.Outcome.POSTPONED,
                                                "check before asking",
                                                Optional.empty(),
                                                "clock.example.org has no A record yet; set: clock.example.org. A 203.0.113.7",
                                                Optional.of(ago(24 * 31 + 1))),
                                        new Attempt(
                                                ago(24 * 31 + 1),
                                                Attempt.Outcome.FAILED,
                                                "Let's Encrypt",
                                                Optional.of("http-01"),
                                                "urn:ietf:params:acme:error:connection: 203.0.113.7: Fetching http://clock.example.org/.well-known/acme-challenge/q3v: Connection refused",
                                                Optional.of(ago(24 * 31))),
                                        new Attempt(
                                                ago(24 * 31),
                                                Attempt.Outcome.ISSUED,
                                                "Let's Encrypt",
                                                Optional.of("tls-alpn-01"),
                                                "issued until 2027-01-19",
                                                Optional.empty())))),
                        List.of()),
                traffic(62, 1702, 0, 3.3),
                traffic(3604, 98_213, 18, 3.6),
                minutes,
                List.of("clock.example.org", "www.clock.example.org"),
                List.of("clock.example.org. A 203.0.113.7", "clock.example.org. AAAA 2001:db8::7"),
                true);
    }

    private static NameReport shop() {
        List<Traffic> minutes = new ArrayList<>();
        for (int i = 0; i < 42; i++) {
            boolean bad = i > 35;
            minutes.add(traffic(60, 240 + i % 7 * 11, bad ? 60 + i : 0, bad ? 480 : 45));
        }
        return new NameReport(
                new NameStatus(
                        "shop.example.org",
                        List.of("shop"),
                        "127.0.0.1:40300",
                        traffic(300, 1270, 433, 512),
                        List.of(new UpstreamStatus(
                                "shop-r7",
                                "127.0.0.1:40300",
                                false,
                                true,
                                "ejected for 30 s: 5 failures in a row",
                                0,
                                9120,
                                433,
                                391,
                                388,
                                12)),
                        Optional.of(new CertificateStatus(
                                "shop.example.org",
                                CertificateStatus.State.RENEWAL_FAILING,
                                Optional.of("acme"),
                                Optional.of("Let's Encrypt (E8)"),
                                Optional.of("03:aa:17"),
                                List.of("shop.example.org"),
                                Optional.of(ago(24 * 85)),
                                Optional.of(ago(-24 * 5)),
                                Optional.of(ago(-3)),
                                Optional.of(true),
                                List.of(new Attempt(
                                        ago(1),
                                        Attempt.Outcome.FAILED,
                                        "Let's Encrypt",
                                        Optional.of("http-01"),
                                        "urn:ietf:params:acme:error:dns: DNS problem: SERVFAIL looking up A for shop.example.org",
                                        Optional.of(ago(-3)))))),
                        List.of(
                                new NameProblem(
                                        true, "no upstream is healthy: shop-r7, ejected for 30 s: 5 failures in a row"),
                                new NameProblem(
                                        true, "34.1 % of the requests of the last five minutes failed (433 of 1270)"),
                                new NameProblem(
                                        false,
                                        "the certificate is not renewed: urn:ietf:params:acme:error:dns: DNS problem: SERVFAIL looking up A for shop.example.org"))),
                traffic(60, 254, 101, 530),
                traffic(2520, 11_004, 590, 60),
                minutes,
                List.of("shop.example.org"),
                List.of("shop.example.org. A 203.0.113.7"),
                true);
    }

    @Override
    public List<NameStatus> all() {
        look();
        return reports.stream().map(NameReport::status).toList();
    }

    @Override
    public Optional<NameReport> of(String host) {
        look();
        return reports.stream()
                .filter(report -> report.status().host().equals(host))
                .findFirst();
    }

    private void look() {
        if (away) {
            throw new EdgeException("no edge answers at /run/edge.sock; is it running?");
        }
    }
}
