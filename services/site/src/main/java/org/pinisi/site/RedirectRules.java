package org.pinisi.site;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pinisi.http.Request;

/// The rules of a `_redirects` file, in the form that Netlify made known: a line is
/// `from [name=value …] to [status][!]`.
///
/// The first rule that fits decides. Where there is a file, only rules with `!` count. 301, 302, 303,
/// 307 and 308 redirect; 200 shows another file of the site under this path; 404 and 410 show it with
/// that status.
final class RedirectRules {
    static final String NAME = "_redirects";
    static final int MOST_RULES = 2000;

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> REWRITES = Set.of(200, 404, 410);
    private static final Pattern STATUS = Pattern.compile("[0-9]{3}!?");
    private static final Pattern CAPTURE = Pattern.compile(":([A-Za-z][A-Za-z0-9_]*)");
    private static final Pattern ELSEWHERE = Pattern.compile("https?://[^\\s/:]+.*");

    private final List<Rule> rules;

    private record Rule(RulePattern from, Map<String, String> query, String to, int status, boolean forced) {}

    /// What a rule wants.
    sealed interface Outcome {
        /// An answer that sends the client to `location`, a URI.
        record Redirect(int status, String location) implements Outcome {}

        /// The file at this path, with this status.
        record Rewrite(int status, String path) implements Outcome {}
    }

    private RedirectRules(List<Rule> rules) {
        this.rules = rules;
    }

    /// @throws SiteException when a line is malformed, with every such line
    static RedirectRules of(RuleFile file) {
        List<Rule> rules = new ArrayList<>();
        for (int number = 1; number <= file.size(); number++) {
            String line = file.line(number).strip();
            if (line.isEmpty()) {
                continue;
            }
            try {
                rules.add(rule(line));
            } catch (IllegalArgumentException e) {
                file.trouble(number, String.valueOf(e.getMessage()));
            }
            if (rules.size() > MOST_RULES) {
                file.trouble(number, "this is rule " + rules.size() + "; there may be " + MOST_RULES);
                break;
            }
        }
        file.refuseTroubled();
        return new RedirectRules(List.copyOf(rules));
    }

    private static Rule rule(String line) {
        List<String> words = new ArrayList<>(List.of(line.split("\\s+")));
        int comment = words.indexOf("#");
        words = comment < 0 ? words : words.subList(0, comment);
        RulePattern from = RulePattern.parse(words.getFirst());
        Map<String, String> query = new LinkedHashMap<>();
        int at = 1;
        while (at < words.size() && isParameter(words.get(at))) {
            int equals = words.get(at).indexOf('=');
            query.put(words.get(at).substring(0, equals), words.get(at).substring(equals + 1));
            at++;
        }
        if (at == words.size()) {
            throw new IllegalArgumentException("no target (expected: from to [status])");
        }
        String to = words.get(at++);
        String code = at < words.size() && STATUS.matcher(words.get(at)).matches() ? words.get(at++) : "301";
        if (at < words.size()) {
            throw new IllegalArgumentException("\"" + words.get(at)
                    + "\" is not understood (expected: from to [status]; conditions of country, language, role and"
                    + " cookie do not exist here)");
        }
        int status = Integer.parseInt(code.substring(0, 3));
        check(from, query, to, status);
        if (words.getFirst().equals(to) && query.isEmpty()) {
            throw new IllegalArgumentException("\"" + to + "\" would lead to itself for ever");
        }
        return new Rule(from, query, to, status, code.endsWith("!"));
    }

    private static boolean isParameter(String word) {
        return !word.startsWith("/") && !ELSEWHERE.matcher(word).matches() && word.indexOf('=') > 0;
    }

