package org.pinisi.edge;

import static java.util.Arrays.asList;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pinisi.http.Address;
import tools.jackson.databind.JsonNode;

/// Reads routes: the JSON of the admin interface and, as the same tree, the YAML of route files. Keys that
/// are not known are refused; each mistake names its field by its path ([EdgeException#field]).
final class RouteReader {
    private static final Pattern STATUSES = Pattern.compile("([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?");

    private RouteReader() {}

    /// @throws EdgeException when it is no route, with the path of the field that is wrong
    static EdgeRoute route(JsonNode node) {
        Fields fields = new Fields("", node);
        String name = fields.text("name");
        if (!fields.has("hosts")) {
            throw EdgeException.at("hosts", "missing (expected: a list of host names)");
        }
        List<String> hosts = fields.texts("hosts", List.of());
        List<String> paths = fields.texts("paths", List.of("/"));
        Target target = target(fields.object("target"));
        RouteRules rules = fields.part("rules", RouteRules.none(), RouteReader::rules);
        return fields.build(() -> new EdgeRoute(name, hosts, paths, target, rules));
    }

    private static Target target(Fields fields) {
        List<String> kinds = List.of("upstreams", "folder", "redirect", "passthrough");
        List<String> given = kinds.stream().filter(fields::has).toList();
        if (given.size() != 1) {
            throw EdgeException.at(
                    fields.at("").substring(0, fields.at("").length() - 1),
                    (given.isEmpty() ? "empty" : "both " + String.join(" and ", given))
                            + " (expected: one of upstreams, a list; folder, a path; redirect, a URL; passthrough, a list)");
        }
        return switch (given.getFirst()) {
            case "upstreams" -> {
                List<Upstream> upstreams = fields.list("upstreams", List.of(), RouteReader::upstream);
                Balancing balancing = fields.part("balancing", Balancing.defaults(), RouteReader::balancing);
                yield fields.build(() -> new Target.Upstreams(upstreams, balancing));
            }
            case "folder" -> {
                var folder = fields.file("folder");
                var settings = fields.words("settings");
                yield fields.build(() -> new Target.Folder(folder, settings));
            }
            case "redirect" -> {
                String location = fields.text("redirect");
                int status = fields.number("status", 308);
                boolean keepPath = fields.flag("keep-path", true);
                yield fields.build(() -> new Target.Redirect(location, status, keepPath));
            }
            default -> {
                List<Upstream> upstreams = fields.list("passthrough", List.of(), RouteReader::upstream);
                boolean proxyProtocol = fields.flag("proxy-protocol", false);
                yield fields.build(() -> new Target.Passthrough(upstreams, proxyProtocol));
            }
        };
    }

    private static Upstream upstream(String at, JsonNode node) {
        Fields fields = new Fields(at, node);
        String id = fields.text("id");
        String text = fields.text("address");
        Address address;
        try {
            address = Address.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw EdgeException.at(fields.at("address"), String.valueOf(malformed.getMessage()));
        }
        int weight = fields.number("weight", 1);
        boolean backup = fields.flag("backup", false);
        UpstreamProtocol protocol = fields.word(
                "protocol", UpstreamProtocol.HTTP1, asList(UpstreamProtocol.values()), UpstreamProtocol::word);
        UpstreamTls tls = fields.part("tls", UpstreamTls.defaults(), RouteReader::tls);
        ProxyProtocol proxy =
                fields.word("proxy-protocol", ProxyProtocol.OFF, asList(ProxyProtocol.values()), ProxyProtocol::word);
        return fields.build(() -> new Upstream(id, address, weight, backup, protocol, tls, proxy));
    }

    private static UpstreamTls tls(Fields fields) {
        var serverName = fields.optionalText("server-name");
        boolean verify = fields.flag("verify", true);
        var authorities = fields.optionalFile("authorities");
        var certificate = fields.optionalFile("certificate");
        var key = fields.optionalFile("key");
        var pinned = fields.optionalText("fingerprint");
        return fields.build(() -> new UpstreamTls(serverName, verify, authorities, pinned, certificate, key));
    }

    private static Balancing balancing(Fields fields) {
        Balancing usual = Balancing.defaults();
        Balancing.Policy policy =
                fields.word("policy", usual.policy(), asList(Balancing.Policy.values()), Balancing.Policy::word);
        var sticky = fields.optional("sticky", inner -> {
            String cookie = inner.text("cookie", Balancing.Sticky.defaults().cookie());
            var lifetime = inner.time("lifetime", Balancing.Sticky.defaults().lifetime());
            return inner.build(() -> new Balancing.Sticky(cookie, lifetime));
        });
        var slowStart = fields.time("slow-start", usual.slowStart());
        var resolveEvery = fields.time("resolve-every", usual.resolveEvery());
        return fields.build(() -> new Balancing(policy, sticky, slowStart, resolveEvery));
    }

