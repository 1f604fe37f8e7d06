package org.pinisi.edge;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The JSON of an edge's configuration on the admin socket.
final class ConfigJson {
    private ConfigJson() {}

    /// The routes of a whole table.
    ///
    /// @throws EdgeException naming the first that is wrong, by its place in the list
    static List<EdgeRoute> routes(JsonNode body) {
        List<EdgeRoute> routes = new ArrayList<>();
        for (JsonNode node : EdgeJson.list(body, "routes")) {
            try {
                routes.add(EdgeJson.route(node));
            } catch (EdgeException wrong) {
                throw wrong.within("routes[" + routes.size() + "]");
            }
        }
        return routes;
    }

    static ObjectNode status(ConfigStatus status) {
        ObjectNode node = EdgeJson.object()
                .put("place", status.place())
                .put("version", status.version())
                .put("since", status.since().toString())
                .put("routes", status.routes())
                .put("looked", status.looked().toString())
                .put("well", status.isWell());
        status.trouble().ifPresent(trouble -> node.put("trouble", trouble));
        ArrayNode problems = node.putArray("problems");
        for (ConfigProblem problem : status.problems()) {
            problems.addObject()
                    .put("file", problem.file())
                    .put("line", problem.line())
                    .put("column", problem.column())
                    .put("field", problem.field())
                    .put("message", problem.message());
        }
        ArrayNode restart = node.putArray("restart");
        status.restart().forEach(restart::add);
        return node;
    }

    static ConfigStatus status(JsonNode node) {
        List<ConfigProblem> problems = new ArrayList<>();
        for (JsonNode problem : EdgeJson.list(node, "problems")) {
            problems.add(new ConfigProblem(
                    EdgeJson.text(problem, "file"),
                    (int) EdgeJson.number(problem, "line"),
                    (int) EdgeJson.number(problem, "column"),
                    EdgeJson.text(problem, "field"),
                    EdgeJson.text(problem, "message")));
        }
        List<String> restart = new ArrayList<>();
        EdgeJson.list(node, "restart").forEach(key -> restart.add(key.asString()));
        try {
            return new ConfigStatus(
                    EdgeJson.text(node, "place"),
                    EdgeJson.text(node, "version"),
                    Instant.parse(EdgeJson.text(node, "since")),
                    (int) EdgeJson.number(node, "routes"),
                    Instant.parse(EdgeJson.text(node, "looked")),
                    node.has("trouble") ? Optional.of(EdgeJson.text(node, "trouble")) : Optional.empty(),
                    problems,
                    restart);
        } catch (DateTimeException malformed) {
            throw new EdgeException("no time: " + malformed.getMessage(), malformed);
        }
    }
}
