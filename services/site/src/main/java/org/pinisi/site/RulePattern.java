package org.pinisi.site;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpException;
import org.pinisi.http.Request;

/// A pattern of paths as in `_redirects` and `_headers`: names, `:placeholder` for one name, and at the
/// end `*` for whatever follows, or `*.css` for whatever ends so. A slash at the end makes no
/// difference.
final class RulePattern {
    /// What `*` stood for, among the captures.
    static final String SPLAT = "splat";

    private final List<String> names;
    private final Optional<String> ending;

    private RulePattern(List<String> names, Optional<String> ending) {
        this.names = names;
        this.ending = ending;
    }

    /// @throws IllegalArgumentException when it is none; the message says what is wrong
    static RulePattern parse(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("\"" + text + "\" does not begin with a slash");
        }
        List<String> names = new ArrayList<>();
        String[] parts = text.substring(1).split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            if (parts[i].isEmpty() && !last) {
                throw new IllegalArgumentException("\"" + text + "\" has an empty name between two slashes");
            }
            int star = parts[i].indexOf('*');
            if (star < 0 && !parts[i].isEmpty()) {
                names.add(parts[i].startsWith(":") ? placeholder(parts[i], text) : decoded(parts[i], text));
            } else if (star >= 0) {
                if (!last || star > 0 || parts[i].indexOf('*', 1) > 0) {
                    throw new IllegalArgumentException(
                            "\"" + text + "\" has a * elsewhere than at the beginning of its last name");
                }
                return new RulePattern(List.copyOf(names), Optional.of(decoded(parts[i].substring(1), text)));
            }
        }
        return new RulePattern(List.copyOf(names), Optional.empty());
    }

    private static String placeholder(String name, String text) {
        if (!name.matches(":[A-Za-z][A-Za-z0-9_]*")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has the placeholder " + name + ", which is no word of letters, digits and _");
        }
        return name;
    }

    private static String decoded(String name, String text) {
        if (name.indexOf('%') < 0) {
            return name;
        }
        try {
            return Request.of("GET", "/" + name, Fields.empty(), InputStream.nullInputStream())
                    .segments()
                    .getFirst();
        } catch (HttpException e) {
            throw new IllegalArgumentException("\"" + text + "\" has " + e.getMessage(), e);
        }
    }

    /// The names of what a match captures.
    List<String> captures() {
        List<String> result = new ArrayList<>();
        names.stream().filter(name -> name.startsWith(":")).forEach(name -> result.add(name.substring(1)));
        ending.ifPresent(_ -> result.add(SPLAT));
        return result;
    }

    /// What the placeholders stand for in a path of these decoded names, or empty when it does not
    /// match.
    Optional<Map<String, String>> match(List<String> path) {
        boolean slash = !path.isEmpty() && path.getLast().isEmpty();
        int length = slash ? path.size() - 1 : path.size();
        if (length < names.size() || (ending.isEmpty() && length > names.size())) {
            return Optional.empty();
        }
        for (int i = 0; i < names.size(); i++) {
            if (!names.get(i).startsWith(":") && !names.get(i).equals(path.get(i))) {
                return Optional.empty();
            }
        }
        String rest = String.join("/", path.subList(Math.min(names.size(), path.size()), path.size()));
        if (ending.isPresent() && !rest.endsWith(ending.get())) {
            return Optional.empty();
        }
        Map<String, String> captures = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).startsWith(":")) {
                captures.put(names.get(i).substring(1), path.get(i));
            }
        }
        ending.ifPresent(end -> captures.put(SPLAT, rest.substring(0, rest.length() - end.length())));
        return Optional.of(captures);
    }
}
