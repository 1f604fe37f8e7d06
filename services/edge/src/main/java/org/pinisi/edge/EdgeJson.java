package org.pinisi.edge;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.pinisi.http.Address;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The edge's JSON, as it is on disk and on the admin socket. Written by hand so that a wrong field is
/// named in the message, and so that the shape is a decision and not an accident of class names.
///
/// A route: `{"name": "clock", "hosts": ["clock.example.org"], "target": {"upstreams": [{"id": "clock-7",
/// "address": "127.0.0.1:4001"}]}}`, or with `"target": {"folder": "/path"}`.
final class EdgeJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private EdgeJson() {}

    static JsonNode parse(byte[] bytes) {
        try {
            JsonNode node = MAPPER.readTree(bytes);
            if (!node.isObject()) {
                throw new EdgeException("expected a JSON object");
            }
            return node;
        } catch (JacksonException malformed) {
            throw new EdgeException("not valid JSON: " + malformed.getOriginalMessage(), malformed);
        }
    }

    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static byte[] writeRoutes(List<EdgeRoute> routes) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(routes(routes));
    }

    static ObjectNode routes(List<EdgeRoute> routes) {
        ObjectNode root = object();
        root.put("version", 1);
        ArrayNode list = root.putArray("routes");
        for (EdgeRoute route : routes) {
            list.add(route(route));
        }
        return root;
    }

    /// Reads all routes that can be read; says of each other one why not.
    static List<EdgeRoute> readRoutes(byte[] bytes, List<String> problems) {
        List<EdgeRoute> routes = new ArrayList<>();
        for (JsonNode node : list(parse(bytes), "routes")) {
            try {
                routes.add(route(node));
            } catch (EdgeException invalid) {
                problems.add(String.valueOf(invalid.getMessage()));
            }
        }
        return routes;
    }

    static ObjectNode route(EdgeRoute route) {
        return RouteWriter.route(route);
    }

    static EdgeRoute route(JsonNode node) {
        return RouteReader.route(node);
    }

    private static Address address(String text) {
        try {
            return Address.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw new EdgeException(malformed.getMessage() == null ? text : malformed.getMessage(), malformed);
        }
    }

    static ObjectNode stats(RouteStats stats) {
        ObjectNode node = object().put("route", stats.route())
                .put("requests", stats.requests())
                .put("informational", stats.informational())
                .put("successful", stats.successful())
                .put("redirected", stats.redirected())
                .put("clientErrors", stats.clientErrors())
                .put("serverErrors", stats.serverErrors())
                .put("badGateway", stats.badGateway())
                .put("unavailable", stats.unavailable())
                .put("timedOut", stats.timedOut())
                .put("retried", stats.retried());
        ObjectNode inFlight = node.putObject("inFlight");
        new TreeMap<>(stats.inFlight()).forEach((id, count) -> inFlight.put(id, count.intValue()));
        return node;
    }

    static RouteStats stats(JsonNode node) {
        Map<String, Integer> inFlight = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.path("inFlight").properties()) {
            inFlight.put(entry.getKey(), entry.getValue().asInt());
        }
        return new RouteStats(
                text(node, "route"),
                number(node, "requests"),
                number(node, "informational"),
                number(node, "successful"),
                number(node, "redirected"),
                number(node, "clientErrors"),
                number(node, "serverErrors"),
                number(node, "badGateway"),
                number(node, "unavailable"),
                number(node, "timedOut"),
                number(node, "retried"),
                inFlight);
    }

    static ObjectNode health(EdgeHealth health) {
        ObjectNode node = object().put("version", health.version())
                .put("pid", health.pid())
                .put("started", health.started().toString());
        ArrayNode addresses = node.putArray("addresses");
        health.addresses().forEach(address -> addresses.add(address.toString()));
        ArrayNode secure = node.putArray("tlsAddresses");
        health.tlsAddresses().forEach(address -> secure.add(address.toString()));
        return node.put("routes", health.routes())
                .put("connections", health.connections())
                .put("droppedLogLines", health.droppedLogLines());
    }

    static EdgeHealth health(JsonNode node) {
        List<Address> addresses = new ArrayList<>();
        for (JsonNode address : list(node, "addresses")) {
            addresses.add(address(address.asString()));
        }
        List<Address> secure = new ArrayList<>();
        if (node.has("tlsAddresses")) {
            list(node, "tlsAddresses").forEach(address -> secure.add(address(address.asString())));
        }
        try {
            return new EdgeHealth(
                    text(node, "version"),
                    number(node, "pid"),
                    Instant.parse(text(node, "started")),
                    addresses,
                    secure,
                    (int) number(node, "routes"),
                    (int) number(node, "connections"),
                    number(node, "droppedLogLines"));
        } catch (DateTimeException malformed) {
            throw new EdgeException("\"started\" is no time: " + malformed.getMessage(), malformed);
        }
    }

    static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isString()) {
            throw new EdgeException("\"" + field + "\" is missing or no string");
        }
        return value.stringValue();
    }

    static long number(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new EdgeException("\"" + field + "\" is missing or no whole number");
        }
        return value.longValue();
    }

    static List<JsonNode> list(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isArray()) {
            throw new EdgeException("\"" + field + "\" is missing or no list");
        }
        List<JsonNode> items = new ArrayList<>();
        value.forEach(items::add);
        return items;
    }
}
