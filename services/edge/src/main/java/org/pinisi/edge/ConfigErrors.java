package org.pinisi.edge;

import java.util.List;
import org.pinisi.edge.YamlPlaces.Place;

/// Turns what a reader of JSON complained of into a problem with a place in the text.
final class ConfigErrors {
    private ConfigErrors() {}

    /// @param path of what was read within the document; the field of `wrong` counts from there
    static void add(List<ConfigProblem> problems, String file, YamlPlaces document, String path, EdgeException wrong) {
        String field = wrong.field();
        String message = String.valueOf(wrong.getMessage());
        if (field == null) {
            Place place = document.value(path);
            problems.add(new ConfigProblem(file, place.line(), place.column(), path, message));
            return;
        }
        String whole = field.isEmpty() || path.isEmpty() ? path + field : YamlPlaces.below(path, field);
        boolean unknown = message.contains("unknown") || message.contains("no such");
        Place place = unknown ? document.key(whole) : document.value(whole);
        String said = message.startsWith(field + ": ") ? message.substring(field.length() + 2) : message;
        String last = field.substring(field.lastIndexOf('.') + 1) + ": ";
        String once = said.startsWith(last) ? said.substring(last.length()) : said;
        problems.add(new ConfigProblem(file, place.line(), place.column(), whole, once));
    }
}
