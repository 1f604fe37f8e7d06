package org.pinisi.edge;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;
import org.pinisi.http.TargetForm;

/// Sends requests elsewhere, by host and path; the first rule that fits wins.
final class RedirectGate implements Gate {
    private static final class Rule {
        private final RedirectRule rule;
        private final @Nullable String host;
        private final byte[] path;

        Rule(RedirectRule rule) {
            this.rule = rule;
            this.host = rule.host().orElse(null);
            this.path = PathReading.prefix(rule.path());
        }
    }

    private final Rule[] rules;

    RedirectGate(List<RedirectRule> rules) {
        this.rules = rules.stream().map(Rule::new).toArray(Rule[]::new);
    }

    /// Everything, as a target says.
    static RedirectGate of(Target.Redirect target) {
        return new RedirectGate(List.of(new RedirectRule(
                java.util.Optional.empty(), "/", target.location(), target.status(), target.keepPath())));
    }

    @Override
    public @Nullable Reply check(Head request, Client client) {
        for (Rule rule : rules) {
            if ((rule.host == null || isHost(request, rule.host))
                    && PathReading.begins(request.bytes(), request.pathStart(), request.pathEnd(), rule.path)) {
                return new Reply.Elsewhere(rule.rule.status(), location(request, rule));
            }
        }
        return null;
    }

    private static boolean isHost(Head request, String host) {
        int end = request.hostEnd();
        if (end > request.hostStart() && request.bytes()[end - 1] == '.') {
            end--;
        }
        return end - request.hostStart() == host.length()
                && request.text(request.hostStart(), end).equalsIgnoreCase(host);
    }

    private static String location(Head request, Rule rule) {
        String to = rule.rule.to();
        if (!rule.rule.keepPath() || request.form() == TargetForm.ASTERISK) {
            return to;
        }
        int rest = request.pathStart() + rule.path.length;
        String path = request.text(Math.min(rest, request.pathEnd()), request.targetEnd());
        String front = to.endsWith("/") ? to.substring(0, to.length() - 1) : to;
        if (to.startsWith("/")) {
            // "//host" and "/\host" would lead to another place altogether.
            String local = (front + path).replaceFirst("^[/\\\\]+", "/");
            return local.startsWith("/") ? local : "/" + local;
        }
        return path.startsWith("/") || front.indexOf('/', "https://".length()) >= 0 ? front + path : front + "/" + path;
    }
}
