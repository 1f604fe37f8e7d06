package org.pinisi.edge;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import tools.jackson.databind.JsonNode;

/// A YAML document as JSON, with the places in the text where its fields stand.
///
/// A field is named by its path: `hosts[0]`, `target.upstreams[1].address`; the document itself by the
/// empty text.
final class YamlPlaces {
    /// Where something stands; both from 1.
    record Place(int line, int column) {
        static final Place START = new Place(1, 1);

        static Place of(Optional<Mark> mark) {
            return mark.map(found -> new Place(found.getLine() + 1, found.getColumn() + 1))
                    .orElse(START);
        }
    }

    private final JsonNode root;
    private final Map<String, Place> keys = new HashMap<>();
    private final Map<String, Place> values = new HashMap<>();

    YamlPlaces(JsonNode root, Map<String, Place> keys, Map<String, Place> values) {
        this.root = root;
        this.keys.putAll(keys);
        this.values.putAll(values);
    }

    JsonNode root() {
        return root;
    }

    /// Where the value of that field is, or else the nearest thing around it that is there.
    Place value(String field) {
        return nearest(values, field);
    }

    /// Where the key itself is written, or else the nearest thing around it that is there.
    Place key(String field) {
        return keys.containsKey(field) ? keys.get(field) : nearest(values, field);
    }

    private static Place nearest(Map<String, Place> places, String field) {
        String path = field;
        while (!places.containsKey(path)) {
            int end = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
            if (end < 0) {
                return places.getOrDefault("", Place.START);
            }
            path = path.substring(0, end);
        }
        return places.getOrDefault(path, Place.START);
    }

    /// The path of `name` in the map at `path`.
    static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /// The path of the item at `index` of the list at `path`.
    static String item(String path, int index) {
        return path + "[" + index + "]";
    }
}
