package org.pinisi.site;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Fields;

/// The rules of a `_headers` file, in the form that Netlify made known: a pattern of paths on a line of
/// its own, below it, indented, the fields that answers to such paths bear. Every rule that fits counts.
final class HeaderRules {
    static final String NAME = "_headers";
    static final int MOST_RULES = 1000;

    /// What only the server can know, or what would cut or confuse a connection.
    private static final Set<String> FORBIDDEN = Set.of(
            "accept-ranges",
            "age",
            "allow",
            "connection",
            "content-encoding",
            "content-length",
            "content-range",
            "date",
            "etag",
            "host",
            "keep-alive",
            "last-modified",
            "location",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "vary");

    private final List<Rule> rules;

    private record Rule(RulePattern paths, Fields fields) {}

    private HeaderRules(List<Rule> rules) {
        this.rules = rules;
    }

    /// @throws SiteException when a line is malformed, with every such line
    static HeaderRules of(RuleFile file) {
        List<Rule> rules = new ArrayList<>();
        @Nullable RulePattern paths = null;
        Fields fields = Fields.empty();
        for (int number = 1; number <= file.size(); number++) {
            String line = file.line(number);
            if (line.isBlank()) {
                continue;
            }
            try {
                if (!Character.isWhitespace(line.charAt(0))) {
                    add(rules, paths, fields);
                    fields = Fields.empty();
                    paths = RulePattern.parse(line.strip());
                } else if (paths == null) {
                    throw new IllegalArgumentException("a field before the first path");
                } else {
                    fields = field(fields, line.strip());
                }
            } catch (IllegalArgumentException e) {
                file.trouble(number, String.valueOf(e.getMessage()));
            }
            if (rules.size() > MOST_RULES) {
                file.trouble(number, "more than " + MOST_RULES + " rules");
                break;
            }
        }
        add(rules, paths, fields);
        file.refuseTroubled();
        return new HeaderRules(List.copyOf(rules));
    }

    private static void add(List<Rule> rules, @Nullable RulePattern paths, Fields fields) {
        if (paths != null) {
            rules.add(new Rule(paths, fields));
        }
    }

    private static Fields field(Fields fields, String line) {
        int colon = line.indexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("\"" + line + "\" is no field (expected: Name: value)");
        }
        String name = line.substring(0, colon).strip();
        if (FORBIDDEN.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("the field " + name + " is the server's business; remove it");
        }
        return fields.with(name, line.substring(colon + 1).strip());
    }

    /// The fields for a path of these decoded names; several of one name are one, joined by commas.
    Fields find(List<String> path) {
        Fields found = Fields.empty();
        for (Rule rule : rules) {
            if (rule.paths.match(path).isEmpty()) {
                continue;
            }
            for (Fields.Field field : rule.fields.all()) {
                found = joined(found, field);
            }
        }
        return found;
    }

    private static Fields joined(Fields fields, Fields.Field more) {
        // Set-Cookie is the one field whose lines must stay apart (RFC 9110, section 5.3).
        if (more.name().equalsIgnoreCase("Set-Cookie") || !fields.has(more.name())) {
            return fields.with(more.name(), more.value());
        }
        return fields.withOnly(more.name(), fields.first(more.name()).orElse("") + ", " + more.value());
    }
}
