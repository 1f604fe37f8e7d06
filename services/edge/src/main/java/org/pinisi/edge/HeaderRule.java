package org.pinisi.edge;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Header fields that are changed on their way: first `remove`, then `set`, then `add`.
///
/// In values `${host}`, `${client-address}` and `${scheme}` stand for the request's host (without port),
/// the client's address and `http` or `https`.
///
/// @param set fields that are there once with this value, whatever was there
/// @param add fields that are added
/// @param remove fields that are taken away
public record HeaderRule(Map<String, String> set, Map<String, String> add, List<String> remove) {
    private static final int MOST = 64;
    private static final HeaderRule NONE = new HeaderRule(Map.of(), Map.of(), List.of());
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");
    private static final Pattern VALUE = Pattern.compile("[\\t -~\\x80-\\xff]{0,4096}");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(?!(?:host|client-address|scheme)})");
    /// What decides where a message ends, and what belongs to one hop, is not for rules to change.
    private static final Set<String> FRAMING = Set.of(
            "connection",
            "content-length",
            "host",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "expect",
            "http2-settings");

    /// @throws EdgeException when a name or value is malformed, or the field is not for rules to change
    public HeaderRule {
        set = clean("set", set);
        add = clean("add", add);
        remove = List.copyOf(remove);
        Expect.atMost("remove", remove, MOST);
        for (int i = 0; i < remove.size(); i++) {
            name("remove[" + i + "]", remove.get(i));
        }
    }

    private static Map<String, String> clean(String field, Map<String, String> fields) {
        Expect.atMost(field, fields.keySet(), MOST);
        Map<String, String> clean = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        fields.forEach((name, value) -> {
            name(field + "." + name, name);
            Expect.form(field + "." + name, value, VALUE, "at most 4096 characters of ISO 8859-1 on one line");
            if (PLACEHOLDER.matcher(value).find()) {
                throw EdgeException.at(
                        field + "." + name,
                        "an unknown placeholder (there are ${host}, ${client-address} and ${scheme})");
            }
            clean.put(name, value);
        });
        return Collections.unmodifiableMap(clean);
    }

    private static void name(String field, String name) {
        Expect.form(field, name, NAME, "a header field's name");
        if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
            throw EdgeException.at(field, name + " is the edge's own business; \"rewrite.host\" changes the host");
        }
    }

    /// Nothing is changed.
    public static HeaderRule none() {
        return NONE;
    }

    public boolean isEmpty() {
        return set.isEmpty() && add.isEmpty() && remove.isEmpty();
    }
}
