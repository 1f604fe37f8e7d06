package org.pinisi.edge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Collects the routes of all `routes/*.yaml`, and where each of them is written. A file holds one route,
/// or a list of routes; one route without a name is called as its file.
final class RouteFiles {
    private static final int MOST_ROUTES = 10_000;

    private final Path base;
    private final List<ConfigProblem> problems;
    private final List<Written> written = new ArrayList<>();

    /// A route and where it stands.
    ///
    /// @param path of the route within its file
    private record Written(EdgeRoute route, String file, YamlPlaces document, String path) {
        YamlPlaces.Place place(String field) {
            return document.value(YamlPlaces.below(path, field));
        }

        String where() {
            return file + ":" + document.value(path).line();
        }
    }

    /// @param base where relative paths in the routes begin
    /// @param problems gets what is wrong
    RouteFiles(Path base, List<ConfigProblem> problems) {
        this.base = base;
        this.problems = problems;
    }

    void add(String file, YamlPlaces document) {
        JsonNode root = document.root();
        if (root.isNull()) {
            return;
        }
        if (root.isArray()) {
            int index = 0;
            for (JsonNode item : root) {
                add(file, document, item, YamlPlaces.item("", index));
                index++;
            }
            return;
        }
        if (root instanceof ObjectNode route && !route.has("name")) {
            route.put("name", nameOf(file));
        }
        add(file, document, root, "");
    }

    private static String nameOf(String file) {
        String last = file.substring(file.lastIndexOf('/') + 1);
        return last.substring(0, last.lastIndexOf('.'));
    }

    private void add(String file, YamlPlaces document, JsonNode node, String path) {
        if (!(node instanceof ObjectNode route)) {
            problem(file, document.value(path), path, "expected a route: a map with hosts and target");
            return;
        }
        if (written.size() == MOST_ROUTES) {
            problem(file, document.value(path), path, "more than " + MOST_ROUTES + " routes");
            return;
        }
        try {
            written.add(new Written(EdgeJson.route(RouteWords.full(route, base)), file, document, path));
        } catch (EdgeException wrong) {
            ConfigErrors.add(problems, file, document, path, wrong);
        }
    }

    /// All routes, once no two of them claim the same.
    List<EdgeRoute> checked() {
        Map<String, Written> names = new HashMap<>();
        Map<String, Written> hosts = new HashMap<>();
        List<EdgeRoute> routes = new ArrayList<>();
        for (Written one : written) {
            Written namesake = names.putIfAbsent(one.route().name(), one);
            if (namesake != null) {
                problem(
                        one.file(),
                        one.place("name"),
                        YamlPlaces.below(one.path(), "name"),
                        "\"" + one.route().name() + "\" is the name of the route in " + namesake.where()
                                + " too; give one of them another");
                continue;
            }
            checkHosts(one, hosts);
            routes.add(one.route());
        }
        return routes;
    }

    private void checkHosts(Written one, Map<String, Written> taken) {
        int index = 0;
        for (String host : one.route().hosts()) {
            String field = YamlPlaces.item("hosts", index);
            index++;
            for (String path : one.route().paths()) {
                String claim = path.equals("/") ? host : host + path;
                Written other = taken.putIfAbsent(claim, one);
                if (other != null && !other.route().name().equals(one.route().name())) {
                    problem(
                            one.file(),
                            one.place(field),
                            YamlPlaces.below(one.path(), field),
                            claim + " belongs to the route " + other.route().name() + " in " + other.where()
                                    + "; remove it there or here");
                }
            }
        }
    }

    private void problem(String file, YamlPlaces.Place place, String field, String message) {
        problems.add(new ConfigProblem(file, place.line(), place.column(), field, message));
    }
}
