package org.pinisi.edge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The state of names as JSON. Times are ISO 8601, latencies milliseconds, spans seconds.
final class NamesJson {
    private NamesJson() {}

    static ObjectNode list(List<NameStatus> names) {
        ObjectNode root = EdgeJson.object();
        ArrayNode list = root.putArray("names");
        names.forEach(name -> list.add(status(name)));
        return root;
    }

    static List<NameStatus> list(JsonNode node) {
        return EdgeJson.list(node, "names").stream().map(NamesJson::status).toList();
    }

    static ObjectNode status(NameStatus name) {
        ObjectNode node = EdgeJson.object().put("host", name.host());
        texts(node.putArray("routes"), name.routes());
        node.put("target", name.target());
        node.set("traffic", traffic(name.traffic()));
        ArrayNode upstreams = node.putArray("upstreams");
        name.upstreams().forEach(upstream -> upstreams.add(upstream(upstream)));
        name.certificate().ifPresent(certificate -> node.set("certificate", CertificateJson.status(certificate)));
        ArrayNode problems = node.putArray("problems");
        name.problems()
                .forEach(problem ->
                        problems.addObject().put("urgent", problem.urgent()).put("text", problem.text()));
        return node;
    }

    static NameStatus status(JsonNode node) {
        JsonNode certificate = node.path("certificate");
        return new NameStatus(
                EdgeJson.text(node, "host"),
                texts(node, "routes"),
                EdgeJson.text(node, "target"),
                traffic(node.path("traffic")),
                EdgeJson.list(node, "upstreams").stream()
                        .map(NamesJson::upstream)
                        .toList(),
                certificate.isObject() ? Optional.of(CertificateJson.status(certificate)) : Optional.empty(),
                EdgeJson.list(node, "problems").stream()
                        .map(problem -> new NameProblem(flag(problem, "urgent"), EdgeJson.text(problem, "text")))
                        .toList());
    }

    static ObjectNode report(NameReport report) {
        ObjectNode node = status(report.status());
        node.set("minute", traffic(report.minute()));
        node.set("hour", traffic(report.hour()));
        ArrayNode minutes = node.putArray("minutes");
        report.minutes().forEach(minute -> minutes.add(traffic(minute)));
        texts(node.putArray("hosts"), report.hosts());
        texts(node.putArray("records"), report.records());
        return node.put("encrypted", report.isEncrypted());
    }

    static NameReport report(JsonNode node) {
        return new NameReport(
                status(node),
                traffic(node.path("minute")),
                traffic(node.path("hour")),
                EdgeJson.list(node, "minutes").stream().map(NamesJson::traffic).toList(),
                texts(node, "hosts"),
                texts(node, "records"),
                flag(node, "encrypted"));
    }

    private static ObjectNode traffic(Traffic traffic) {
        return EdgeJson.object()
                .put("seconds", traffic.span().toMillis() / 1000.0)
                .put("requests", traffic.requests())
                .put("serverErrors", traffic.serverErrors())
                .put("rate", Math.round(traffic.rate() * 1000) / 1000.0)
                .put("p50Ms", millis(traffic.p50()))
                .put("p95Ms", millis(traffic.p95()))
                .put("p99Ms", millis(traffic.p99()));
    }

    private static Traffic traffic(JsonNode node) {
        return new Traffic(
                Duration.ofMillis(Math.round(decimal(node, "seconds") * 1000)),
                EdgeJson.number(node, "requests"),
                EdgeJson.number(node, "serverErrors"),
                duration(node, "p50Ms"),
                duration(node, "p95Ms"),
                duration(node, "p99Ms"));
    }

    private static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1000.0) / 1000.0;
    }

    private static Duration duration(JsonNode node, String field) {
        return Duration.ofNanos(Math.round(decimal(node, field) * 1e6));
    }

    private static double decimal(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isNumber()) {
            throw new EdgeException("\"" + field + "\" is missing or no number");
        }
        return value.asDouble();
    }

    private static boolean flag(JsonNode node, String field) {
        return node.path(field).asBoolean(false);
    }

    private static ObjectNode upstream(UpstreamStatus upstream) {
        return EdgeJson.object()
                .put("id", upstream.id())
                .put("address", upstream.address())
                .put("healthy", upstream.healthy())
                .put("ejected", upstream.ejected())
                .put("words", upstream.words())
                .put("inFlight", upstream.inFlight())
                .put("requests", upstream.requests())
                .put("errors", upstream.errors())
                .put("connects", upstream.connects())
                .put("connectFailures", upstream.connectFailures())
                .put("retries", upstream.retries());
    }

    private static UpstreamStatus upstream(JsonNode node) {
        return new UpstreamStatus(
                EdgeJson.text(node, "id"),
                EdgeJson.text(node, "address"),
                flag(node, "healthy"),
                flag(node, "ejected"),
                EdgeJson.text(node, "words"),
                (int) EdgeJson.number(node, "inFlight"),
                EdgeJson.number(node, "requests"),
                EdgeJson.number(node, "errors"),
                EdgeJson.number(node, "connects"),
                EdgeJson.number(node, "connectFailures"),
                EdgeJson.number(node, "retries"));
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    private static List<String> texts(JsonNode node, String field) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : EdgeJson.list(node, field)) {
            texts.add(item.asString());
        }
        return texts;
    }
}
