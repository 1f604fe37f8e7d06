package org.pinisi.edge;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;

/// The gates of a route, in the order in which a request meets them: maintenance, access, rate limit,
/// basic auth,
/// redirects, limits. A rule that says nothing has no gate.
final class Gates {
    private Gates() {}

    /// @param limiter of the route's rate, or null for none
    /// @param mustWork whether files that rules name must be readable
    /// @throws EdgeException when such a file cannot be used
    static Gate[] of(EdgeRoute route, @Nullable RateLimiter limiter, LongSupplier clock, boolean mustWork) {
        RouteRules rules = route.rules();
        List<Gate> gates = new ArrayList<>();
        rules.maintenance().ifPresent(rule -> gates.add(maintenance(rule, mustWork)));
        if (!rules.access().equals(AccessRule.everybody())) {
            gates.add(access(rules.access()));
        }
        if (limiter != null) {
            gates.add(limiter);
        }
        rules.basicAuth().ifPresent(rule -> gates.add(new BasicAuthGate(rule, clock)));
        if (!rules.redirects().isEmpty()) {
            gates.add(new RedirectGate(rules.redirects()));
        }
        if (!rules.limits().equals(RequestLimitsRule.none())) {
            gates.add(limits(rules.limits()));
        }
        if (rules.rewrite().addPrefix().isPresent()) {
            gates.add(new RequestChanges(rules.rewrite(), HeaderRule.none()));
        }
        if (route.target() instanceof Target.Redirect target) {
            gates.add(RedirectGate.of(target));
        }
        return gates.toArray(Gate[]::new);
    }

    private static Gate maintenance(MaintenanceRule rule, boolean mustWork) {
        AddressTree allowed = new AddressTree(rule.allow(), List.of());
        List<String> fields =
                List.of("Retry-After: " + Math.max(1, rule.retryAfter().toSeconds()));
        Reply reply = rule.page()
                .<Reply>map(file -> new Reply.Page(
                        503, Fault.MAINTENANCE, HtmlPage.read("rules.maintenance.page", file, mustWork), fields))
                .orElseGet(() -> rule.text()
                        .<Reply>map(text -> new Reply.Page(503, Fault.MAINTENANCE, HtmlPage.saying(text), fields))
                        .orElse(new Reply.Refusal(503, Fault.MAINTENANCE, fields)));
        return (_, client) -> allowed.says(client.address(), false) ? null : reply;
    }

    private static Gate access(AccessRule rule) {
        AddressTree tree = new AddressTree(rule.allow(), rule.deny());
        boolean otherwise = rule.allow().isEmpty();
        Reply reply = Reply.Refusal.of(403, Fault.FORBIDDEN);
        return (_, client) -> tree.says(client.address(), otherwise) ? null : reply;
    }

    private static Gate limits(RequestLimitsRule rule) {
        Reply method = Reply.Refusal.of(405, Fault.UNSUPPORTED, "Allow: " + String.join(", ", rule.methods()));
        Reply head = Reply.Refusal.of(431, Fault.TOO_LARGE);
        Reply body = Reply.Refusal.of(413, Fault.TOO_LARGE);
        return (request, _) -> {
            if (!rule.methods().isEmpty() && !isAllowed(request, rule.methods())) {
                return method;
            }
            if (isAbove(request.length(), rule.headBytes())) {
                return head;
            }
            return isAbove(request.contentLength(), rule.bodyBytes()) ? body : null;
        };
    }

    private static boolean isAllowed(Head request, List<String> methods) {
        for (String method : methods) {
            if (request.methodIs(method)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAbove(long bytes, OptionalLong most) {
        return most.isPresent() && bytes > most.getAsLong();
    }
}