    private static void check(RulePattern from, Map<String, String> query, String to, int status) {
        boolean elsewhere = ELSEWHERE.matcher(to).matches();
        if (!elsewhere && (!to.startsWith("/") || to.startsWith("//"))) {
            throw new IllegalArgumentException(
                    "target \"" + to + "\" (expected: a path that begins with one slash, or http:// or https://)");
        }
        if (!REDIRECTS.contains(status) && !REWRITES.contains(status)) {
            throw new IllegalArgumentException(
                    "status " + status + " (expected: 200, 301, 302, 303, 307, 308, 404 or 410)");
        }
        if (elsewhere && !REDIRECTS.contains(status)) {
            throw new IllegalArgumentException(
                    "status " + status + " with a target elsewhere: this is no proxy (expected: 301, 302, 307, 308)");
        }
        List<String> known = new ArrayList<>(from.captures());
        query.values().stream().filter(v -> v.startsWith(":")).forEach(v -> known.add(v.substring(1)));
        String path = elsewhere ? to.substring(to.indexOf("://") + 3) : to;
        int slash = elsewhere ? path.indexOf('/') : 0;
        for (MatchResult use : CAPTURE.matcher(slash < 0 ? "" : path.substring(slash))
                .results()
                .toList()) {
            if (!known.contains(use.group(1))) {
                throw new IllegalArgumentException("target has " + use.group() + ", which \"from\" does not have");
            }
        }
    }

    boolean isEmpty() {
        return rules.isEmpty();
    }

    /// Whether what this path is answered with depends on more than the path.
    boolean dependsOnQuery(List<String> path) {
        return rules.stream()
                .anyMatch(rule -> rule.forced
                        && !rule.query.isEmpty()
                        && rule.from.match(path).isPresent());
    }

    /// What the first rule that fits wants.
    ///
    /// @param exists whether there is a file at the path
    Optional<Outcome> find(Request request, boolean exists) {
        for (Rule rule : rules) {
            if (exists && !rule.forced) {
                continue;
            }
            Optional<Outcome> outcome = apply(rule, request);
            if (outcome.isPresent()) {
                return outcome;
            }
        }
        return Optional.empty();
    }

    private static Optional<Outcome> apply(Rule rule, Request request) {
        Optional<Map<String, String>> match = rule.from.match(request.segments());
        if (match.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> captures = match.get();
        for (Map.Entry<String, String> wanted : rule.query.entrySet()) {
            Optional<String> value = request.query(wanted.getKey());
            if (value.isEmpty()) {
                return Optional.empty();
            }
            if (wanted.getValue().startsWith(":")) {
                captures.put(wanted.getValue().substring(1), value.get());
            } else if (!wanted.getValue().equals(value.get())) {
                return Optional.empty();
            }
        }
        if (REWRITES.contains(rule.status)) {
            String path = rule.to.replaceFirst("[?#].*", "");
            return Optional.of(new Outcome.Rewrite(rule.status, filled(path, captures)));
        }
        String location = location(rule, captures, request);
        return location.equals(request.target())
                ? Optional.empty()
                : Optional.of(new Outcome.Redirect(rule.status, location));
    }

    private static String location(Rule rule, Map<String, String> captures, Request request) {
        boolean elsewhere = !rule.to.startsWith("/");
        int hostEnd = elsewhere ? rule.to.indexOf('/', rule.to.indexOf("://") + 3) : 0;
        String host = hostEnd < 0 ? rule.to : rule.to.substring(0, hostEnd);
        String path = hostEnd < 0 ? "" : filled(rule.to.substring(hostEnd), captures);
        if (!elsewhere) {
            // Two slashes in front would name another host.
            path = path.replaceFirst("^/+", "/");
        }
        boolean asks = rule.to.indexOf('?') >= 0 || rule.to.indexOf('#') >= 0 || !rule.query.isEmpty();
        String query = asks || request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
        return host + Escapes.uri(path) + Escapes.uri(query);
    }

    /// The target with what the placeholders stand for, escaped so that it stays within its place.
    private static String filled(String to, Map<String, String> captures) {
        return CAPTURE.matcher(to)
                .replaceAll(use -> Matcher.quoteReplacement(escaped(captures.getOrDefault(use.group(1), ""))));
    }

    private static String escaped(String value) {
        List<String> names = List.of(value.split("/", -1));
        return String.join("/", names.stream().map(Escapes::name).toList());
    }
}
