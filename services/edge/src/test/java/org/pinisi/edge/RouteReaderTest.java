package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pinisi.http.Address;

/// What the keys of a route mean. Single quotes stand for double ones.
final class RouteReaderTest {
    private static final String BCRYPT = "$2y$10$" + "abcdefghijklmnopqrstuu" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ01234";

    private static EdgeRoute read(String json) {
        return RouteReader.route(EdgeJson.parse(json.replace('\'', '"').getBytes(UTF_8)));
    }

    private static EdgeRoute withTarget(String target) {
        return read("{'name':'shop','hosts':['shop.test'],'target':" + target + "}");
    }

    private static RouteRules rules(String rules) {
        return read("{'name':'shop','hosts':['shop.test'],'target':{'upstreams':[]},'rules':" + rules + "}")
                .rules();
    }

    private static Upstream upstream(String more) {
        Target target = withTarget("{'upstreams':[{'id':'a','address':'127.0.0.1:1'" + more + "}]}")
                .target();
        return ((Target.Upstreams) target).upstreams().getFirst();
    }

    private static Balancing balancing(String keys) {
        return ((Target.Upstreams)
                        withTarget("{'upstreams':[],'balancing':" + keys + "}").target())
                .balancing();
    }

    private static AddressRange range(String text) {
        return AddressRange.parse(text);
    }

    @Test
    void routeDefaults() {
        EdgeRoute route = withTarget("{'upstreams':[]}");
        assertThat(route).isEqualTo(new EdgeRoute("shop", List.of("shop.test"), Target.Upstreams.of()));
        assertThat(route.paths()).containsExactly("/");
        assertThat(route.rules()).isEqualTo(RouteRules.none());
    }

    @Test
    void routeWithEveryKey() {
        EdgeRoute route = read("{'name':'shop','hosts':['Bücher.test','*.shop.test','*'],'paths':['/a','/b/'],"
                + "'target':{'redirect':'https://x.test'},'rules':{'https':{'redirect':true}}}");
        assertThat(route)
                .isEqualTo(new EdgeRoute(
                        "shop",
                        List.of("xn--bcher-kva.test", "*.shop.test", "*"),
                        List.of("/a", "/b"),
                        new Target.Redirect("https://x.test"),
                        RouteRules.none().withHttps(HttpsRule.defaults().withRedirect(true))));
    }

    @Test
    void upstreamDefaults() {
        assertThat(upstream(""))
                .isEqualTo(new Upstream(
                        "a",
                        Address.parse("127.0.0.1:1"),
                        1,
                        false,
                        UpstreamProtocol.HTTP1,
                        UpstreamTls.defaults(),
                        ProxyProtocol.OFF));
    }

    @Test
    void upstreamWithEveryKey() {
        Upstream upstream = upstream(",'weight':5,'backup':true,'protocol':'h2c','proxy-protocol':'v2','tls':"
                + "{'server-name':'in.test','verify':false,'authorities':'/ca','fingerprint':'"
                + "AB:".repeat(32) + "','certificate':'/c','key':'/k'}");
        assertThat(upstream)
                .isEqualTo(new Upstream(
                        "a",
                        Address.parse("127.0.0.1:1"),
                        5,
                        true,
                        UpstreamProtocol.H2C,
                        new UpstreamTls(
                                Optional.of("in.test"),
                                false,
                                Optional.of(Path.of("/ca")),
                                Optional.of("ab".repeat(32)),
                                Optional.of(Path.of("/c")),
                                Optional.of(Path.of("/k"))),
                        ProxyProtocol.V2));
    }