    private static RouteRules rules(Fields fields) {
        RouteRules usual = RouteRules.none();
        var maintenance = fields.optional("maintenance", RouteReader::maintenance);
        AccessRule access = fields.part("access", usual.access(), RouteReader::access);
        var rateLimit = fields.optional("rate-limit", RouteReader::rateLimit);
        HttpsRule https = fields.part("https", usual.https(), RouteReader::https);
        var basicAuth = fields.optional("basic-auth", RouteReader::basicAuth);
        var certificates = fields.optional("client-certificates", RouteReader::clientCertificates);
        List<RedirectRule> redirects = fields.list("redirects", usual.redirects(), RouteReader::redirect);
        RewriteRule rewrite = fields.part("rewrite", usual.rewrite(), RouteReader::rewrite);
        HeaderRule request = fields.part("request-headers", usual.requestHeaders(), RouteReader::headers);
        HeaderRule answer = fields.part("answer-headers", usual.answerHeaders(), RouteReader::headers);
        RequestLimitsRule limits = fields.part("limits", usual.limits(), RouteReader::limits);
        TimeoutsRule timeouts = fields.part("timeouts", usual.timeouts(), RouteReader::timeouts);
        RetriesRule retries = fields.part("retries", usual.retries(), RouteReader::retries);
        var healthCheck = fields.optional("health-check", RouteReader::healthCheck);
        EjectionRule ejection = fields.part("ejection", usual.ejection(), RouteReader::ejection);
        BreakerRule breaker = fields.part("breaker", usual.breaker(), RouteReader::breaker);
        var compression = fields.optional("compression", RouteReader::compression);
        var errorPages = fields.pages("error-pages");
        var trace = fields.word("trace", usual.trace(), asList(TraceRule.values()), TraceRule::word);
        return fields.build(() -> new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                certificates,
                redirects,
                rewrite,
                request,
                answer,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                trace));
    }

    private static MaintenanceRule maintenance(Fields fields) {
        var page = fields.optionalFile("page");
        var text = fields.optionalText("text");
        var retryAfter = fields.time("retry-after", MaintenanceRule.defaults().retryAfter());
        var allow = fields.ranges("allow");
        return fields.build(() -> new MaintenanceRule(page, text, retryAfter, allow));
    }

    private static AccessRule access(Fields fields) {
        var allow = fields.ranges("allow");
        var deny = fields.ranges("deny");
        return fields.build(() -> new AccessRule(allow, deny));
    }

    private static RateLimitRule rateLimit(Fields fields) {
        if (!fields.has("requests")) {
            throw EdgeException.at(fields.at("requests"), "missing (expected: how many requests a client may make)");
        }
        int requests = fields.number("requests", 0);
        RateLimitRule usual = RateLimitRule.perSecond(Math.clamp(requests, 1, 1_000_000));
        var per = fields.time("per", usual.per());
        int burst = fields.number("burst", usual.burst());
        int clients = fields.number("clients", usual.clients());
        return fields.build(() -> new RateLimitRule(requests, per, burst, clients));
    }

    private static HttpsRule https(Fields fields) {
        HttpsRule usual = HttpsRule.defaults();
        Optional<Boolean> redirect =
                fields.has("redirect") ? Optional.of(fields.flag("redirect", true)) : Optional.empty();
        int status = fields.number("status", usual.status());
        var hsts = fields.optional("hsts", inner -> {
            var maxAge = inner.time("max-age", HttpsRule.Hsts.defaults().maxAge());
            boolean subdomains = inner.flag("include-subdomains", false);
            boolean preload = inner.flag("preload", false);
            return inner.build(() -> new HttpsRule.Hsts(maxAge, subdomains, preload));
        });
        return fields.build(() -> new HttpsRule(redirect, status, hsts));
    }

    private static BasicAuthRule basicAuth(Fields fields) {
        String realm = fields.text("realm", "restricted");
        var users = fields.words("users");
        return fields.build(() -> new BasicAuthRule(realm, users));
    }

    private static ClientCertificatesRule clientCertificates(Fields fields) {
        var mode = fields.word(
                "mode",
                ClientCertificatesRule.Mode.REQUIRED,
                asList(ClientCertificatesRule.Mode.values()),
                ClientCertificatesRule.Mode::word);
        var authorities = fields.file("authorities");
        return fields.build(() -> new ClientCertificatesRule(mode, authorities));
    }

    private static RedirectRule redirect(String at, JsonNode node) {
        Fields fields = new Fields(at, node);
        var host = fields.optionalText("host");
        String path = fields.text("path", "/");
        String to = fields.text("to");
        int status = fields.number("status", 308);
        boolean keepPath = fields.flag("keep-path", true);
        return fields.build(() -> new RedirectRule(host, path, to, status, keepPath));
    }

    private static RewriteRule rewrite(Fields fields) {
        var strip = fields.optionalText("strip-prefix");
        var add = fields.optionalText("add-prefix");
        var host = fields.optionalText("host");
        return fields.build(() -> new RewriteRule(strip, add, host));
    }

    private static HeaderRule headers(Fields fields) {
        var set = fields.words("set");
        var add = fields.words("add");
        var remove = fields.texts("remove", List.of());
        return fields.build(() -> new HeaderRule(set, add, remove));
    }

    private static RequestLimitsRule limits(Fields fields) {
        var body = fields.has("body") ? OptionalLong.of(fields.bytes("body", 0)) : OptionalLong.empty();
        var head = fields.has("head") ? OptionalLong.of(fields.bytes("head", 0)) : OptionalLong.empty();
        var methods = fields.texts("methods", List.of());
        return fields.build(() -> new RequestLimitsRule(body, head, methods));
    }

    private static TimeoutsRule timeouts(Fields fields) {
        var connect = fields.optionalTime("connect");
        var bodyIdle = fields.optionalTime("body-idle");
        var firstByte = fields.optionalTime("first-byte");
        var answerIdle = fields.optionalTime("answer-idle");
        var tunnelIdle = fields.optionalTime("tunnel-idle");
        var exchange = fields.optionalTime("exchange");
        return fields.build(() -> new TimeoutsRule(connect, bodyIdle, firstByte, answerIdle, tunnelIdle, exchange));
    }

    private static RetriesRule retries(Fields fields) {
        RetriesRule usual = RetriesRule.defaults();
        int tries = fields.number("tries", usual.tries());
        var methods = fields.texts("methods", usual.methods());
        var statuses = fields.numbers("statuses", usual.statuses());
        int budget = fields.number("budget", usual.budget());
        var wait = fields.time("wait", usual.longestWait());
        return fields.build(() -> new RetriesRule(tries, methods, statuses, budget, wait));
    }

    private static HealthCheckRule healthCheck(Fields fields) {
        HealthCheckRule usual = HealthCheckRule.defaults();
        var kind = fields.word("kind", usual.kind(), asList(HealthCheckRule.Kind.values()), HealthCheckRule.Kind::word);
        String path = fields.text("path", usual.path());
        var host = fields.optionalText("host");
        String statuses = fields.text("statuses", usual.firstStatus() + "-" + usual.lastStatus());
        Matcher range = STATUSES.matcher(statuses);
        if (!range.matches()) {
            throw EdgeException.at(
                    fields.at("statuses"), "\"" + statuses + "\" (expected: a status or a range, such as \"200-399\")");
        }
        int first = Integer.parseInt(range.group(1));
        int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
        String bodyPrefix = fields.text("body-prefix", usual.bodyPrefix());
        var interval = fields.time("interval", usual.interval());
        var timeout = fields.time("timeout", usual.timeout());
        int rise = fields.number("rise", usual.rise());
        int fall = fields.number("fall", usual.fall());
        return fields.build(
                () -> new HealthCheckRule(kind, path, host, first, last, bodyPrefix, interval, timeout, rise, fall));
    }

    private static EjectionRule ejection(Fields fields) {
        EjectionRule usual = EjectionRule.defaults();
        int failures = fields.number("failures", usual.failures());
        boolean serverErrors = fields.flag("server-errors", usual.serverErrors());
        var time = fields.time("time", usual.time());
        var longest = fields.time("longest", usual.longest());
        int share = fields.number("share", usual.share());
        return fields.build(() -> new EjectionRule(failures, serverErrors, time, longest, share));
    }

    private static BreakerRule breaker(Fields fields) {
        BreakerRule usual = BreakerRule.defaults();
        int requests = fields.number("requests", usual.requests());
        int routeRequests = fields.number("route-requests", usual.routeRequests());
        int queue = fields.number("queue", usual.queue());
        var wait = fields.time("wait", usual.longestWait());
        int errors = fields.number("errors", usual.errors());
        var window = fields.time("window", usual.window());
        var open = fields.time("open", usual.open());
        return fields.build(() -> new BreakerRule(requests, routeRequests, queue, wait, errors, window, open));
    }

    private static CompressionRule compression(Fields fields) {
        CompressionRule usual = CompressionRule.defaults();
        var codings = fields.list(
                "codings",
                usual.codings(),
                (at, value) -> Fields.oneOf(
                        at, value.asString(""), asList(CompressionRule.Coding.values()), CompressionRule.Coding::word));
        var types = fields.texts("types", usual.types());
        long smallest = fields.bytes("smallest", usual.smallest());
        return fields.build(() -> new CompressionRule(codings, types, smallest));
    }
}
