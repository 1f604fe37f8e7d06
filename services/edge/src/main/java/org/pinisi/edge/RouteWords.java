package org.pinisi.edge;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes a route as people write it in a file into one as the admin interface takes it: short forms are
/// written out,
/// and paths count from the configuration's folder.
///
/// | written | means |
/// |---|---|
/// | `target: 10.0.0.1:80` | `target: {upstreams: [{id: "10.0.0.1:80", address: "10.0.0.1:80"}]}` |
/// | `upstreams: [10.0.0.1:80]` | the same |
/// | an upstream without `id` | its address is its id |
/// | `hosts: shop.example.org` | `hosts: [shop.example.org]` |
final class RouteWords {
    private RouteWords() {}

    /// @return a copy; `route` stays as it is
    static ObjectNode full(ObjectNode route, Path base) {
        ObjectNode full = route.deepCopy();
        if (full.path("hosts").isString()) {
            JsonNode host = full.get("hosts");
            full.putArray("hosts").add(host);
        }
        JsonNode target = full.path("target");
        if (target.isString()) {
            full.putObject("target").putArray("upstreams").add(target);
        }
        if (full.get("target") instanceof ObjectNode words) {
            upstreams(words, "upstreams");
            upstreams(words, "passthrough");
            absolute(words, "folder", base);
        }
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

    private static String idOf(String address) {
        String id = address.replaceAll("[^A-Za-z0-9._:-]+", "-").replaceAll("^-+", "");
        return id.length() > 100 ? id.substring(id.length() - 100) : id;
    }

    private static void absolute(ObjectNode words, String key, Path base) {
        if (words.path(key).isString()) {
            try {
                words.put(
                        key,
                        base.resolve(words.get(key).stringValue()).normalize().toString());
            } catch (InvalidPathException malformed) {
                throw new EdgeException(key + ": " + malformed.getMessage(), malformed);
            }
        }
    }
}
