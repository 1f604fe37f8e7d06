package org.pinisi.edge;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes routes so that [RouteReader] reads them back as they were; what has its default value is left
/// out.
final class RouteWriter {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private RouteWriter() {}

    static ObjectNode route(EdgeRoute route) {
        ObjectNode node = MAPPER.createObjectNode().put("name", route.name());
        texts(node.putArray("hosts"), route.hosts());
        if (route.paths().size() != 1 || !route.paths().getFirst().equals("/")) {
            texts(node.putArray("paths"), route.paths());
        }
        target(node.putObject("target"), route.target());
        ObjectNode rules = rules(route.rules());
        if (!rules.isEmpty()) {
            node.set("rules", rules);
        }
        return node;
    }

    private static void target(ObjectNode node, Target target) {
        switch (target) {
            case Target.Folder folder -> {
                node.put("folder", folder.path().toString());
                words(node, "settings", folder.settings());
            }
            case Target.Upstreams upstreams -> {
                ArrayNode list = node.putArray("upstreams");
                upstreams.upstreams().forEach(upstream -> upstream(list.addObject(), upstream));
                part(node, "balancing", upstreams.balancing(), Balancing.defaults(), RouteWriter::balancing);
            }
            case Target.Redirect redirect -> {
                node.put("redirect", redirect.location()).put("status", redirect.status());
                node.put("keep-path", redirect.keepPath());
            }
            case Target.Passthrough passthrough -> {
                ArrayNode list = node.putArray("passthrough");
                passthrough.upstreams().forEach(upstream -> upstream(list.addObject(), upstream));
                put(node, "proxy-protocol", passthrough.proxyProtocol(), false);
            }
        }
    }

    private static void upstream(ObjectNode node, Upstream upstream) {
        node.put("id", upstream.id()).put("address", upstream.address().toString());
        put(node, "weight", upstream.weight(), 1);
        put(node, "backup", upstream.backup(), false);
        put(node, "protocol", upstream.protocol().word(), UpstreamProtocol.HTTP1.word());
        part(node, "tls", upstream.tls(), UpstreamTls.defaults(), (inner, tls) -> {
            text(inner, "server-name", tls.serverName());
            put(inner, "verify", tls.verify(), true);
            text(inner, "authorities", tls.authorities());
            text(inner, "fingerprint", tls.fingerprint());
            text(inner, "certificate", tls.certificate());
            text(inner, "key", tls.key());
        });
        put(node, "proxy-protocol", upstream.proxyProtocol().word(), ProxyProtocol.OFF.word());
    }

    private static void balancing(ObjectNode node, Balancing balancing) {
        Balancing usual = Balancing.defaults();
        put(node, "policy", balancing.policy().word(), usual.policy().word());
        balancing
                .sticky()
                .ifPresent(sticky -> node.putObject("sticky")
                        .put("cookie", sticky.cookie())
                        .put("lifetime", Units.text(sticky.lifetime())));
        put(node, "slow-start", Units.text(balancing.slowStart()), Units.text(usual.slowStart()));
        put(node, "resolve-every", Units.text(balancing.resolveEvery()), Units.text(usual.resolveEvery()));
    }

    private static ObjectNode rules(RouteRules rules) {
        RouteRules usual = RouteRules.none();
        ObjectNode node = MAPPER.createObjectNode();
        optional(node, "maintenance", rules.maintenance(), (inner, rule) -> {
            text(inner, "page", rule.page());
            text(inner, "text", rule.text());
            inner.put("retry-after", Units.text(rule.retryAfter()));
            list(inner, "allow", rule.allow());
        });
        part(node, "access", rules.access(), usual.access(), (inner, rule) -> {
            list(inner, "allow", rule.allow());
            list(inner, "deny", rule.deny());
        });
        optional(
                node,
                "rate-limit",
                rules.rateLimit(),
                (inner, rule) -> inner.put("requests", rule.requests())
                        .put("per", Units.text(rule.per()))
                        .put("burst", rule.burst())
                        .put("clients", rule.clients()));
        part(node, "https", rules.https(), usual.https(), RouteWriter::https);
        optional(node, "basic-auth", rules.basicAuth(), (inner, rule) -> {
            inner.put("realm", rule.realm());
            words(inner, "users", rule.users());
        });
        optional(
                node,
                "client-certificates",
                rules.clientCertificates(),
                (inner, rule) -> inner.put("mode", rule.mode().word())
                        .put("authorities", rule.authorities().toString()));
        redirects(node, rules);
        part(node, "rewrite", rules.rewrite(), usual.rewrite(), (inner, rule) -> {
            text(inner, "strip-prefix", rule.stripPrefix());
            text(inner, "add-prefix", rule.addPrefix());
            text(inner, "host", rule.host());
        });
        part(node, "request-headers", rules.requestHeaders(), usual.requestHeaders(), RouteWriter::headers);
        part(node, "answer-headers", rules.answerHeaders(), usual.answerHeaders(), RouteWriter::headers);
        part(node, "limits", rules.limits(), usual.limits(), (inner, rule) -> {
            rule.bodyBytes().ifPresent(bytes -> inner.put("body", Units.text(bytes)));
            rule.headBytes().ifPresent(bytes -> inner.put("head", Units.text(bytes)));
            list(inner, "methods", rule.methods());
        });
        care(node, rules);
        return node;
    }

    private static void https(ObjectNode node, HttpsRule rule) {
        rule.redirect().ifPresent(redirect -> node.put("redirect", redirect));
        put(node, "status", rule.status(), HttpsRule.defaults().status());
        rule.hsts().ifPresent(hsts -> {
            ObjectNode inner = node.putObject("hsts").put("max-age", Units.text(hsts.maxAge()));
            put(inner, "include-subdomains", hsts.includeSubdomains(), false);
            put(inner, "preload", hsts.preload(), false);
        });
    }

