package org.pinisi.edge;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.pinisi.http.Fields;
import org.pinisi.http.Head;

/// A [HeaderRule] made ready: which fields do not pass, and which lines come instead. Immutable.
final class HeaderChanges {
    private final Set<String> dropped = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final String lines;
    private final boolean placeholders;

    private HeaderChanges(Set<String> dropped, String lines) {
        this.dropped.addAll(dropped);
        this.lines = lines;
        this.placeholders = false;
    }

    HeaderChanges(HeaderRule rule) {
        dropped.addAll(rule.remove());
        dropped.addAll(rule.set().keySet());
        StringBuilder text = new StringBuilder();
        append(text, rule.set());
        append(text, rule.add());
        lines = text.toString();
        placeholders = lines.contains("${");
    }

    private static void append(StringBuilder text, Map<String, String> fields) {
        fields.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    }

    boolean isEmpty() {
        return dropped.isEmpty() && lines.isEmpty();
    }

    /// Whether the field of that name passes.
    boolean passes(String name) {
        return !dropped.contains(name);
    }

    /// Whether they are the same for every request.
    boolean isFixed() {
        return !placeholders;
    }

    /// What they are for this request.
    HeaderChanges fixed(Head request, Client client) {
        return placeholders ? new HeaderChanges(dropped, lines(request, client)) : this;
    }

    /// Fields with these changes, which must be fixed.
    Fields apply(Fields fields) {
        Fields result = fields;
        for (String name : dropped) {
            result = result.without(name);
        }
        for (String line : lines.isEmpty() ? new String[0] : lines.split("\r\n")) {
            int colon = line.indexOf(':');
            result = result.with(line.substring(0, colon), line.substring(colon + 2));
        }
        return result;
    }

    /// The lines that come in addition, each with its end.
    String lines(Head request, Client client) {
        // None of the values can end a line: the parser has checked the host, and the others are ours.
        return placeholders
                ? lines.replace("${host}", request.host().toLowerCase(Locale.ROOT))
                        .replace("${client-address}", client.text())
                        .replace("${scheme}", client.isSecure() ? "https" : "http")
                : lines;
    }
}
