package org.pinisi.edge;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes a route as people write it in a file into one as the admin interface takes it: short forms are
/// written out, and paths count from the configuration's folder.
///
/// | written | means |
/// |---|---|
/// | `target: 10.0.0.1:80` | `target: {upstreams: [{id: "10.0.0.1:80", address: "10.0.0.1:80"}]}` |
/// | `upstreams: [10.0.0.1:80]` | the same |
/// | an upstream without `id` | its address is its id |
/// | `hosts: shop.example.org` | `hosts: [shop.example.org]`, and so `paths` |
final class RouteWords {
    /// The fields that name files.
    private static final List<List<String>> FILES = List.of(
            List.of("target", "folder"),
            List.of("target", "upstreams", "*", "tls", "authorities"),
            List.of("target", "upstreams", "*", "tls", "certificate"),
            List.of("target", "upstreams", "*", "tls", "key"),
            List.of("rules", "maintenance", "page"),
            List.of("rules", "client-certificates", "authorities"),
            List.of("rules", "error-pages", "*"));

    private RouteWords() {}

    /// @return a copy; `route` stays as it is
    static ObjectNode full(ObjectNode route, Path base) {
        ObjectNode full = route.deepCopy();
        for (String key : List.of("hosts", "paths")) {
            if (full.path(key).isString()) {
                JsonNode only = full.get(key);
                full.putArray(key).add(only);
            }
        }
        JsonNode target = full.path("target");
        if (target.isString()) {
            full.putObject("target").putArray("upstreams").add(target);
        }
        if (full.get("target") instanceof ObjectNode words) {
            upstreams(words, "upstreams");
            upstreams(words, "passthrough");
        }
        FILES.forEach(path -> absolute(full, path, base));
        return full;
    }

    private static void upstreams(ObjectNode target, String key) {
        if (target.get(key) instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i).isString()) {
                    String address = list.get(i).stringValue();
                    list.set(i, list.objectNode().put("address", address));
                }
                if (list.get(i) instanceof ObjectNode upstream
                        && !upstream.has("id")
                        && upstream.path("address").isString()) {
                    upstream.put("id", idOf(upstream.get("address").stringValue()));
                }
            }
        }
    }

    /// An id for an upstream that has none but its address.
    static String idOf(String address) {
        String id = address.replaceAll("[^A-Za-z0-9._:-]+", "-").replaceAll("^-+", "");
        return id.length() > 100 ? id.substring(id.length() - 100) : id;
    }

    /// @param path of a file within `node`; `*` stands for each item or key
    private static void absolute(JsonNode node, List<String> path, Path base) {
        String step = path.getFirst();
        List<String> rest = path.subList(1, path.size());
        if (node instanceof ArrayNode list && step.equals("*")) {
            list.forEach(item -> absolute(item, rest, base));
        } else if (node instanceof ObjectNode map) {
            for (String key : step.equals("*") ? List.copyOf(map.propertyNames()) : List.of(step)) {
                if (!rest.isEmpty()) {
                    absolute(map.path(key), rest, base);
                } else if (map.path(key).isString()) {
                    map.put(key, absolute(map.get(key).stringValue(), base));
                }
            }
        }
    }

    private static String absolute(String file, Path base) {
        try {
            return base.resolve(file).normalize().toString();
        } catch (InvalidPathException malformed) {
            // Whoever reads the route says so, with the place.
            return file;
        }
    }
}
