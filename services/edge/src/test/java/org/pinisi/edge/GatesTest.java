package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.Address;

/// What a request meets before an upstream does, seen from a client.
@Timeout(60)
final class GatesTest {
    private static final List<AddressRange> EVERYBODY = List.of(AddressRange.parse("0.0.0.0/0"));
    private static final String HASH = OpenBSDBCrypt.generate("2y", "pass word".toCharArray(), new byte[16], 4);

    @TempDir
    Path folder;

    private interface Session {
        void run(EdgeFixture edge, Wire wire, Origin origin) throws Exception;
    }

    private void with(UnaryOperator<RouteRules> rules, Session session) throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.body();
                    return exchange.ok("hello");
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.edge().routes().put(route(rules.apply(RouteRules.none()), origin));
            try (Wire wire = edge.connect()) {
                session.run(edge, wire, origin);
            }
        }
    }

    private static EdgeRoute route(RouteRules rules, Origin origin) {
        return new EdgeRoute("app", List.of("app.test", "www.app.test"), Target.Upstreams.of(origin.upstream("app-1")))
                .withRules(rules);
    }

    private static Wire.Answer get(Wire wire, String fields) throws Exception {
        return wire.send("GET /x HTTP/1.1\r\nHost: app.test\r\n" + fields + "\r\n")
                .answer();
    }

    private static MaintenanceRule maintenance(Optional<Path> page, Optional<String> text, List<AddressRange> allow) {
        return new MaintenanceRule(page, text, Duration.ofMinutes(2), allow);
    }

    @Test
    void duringMaintenanceEverybodyGetsThePage() throws Exception {
        Path page = Files.writeString(folder.resolve("soon.html"), "<h1>Soon</h1>");
        with(
                rules -> rules.withMaintenance(maintenance(Optional.of(page), Optional.empty(), List.of())),
                (edge, wire, origin) -> {
                    Wire.Answer answer = get(wire, "");
                    assertThat(answer.status()).isEqualTo(503);
                    assertThat(answer.body()).isEqualTo("<h1>Soon</h1>");
                    assertThat(answer.head()).contains("Retry-After: 120\r\n");
                    assertThat(origin.heads()).isEmpty();
                    assertThat(get(wire, "").status()).isEqualTo(503);
                });
    }

    @Test
    void maintenanceSaysItsTextAndNothingThatIsNotText() throws Exception {
        with(
                rules -> rules.withMaintenance(
                        maintenance(Optional.empty(), Optional.of("Back at <3> & sharp."), List.of())),
                (edge, wire, origin) -> assertThat(get(wire, "").body()).contains("Back at &lt;3&gt; &amp; sharp."));
    }

    @Test
    void whoIsOnTheListWorksThroughMaintenance() throws Exception {
        with(
                rules -> rules.withMaintenance(
                        maintenance(Optional.empty(), Optional.empty(), List.of(AddressRange.parse("127.0.0.0/8")))),
                (edge, wire, origin) -> assertThat(get(wire, "").body()).isEqualTo("hello"));
    }

    @Test
    void aDeniedAddressGets403() throws Exception {
        with(
                rules -> rules.withAccess(new AccessRule(List.of(), List.of(AddressRange.parse("127.0.0.1")))),
                (edge, wire, origin) -> {
                    assertThat(get(wire, "").status()).isEqualTo(403);
                    assertThat(origin.heads()).isEmpty();
                });
    }

    @Test
    void anAddressThatIsNotAllowedGets403() throws Exception {
        with(
                rules -> rules.withAccess(new AccessRule(List.of(AddressRange.parse("10.0.0.0/8")), List.of())),
                (edge, wire, origin) -> assertThat(get(wire, "").status()).isEqualTo(403));
    }

    @Test
    void tooManyRequestsGet429AndAreToldWhenToComeAgain() throws Exception {
        with(rules -> rules.withRateLimit(new RateLimitRule(1, Duration.ofHours(1), 2, 100)), (edge, wire, origin) -> {
            assertThat(get(wire, "").status()).isEqualTo(200);
            assertThat(get(wire, "").status()).isEqualTo(200);
            Wire.Answer answer = get(wire, "");
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.head())
                    .containsPattern("Retry-After: 3[0-9]{3}\r\n")
                    .contains("RateLimit-Policy: \"client\";q=1;w=3600\r\n")
                    .contains("RateLimit: \"client\";r=0;t=3");
            assertThat(origin.heads()).hasSize(2);
        });
    }

    @Test
    void aRateLimitGoesOnWhenTheRouteIsPutAgain() throws Exception {
        with(rules -> rules.withRateLimit(new RateLimitRule(1, Duration.ofHours(1), 1, 100)), (edge, wire, origin) -> {
            assertThat(get(wire, "").status()).isEqualTo(200);
            edge.edge().routes().put(edge.edge().routes().all().getFirst());
            assertThat(get(wire, "").status()).isEqualTo(429);
        });
    }

    private static String basic(String pair) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))
                + "\r\n";
    }

    @Test
    void basicAuthLetsTheRightPairPass() throws Exception {
        with(rules -> rules.withBasicAuth(new BasicAuthRule("shop", Map.of("eva", HASH))), (edge, wire, origin) -> {
            Wire.Answer asked = get(wire, "");
            assertThat(asked.status()).isEqualTo(401);
            assertThat(asked.head()).contains("WWW-Authenticate: Basic realm=\"shop\", charset=\"UTF-8\"\r\n");
            assertThat(get(wire, basic("eva:pass word")).body()).isEqualTo("hello");
            assertThat(get(wire, basic("eva:pass word")).body()).isEqualTo("hello");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Basic ZXZhOnBhc3M=\r\n",
                "Authorization: Basic\r\n",
                "Authorization: Basic ???\r\n",
                "Authorization: Basic ZXZh\r\n",
                "Authorization: Bearer x\r\n",
                "Authorization: Basic bm9ib2R5OnBhc3Mgd29yZA==\r\n"
            })
    void basicAuthLetsNoOtherPass(String fields) throws Exception {
        with(rules -> rules.withBasicAuth(new BasicAuthRule("shop", Map.of("eva", HASH))), (edge, wire, origin) -> {
            assertThat(get(wire, fields).status()).isEqualTo(401);
            assertThat(origin.heads()).isEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "www.app.test, /a/b?c=d, https://app.test/a/b?c=d",
        "WWW.App.Test., /, https://app.test/",
        "app.test, /old/x, /new/x",
        "app.test, /old, /new",
        "app.test, /root//evil.test, /evil.test",
        "app.test, /exact/x?y, https://b.test/z",
    })
    void redirects(String host, String target, String location) throws Exception {
        with(
                rules -> rules.withRedirects(List.of(
                        RedirectRule.ofHost("www.app.test", "https://app.test"),
                        new RedirectRule(Optional.empty(), "/old", "/new", 302, true),
                        new RedirectRule(Optional.empty(), "/root", "/", 302, true),
                        new RedirectRule(Optional.empty(), "/exact", "https://b.test/z", 302, false))),
                (edge, wire, origin) -> {
                    Wire.Answer answer = wire.get(host, target).answer();
                    assertThat(answer.status()).isIn(308, 302);
                    assertThat(answer.head()).contains("\r\nLocation: " + location + "\r\n");
                    assertThat(get(wire, "").body()).isEqualTo("hello");
                });
    }

    @Test
    void aRouteMayBeNothingButARedirect() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder)) {
            edge.edge()
                    .routes()
                    .put(new EdgeRoute("app", List.of("app.test"), new Target.Redirect("https://new.test/shop")));
            try (Wire wire = edge.connect()) {
                assertThat(get(wire, "").head())
                        .startsWith("HTTP/1.1 308 Permanent Redirect\r\n")
                        .contains("\r\nLocation: https://new.test/shop/x\r\n");
            }
        }
    }

    @Test
    void refusesMethodsThatAreNotAllowed() throws Exception {
        with(
                rules -> rules.withLimits(
                        new RequestLimitsRule(OptionalLong.empty(), OptionalLong.empty(), List.of("GET", "HEAD"))),
                (edge, wire, origin) -> {
                    Wire.Answer answer = wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 2\r\n\r\nab")
                            .answer();
                    assertThat(answer.status()).isEqualTo(405);
                    assertThat(answer.head()).contains("\r\nAllow: GET, HEAD\r\n");
                    assertThat(get(wire, "").body()).isEqualTo("hello");
                });
    }

    @Test
    void refusesLongHeadsAndBodies() throws Exception {
        with(
                rules -> rules.withLimits(new RequestLimitsRule(OptionalLong.of(10), OptionalLong.of(256), List.of())),
                (edge, wire, origin) -> {
                    assertThat(get(wire, "X: " + "x".repeat(256) + "\r\n").status())
                            .isEqualTo(431);
                    assertThat(wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 10\r\n\r\n0123456789")
                                    .answer()
                                    .status())
                            .isEqualTo(200);
                    assertThat(wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 11\r\n\r\n01234567890")
                                    .answer()
                                    .status())
                            .isEqualTo(413);
                    assertThat(origin.heads()).hasSize(1);
                });
    }

    @Test
    void countsABodyWithoutLength() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.read(13);
                    return exchange.ok("hello");
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.edge()
                    .routes()
                    .put(route(
                            RouteRules.none()
                                    .withLimits(new RequestLimitsRule(
                                            OptionalLong.of(10), OptionalLong.empty(), List.of())),
                            origin));
            String head = "POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n";
            try (Wire wire = edge.connect()) {
                assertThat(wire.send(head + "3\r\nabc\r\n0\r\n\r\n").answer().body())
                        .isEqualTo("hello");
                assertThat(wire.send(head + "6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n")
                                .answer()
                                .status())
                        .isEqualTo(413);
            }
        }
    }

    @Test
    void gatesAreMetInTheirOrder() throws Exception {
        MaintenanceRule off = maintenance(Optional.empty(), Optional.empty(), EVERYBODY);
        MaintenanceRule on = maintenance(Optional.empty(), Optional.empty(), List.of());
        AccessRule nobody = new AccessRule(List.of(), EVERYBODY);
        RateLimitRule once = new RateLimitRule(1, Duration.ofHours(1), 1, 16);
        UnaryOperator<RouteRules> all = rules -> rules.withMaintenance(on)
                .withAccess(nobody)
                .withRateLimit(once)
                .withBasicAuth(new BasicAuthRule("shop", Map.of("eva", HASH)))
                .withRedirects(List.of(RedirectRule.ofHost("app.test", "https://b.test")))
                .withLimits(new RequestLimitsRule(OptionalLong.empty(), OptionalLong.empty(), List.of("POST")));
        with(all, (edge, wire, origin) -> {
            assertThat(get(wire, "").status()).isEqualTo(503);
            RouteRules rules = edge.edge().routes().all().getFirst().rules().withMaintenance(off);
            edge.edge().routes().put(route(rules, origin));
            assertThat(get(wire, "").status()).isEqualTo(403);
            rules = rules.withAccess(AccessRule.everybody());
            edge.edge().routes().put(route(rules, origin));
            assertThat(get(wire, "").status()).isEqualTo(401);
            assertThat(get(wire, "").status()).isEqualTo(429);
            rules = rules.withRateLimit(RateLimitRule.perSecond(1000));
            edge.edge().routes().put(route(rules, origin));
            assertThat(get(wire, basic("eva:pass word")).status()).isEqualTo(308);
            rules = rules.withRedirects(List.of());
            edge.edge().routes().put(route(rules, origin));
            assertThat(get(wire, basic("eva:pass word")).status()).isEqualTo(405);
            assertThat(origin.heads()).isEmpty();
        });
    }

    @Test
    void gatesStandBeforeFoldersToo() throws Exception {
        Files.writeString(Files.createDirectory(folder.resolve("site")).resolve("index.html"), "home");
        try (EdgeFixture edge = new EdgeFixture(folder)) {
            edge.edge()
                    .routes()
                    .put(new EdgeRoute("app", List.of("app.test"), new Target.Folder(folder.resolve("site")))
                            .withRules(RouteRules.none().withAccess(new AccessRule(List.of(), EVERYBODY))));
            try (Wire wire = edge.connect()) {
                assertThat(get(wire, "").status()).isEqualTo(403);
            }
        }
    }

    @Test
    void aRouteHasErrorPagesOfItsOwn() throws Exception {
        Path page = Files.writeString(folder.resolve("403.html"), "<h1>Not for you</h1>");
        with(
                rules -> rules.withAccess(new AccessRule(List.of(), EVERYBODY)).withErrorPages(Map.of(403, page)),
                (edge, wire, origin) -> {
                    assertThat(get(wire, "").body()).isEqualTo("<h1>Not for you</h1>");
                    assertThat(get(wire, "Accept: text/plain\r\n").body()).startsWith("403 Forbidden\n");
                });
    }

    @Test
    void anErrorPageStandsForAnUpstreamThatIsAway() throws Exception {
        Path page = Files.writeString(folder.resolve("502.html"), "<h1>Away</h1>");
        Upstream nobody;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new Upstream("app-1", new Address.Inet("127.0.0.1", taken.getLocalPort()));
        }
        try (EdgeFixture edge = new EdgeFixture(folder)) {
            edge.edge()
                    .routes()
                    .put(new EdgeRoute("app", List.of("app.test"), Target.Upstreams.of(nobody))
                            .withRules(RouteRules.none().withErrorPages(Map.of(502, page))));
            try (Wire wire = edge.connect()) {
                Wire.Answer answer = get(wire, "");
                assertThat(answer.status()).isEqualTo(502);
                assertThat(answer.body()).isEqualTo("<h1>Away</h1>");
            }
        }
    }

    @Test
    void aPageThatCannotBeReadIsRefusedWithItsField() throws Exception {
        with(rules -> rules, (edge, wire, origin) -> {
            RouteRules rules = RouteRules.none().withErrorPages(Map.of(404, folder.resolve("none.html")));
            assertThatThrownBy(() -> edge.edge().routes().put(route(rules, origin)))
                    .hasMessageStartingWith("rules.error-pages.404: cannot read ");
            assertThat(get(wire, "").body()).isEqualTo("hello");
        });
    }
}