    @Test
    void upstreamTlsDefaults() {
        assertThat(upstream(",'tls':{}").tls())
                .isEqualTo(new UpstreamTls(
                        Optional.empty(),
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void balancingDefaults() {
        assertThat(balancing("{}"))
                .isEqualTo(Balancing.defaults())
                .isEqualTo(new Balancing(
                        Balancing.Policy.ROUND_ROBIN, Optional.empty(), Duration.ZERO, Duration.ofSeconds(30)));
        assertThat(balancing("{'sticky':{}}").sticky())
                .contains(new Balancing.Sticky("pinisi-upstream", Duration.ZERO));
    }

    @Test
    void balancingWithEveryKey() {
        assertThat(balancing("{'policy':'least-connections','sticky':{'cookie':'c','lifetime':'1d'},"
                        + "'slow-start':'30s','resolve-every':'5s'}"))
                .isEqualTo(new Balancing(
                        Balancing.Policy.LEAST_CONNECTIONS,
                        Optional.of(new Balancing.Sticky("c", Duration.ofDays(1))),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(5)));
    }

    @Test
    void otherTargets() {
        assertThat(withTarget("{'folder':'/srv/a','settings':{'spa':'true'}}").target())
                .isEqualTo(new Target.Folder(Path.of("/srv/a"), Map.of("spa", "true")));
        assertThat(withTarget("{'redirect':'https://a.test/b','status':302,'keep-path':false}")
                        .target())
                .isEqualTo(new Target.Redirect("https://a.test/b", 302, false));
        assertThat(withTarget("{'passthrough':[{'id':'a','address':'127.0.0.1:443'}],'proxy-protocol':true}")
                        .target())
                .isEqualTo(new Target.Passthrough(List.of(new Upstream("a", Address.parse("127.0.0.1:443"))), true));
    }

    @Test
    void rulesThatAreEmptyAreTheDefaults() {
        assertThat(rules("{'access':{},'https':{},'rewrite':{},'request-headers':{},'answer-headers':{},'limits':{},"
                        + "'timeouts':{},'retries':{},'ejection':{},'breaker':{},'redirects':[],'error-pages':{}}"))
                .isEqualTo(RouteRules.none());
    }

    @Test
    void maintenance() {
        assertThat(rules("{'maintenance':{}}").maintenance())
                .contains(new MaintenanceRule(Optional.empty(), Optional.empty(), Duration.ofMinutes(5), List.of()));
        assertThat(rules("{'maintenance':{'page':'/p','text':'Soon.','retry-after':'1h','allow':['10.0.0.0/8']}}")
                        .maintenance())
                .contains(new MaintenanceRule(
                        Optional.of(Path.of("/p")),
                        Optional.of("Soon."),
                        Duration.ofHours(1),
                        List.of(range("10.0.0.0/8"))));
    }

    @Test
    void access() {
        assertThat(rules("{'access':{'allow':['10.0.0.0/8'],'deny':['10.1.0.0/16','2001:db8::/32']}}")
                        .access())
                .isEqualTo(new AccessRule(
                        List.of(range("10.0.0.0/8")), List.of(range("10.1.0.0/16"), range("2001:db8::/32"))));
    }

    @Test
    void rateLimit() {
        assertThat(rules("{'rate-limit':{'requests':7}}").rateLimit())
                .contains(new RateLimitRule(7, Duration.ofSeconds(1), 7, 10_000));
        assertThat(rules("{'rate-limit':{'requests':7,'per':'1m','burst':20,'clients':100}}")
                        .rateLimit())
                .contains(new RateLimitRule(7, Duration.ofMinutes(1), 20, 100));
    }

    @Test
    void https() {
        assertThat(rules("{'https':{'hsts':{}}}").https())
                .isEqualTo(new HttpsRule(
                        Optional.empty(), 308, Optional.of(new HttpsRule.Hsts(Duration.ofDays(365), false, false))));
        assertThat(rules("{'https':{'redirect':true,'status':301,"
                                + "'hsts':{'max-age':'1d','include-subdomains':true,'preload':true}}}")
                        .https())
                .isEqualTo(new HttpsRule(
                        Optional.of(true), 301, Optional.of(new HttpsRule.Hsts(Duration.ofDays(1), true, true))));
    }

    @Test
    void basicAuth() {
        assertThat(rules("{'basic-auth':{'users':{'eva':'" + BCRYPT + "'}}}").basicAuth())
                .contains(new BasicAuthRule("restricted", Map.of("eva", BCRYPT)));
        assertThat(rules("{'basic-auth':{'realm':'shop','users':{'eva':'" + BCRYPT + "'}}}")
                        .basicAuth())
                .contains(new BasicAuthRule("shop", Map.of("eva", BCRYPT)));
    }

    @Test
    void clientCertificates() {
        assertThat(rules("{'client-certificates':{'authorities':'/ca'}}").clientCertificates())
                .contains(new ClientCertificatesRule(ClientCertificatesRule.Mode.REQUIRED, Path.of("/ca")));
        assertThat(rules("{'client-certificates':{'mode':'optional','authorities':'/ca'}}")
                        .clientCertificates())
                .contains(new ClientCertificatesRule(ClientCertificatesRule.Mode.OPTIONAL, Path.of("/ca")));
    }

    @Test
    void redirects() {
        assertThat(rules("{'redirects':[{'to':'/b'},{'host':'www.a.test','path':'/c','to':'https://a.test/d',"
                                + "'status':302,'keep-path':false}]}")
                        .redirects())
                .containsExactly(
                        new RedirectRule(Optional.empty(), "/", "/b", 308, true),
                        new RedirectRule(Optional.of("www.a.test"), "/c", "https://a.test/d", 302, false));
    }

    @Test
    void rewriteAndHeaders() {
        RouteRules rules = rules("{'rewrite':{'strip-prefix':'/a','add-prefix':'/b','host':'in.test'},"
                + "'request-headers':{'set':{'X-A':'${host}'},'add':{'X-B':'b'},'remove':['Cookie']},"
                + "'answer-headers':{'set':{'X-C':'c'}}}");
        assertThat(rules.rewrite())
                .isEqualTo(new RewriteRule(Optional.of("/a"), Optional.of("/b"), Optional.of("in.test")));
        assertThat(rules.requestHeaders())
                .isEqualTo(new HeaderRule(Map.of("X-A", "${host}"), Map.of("X-B", "b"), List.of("Cookie")));
        assertThat(rules.answerHeaders()).isEqualTo(new HeaderRule(Map.of("X-C", "c"), Map.of(), List.of()));
    }

    @Test
    void limitsAndTimeouts() {
        RouteRules rules = rules("{'limits':{'body':'10MiB','head':2048,'methods':['GET']},'timeouts':{'connect':'1s',"
                + "'body-idle':'2s','first-byte':'3s','answer-idle':'4s','tunnel-idle':'5s','exchange':'250ms'}}");
        assertThat(rules.limits())
                .isEqualTo(new RequestLimitsRule(OptionalLong.of(10 << 20), OptionalLong.of(2048), List.of("GET")));
        assertThat(rules.timeouts())
                .isEqualTo(new TimeoutsRule(
                        Optional.of(Duration.ofSeconds(1)),
                        Optional.of(Duration.ofSeconds(2)),
                        Optional.of(Duration.ofSeconds(3)),
                        Optional.of(Duration.ofSeconds(4)),
                        Optional.of(Duration.ofSeconds(5)),
                        Optional.of(Duration.ofMillis(250))));
    }

    @Test
    void retries() {
        assertThat(RetriesRule.defaults())
                .isEqualTo(
                        new RetriesRule(2, List.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"), List.of(), 20));
        assertThat(rules("{'retries':{'tries':4,'methods':['GET'],'statuses':[502,503],'budget':50,'wait':'0s'}}")
                        .retries())
                .isEqualTo(new RetriesRule(4, List.of("GET"), List.of(502, 503), 50, Duration.ZERO));
    }

    @Test
    void healthCheck() {
        assertThat(rules("{'health-check':{}}").healthCheck())
                .contains(new HealthCheckRule(
                        HealthCheckRule.Kind.HTTP,
                        "/",
                        Optional.empty(),
                        200,
                        399,
                        "",
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        2,
                        3));
        assertThat(rules(
                                "{'health-check':{'kind':'tcp','path':'/up','host':'h.test','statuses':'204','body-prefix':'ok',"
                                        + "'interval':'1s','timeout':'100ms','rise':1,'fall':5}}")
                        .healthCheck())
                .contains(new HealthCheckRule(
                        HealthCheckRule.Kind.TCP,
                        "/up",
                        Optional.of("h.test"),
                        204,
                        204,
                        "ok",
                        Duration.ofSeconds(1),
                        Duration.ofMillis(100),
                        1,
                        5));
    }

    @Test
    void ejectionAndBreaker() {
        assertThat(EjectionRule.defaults())
                .isEqualTo(new EjectionRule(5, false, Duration.ofSeconds(10), Duration.ofMinutes(5), 50));
        assertThat(BreakerRule.defaults())
                .isEqualTo(new BreakerRule(
                        1_000_000,
                        1_000_000,
                        0,
                        Duration.ofSeconds(1),
                        0,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5)));
        RouteRules rules =
                rules("{'ejection':{'failures':2,'server-errors':true,'time':'1s','longest':'1m','share':100},"
                        + "'breaker':{'requests':10,'route-requests':20,'queue':30,'wait':'2s','errors':50,'window':'1m',"
                        + "'open':'1s'}}");
        assertThat(rules.ejection())
                .isEqualTo(new EjectionRule(2, true, Duration.ofSeconds(1), Duration.ofMinutes(1), 100));
        assertThat(rules.breaker())
                .isEqualTo(new BreakerRule(
                        10, 20, 30, Duration.ofSeconds(2), 50, Duration.ofMinutes(1), Duration.ofSeconds(1)));
    }

    @Test
    void compressionAndErrorPages() {
        assertThat(rules("{'compression':{}}").compression()).contains(CompressionRule.defaults());
        RouteRules rules = rules("{'compression':{'codings':['gzip'],'types':['text/html'],'smallest':'2KiB'},"
                + "'error-pages':{'404':'/e/404.html','503':'/e/503.html'},'trace':'start'}");
        assertThat(rules.trace()).isEqualTo(TraceRule.START);
        assertThat(rules.compression())
                .contains(new CompressionRule(List.of(CompressionRule.Coding.GZIP), List.of("text/html"), 2048));
        assertThat(rules.errorPages()).isEqualTo(Map.of(404, Path.of("/e/404.html"), 503, Path.of("/e/503.html")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'hosts':['a.test'],'target':{'upstreams':[]}} | name",
                "{'name':'a','target':{'upstreams':[]}} | hosts",
                "{'name':'a','hosts':'a.test','target':{'upstreams':[]}} | hosts",
                "{'name':'a','hosts':['a.test','b test'],'target':{'upstreams':[]}} | hosts[1]",
                "{'name':'a','hosts':['a.test'],'paths':['/a?b'],'target':{'upstreams':[]}} | paths[0]",
                "{'name':'a','hosts':['a.test']} | target",
                "{'name':'a','hosts':['a.test'],'target':{}} | target",
                "{'name':'a','hosts':['a.test'],'target':{'folder':'/a','upstreams':[]}} | target",
                "{'name':'a','hosts':['a.test'],'target':{'folder':'a'}} | target.folder",
                "{'name':'a','hosts':['a.test'],'target':{'upstreams':[],'wieght':1}} | target.wieght",
                "{'name':'a','hosts':['a.test'],'target':{'upstreams':[]},'rule':{}} | rule",
                "{'name':'a','hosts':['a.test'],'target':{'upstreams':[{'id':'x','address':'b'}]}} "
                        + "| target.upstreams[0].address",
                "{'name':'a','hosts':['a.test'],'target':{'upstreams':[{'id':'x','address':'b:1','weight':0}]}} "
                        + "| target.upstreams[0].weight",
                "{'name':'a','hosts':['a.test'],'target':{'upstreams':[{'id':'x','address':'b:1'},"
                        + "{'id':'x','address':'b:2'}]}} | target.upstreams[1].id",
                "{'name':'a','hosts':['a.test'],'target':{'redirect':'javascript:x'}} | target.redirect",
                "{'name':'a','hosts':['a.test'],'target':{'redirect':'//x.test'}} | target.redirect",
                "{'name':'a','hosts':['a.test'],'target':{'redirect':'/x','status':200}} | target.status",
                "{'name':'a','hosts':['a.test'],'target':{'passthrough':[]}} | target.passthrough",
            })
    void namesTheFieldThatIsWrong(String json, String field) {
        assertThatThrownBy(() -> read(json))
                .asInstanceOf(type(EdgeException.class))
                .satisfies(wrong -> assertThat(wrong.field()).isEqualTo(field))
                .satisfies(wrong -> assertThat(wrong).hasMessageStartingWith(field + ": "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'acces':{}} | rules.acces",
                "{'access':{'allow':['10.0.0.1/8']}} | rules.access.allow[0]",
                "{'access':{'allow':['a.test']}} | rules.access.allow[0]",
                "{'rate-limit':{}} | rules.rate-limit.requests",
                "{'rate-limit':{'requests':0}} | rules.rate-limit.requests",
                "{'rate-limit':{'requests':1,'per':'1 s'}} | rules.rate-limit.per",
                "{'rate-limit':{'requests':'1'}} | rules.rate-limit.requests",
                "{'https':{'hsts':{'max-age':'5000d'}}} | rules.https.hsts.max-age",
                "{'basic-auth':{'users':{}}} | rules.basic-auth.users",
                "{'basic-auth':{'users':{'eva':'secret'}}} | rules.basic-auth.users.eva",
                "{'client-certificates':{'authorities':'ca'}} | rules.client-certificates.authorities",
                "{'redirects':[{'to':'x'}]} | rules.redirects[0].to",
                "{'rewrite':{'strip-prefix':'/a/../b'}} | rules.rewrite.strip-prefix",
                "{'request-headers':{'set':{'Content-Length':'1'}}} | rules.request-headers.set.Content-Length",
                "{'request-headers':{'set':{'X-A':'${user}'}}} | rules.request-headers.set.X-A",
                "{'limits':{'methods':['get']}} | rules.limits.methods[0]",
                "{'timeouts':{'connect':'2d'}} | rules.timeouts.connect",
                "{'retries':{'statuses':[404]}} | rules.retries.statuses[0]",
                "{'health-check':{'statuses':'300-200'}} | rules.health-check.statuses",
                "{'ejection':{'time':'1m','longest':'1s'}} | rules.ejection.longest",
                "{'breaker':{'errors':101}} | rules.breaker.errors",
                "{'compression':{'codings':['lzma']}} | rules.compression.codings[0]",
                "{'error-pages':{'200':'/x'}} | rules.error-pages",
                "{'error-pages':{'502':'x'}} | rules.error-pages.502",
            })
    void namesTheRuleThatIsWrong(String json, String field) {
        assertThatThrownBy(() -> rules(json))
                .asInstanceOf(type(EdgeException.class))
                .satisfies(wrong -> assertThat(wrong.field()).isEqualTo(field));
    }

    @Test
    void doesNotSayAPasswordThatStandsInPlaceOfItsHash() {
        assertThatThrownBy(() -> rules("{'basic-auth':{'users':{'eva':'hunter2'}}}"))
                .hasMessageNotContaining("hunter2")
                .hasMessageContaining("htpasswd");
    }
}