    private static void redirects(ObjectNode node, RouteRules rules) {
        if (rules.redirects().isEmpty()) {
            return;
        }
        ArrayNode list = node.putArray("redirects");
        for (RedirectRule rule : rules.redirects()) {
            ObjectNode inner = list.addObject();
            text(inner, "host", rule.host());
            put(inner, "path", rule.path(), "/");
            inner.put("to", rule.to());
            put(inner, "status", rule.status(), 308);
            put(inner, "keep-path", rule.keepPath(), true);
        }
    }

    private static void headers(ObjectNode node, HeaderRule rule) {
        words(node, "set", rule.set());
        words(node, "add", rule.add());
        list(node, "remove", rule.remove());
    }

    /// What looks after upstreams and answers.
    private static void care(ObjectNode node, RouteRules rules) {
        RouteRules usual = RouteRules.none();
        part(node, "timeouts", rules.timeouts(), usual.timeouts(), (inner, rule) -> {
            rule.connect().ifPresent(time -> inner.put("connect", Units.text(time)));
            rule.bodyIdle().ifPresent(time -> inner.put("body-idle", Units.text(time)));
            rule.firstByte().ifPresent(time -> inner.put("first-byte", Units.text(time)));
            rule.answerIdle().ifPresent(time -> inner.put("answer-idle", Units.text(time)));
            rule.tunnelIdle().ifPresent(time -> inner.put("tunnel-idle", Units.text(time)));
            rule.exchange().ifPresent(time -> inner.put("exchange", Units.text(time)));
        });
        part(node, "retries", rules.retries(), usual.retries(), (inner, rule) -> {
            inner.put("tries", rule.tries());
            texts(inner.putArray("methods"), rule.methods());
            rule.statuses().forEach(inner.withArray("statuses")::add);
            inner.put("budget", rule.budget());
            inner.put("wait", Units.text(rule.longestWait()));
        });
        optional(node, "health-check", rules.healthCheck(), RouteWriter::healthCheck);
        part(
                node,
                "ejection",
                rules.ejection(),
                usual.ejection(),
                (inner, rule) -> inner.put("failures", rule.failures())
                        .put("server-errors", rule.serverErrors())
                        .put("time", Units.text(rule.time()))
                        .put("longest", Units.text(rule.longest()))
                        .put("share", rule.share()));
        part(
                node,
                "breaker",
                rules.breaker(),
                usual.breaker(),
                (inner, rule) -> inner.put("requests", rule.requests())
                        .put("route-requests", rule.routeRequests())
                        .put("queue", rule.queue())
                        .put("wait", Units.text(rule.longestWait()))
                        .put("errors", rule.errors())
                        .put("window", Units.text(rule.window()))
                        .put("open", Units.text(rule.open())));
        optional(node, "compression", rules.compression(), (inner, rule) -> {
            texts(
                    inner.putArray("codings"),
                    rule.codings().stream().map(CompressionRule.Coding::word).toList());
            texts(inner.putArray("types"), rule.types());
            inner.put("smallest", Units.text(rule.smallest()));
        });
        put(node, "trace", rules.trace().word(), usual.trace().word());
        if (!rules.errorPages().isEmpty()) {
            ObjectNode pages = node.putObject("error-pages");
            rules.errorPages().forEach((status, page) -> pages.put(status.toString(), page.toString()));
        }
    }

    private static void healthCheck(ObjectNode node, HealthCheckRule rule) {
        node.put("kind", rule.kind().word()).put("path", rule.path());
        text(node, "host", rule.host());
        node.put("statuses", rule.firstStatus() + "-" + rule.lastStatus());
        put(node, "body-prefix", rule.bodyPrefix(), "");
        node.put("interval", Units.text(rule.interval())).put("timeout", Units.text(rule.timeout()));
        node.put("rise", rule.rise()).put("fall", rule.fall());
    }

    private static <T> void part(
            ObjectNode node, String key, @Nullable T value, T usual, BiConsumer<ObjectNode, T> writer) {
        if (value != null && !value.equals(usual)) {
            writer.accept(node.putObject(key), value);
        }
    }

    private static <T> void optional(ObjectNode node, String key, Optional<T> value, BiConsumer<ObjectNode, T> writer) {
        value.ifPresent(present -> writer.accept(node.putObject(key), present));
    }

    private static void text(ObjectNode node, String key, Optional<?> value) {
        value.ifPresent(present -> node.put(key, present.toString()));
    }

    private static void put(ObjectNode node, String key, boolean value, boolean usual) {
        if (value != usual) {
            node.put(key, value);
        }
    }

    private static void put(ObjectNode node, String key, int value, int usual) {
        if (value != usual) {
            node.put(key, value);
        }
    }

    private static void put(ObjectNode node, String key, String value, String usual) {
        if (!value.equals(usual)) {
            node.put(key, value);
        }
    }

    private static void words(ObjectNode node, String key, Map<String, String> words) {
        if (!words.isEmpty()) {
            ObjectNode inner = node.putObject(key);
            words.forEach(inner::put);
        }
    }

    private static void list(ObjectNode node, String key, Collection<?> items) {
        if (!items.isEmpty()) {
            ArrayNode list = node.putArray(key);
            items.forEach(item -> list.add(item.toString()));
        }
    }

    private static void texts(ArrayNode list, Collection<String> items) {
        items.forEach(list::add);
    }
}
