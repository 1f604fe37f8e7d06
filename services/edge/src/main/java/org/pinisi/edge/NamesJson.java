package org.pinisi.edge;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
        name.certificate().ifPresent(certificate -> node.set("certificate", certificate(certificate)));
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
                certificate.isObject() ? Optional.of(certificate(certificate)) : Optional.empty(),
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
                EdgeJson.text(node, "words"),
                (int) EdgeJson.number(node, "inFlight"),
                EdgeJson.number(node, "requests"),
                EdgeJson.number(node, "errors"),
                EdgeJson.number(node, "connects"),
                EdgeJson.number(node, "connectFailures"),
                EdgeJson.number(node, "retries"));
    }

    private static ObjectNode certificate(NameCertificate certificate) {
        ObjectNode node = EdgeJson.object().put("name", certificate.name()).put("state", word(certificate.state()));
        certificate.source().ifPresent(value -> node.put("source", value));
        certificate.issuer().ifPresent(value -> node.put("issuer", value));
        certificate.serial().ifPresent(value -> node.put("serial", value));
        texts(node.putArray("covers"), certificate.covers());
        certificate.validFrom().ifPresent(value -> node.put("validFrom", value.toString()));
        certificate.validUntil().ifPresent(value -> node.put("validUntil", value.toString()));
        certificate.nextTry().ifPresent(value -> node.put("nextTry", value.toString()));
        certificate.served().ifPresent(value -> node.put("served", value));
        ArrayNode tries = node.putArray("tries");
        for (NameCertificate.Try attempt : certificate.tries()) {
            ObjectNode item = tries.addObject()
                    .put("at", attempt.at().toString())
                    .put("outcome", word(attempt.outcome()))
                    .put("authority", attempt.authority())
                    .put("challenge", attempt.challenge())
                    .put("words", attempt.words());
            attempt.nextTry().ifPresent(value -> item.put("nextTry", value.toString()));
        }
        return node;
    }

    private static NameCertificate certificate(JsonNode node) {
        return new NameCertificate(
                EdgeJson.text(node, "name"),
                value(NameCertificate.State.class, node, "state"),
                optional(node, "source"),
                optional(node, "issuer"),
                optional(node, "serial"),
                texts(node, "covers"),
                time(node, "validFrom"),
                time(node, "validUntil"),
                time(node, "nextTry"),
                node.has("served") ? Optional.of(flag(node, "served")) : Optional.empty(),
                EdgeJson.list(node, "tries").stream()
                        .map(item -> new NameCertificate.Try(
                                time(item, "at").orElse(Instant.EPOCH),
                                value(NameCertificate.Outcome.class, item, "outcome"),
                                EdgeJson.text(item, "authority"),
                                EdgeJson.text(item, "challenge"),
                                EdgeJson.text(item, "words"),
                                time(item, "nextTry")))
                        .toList());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E value(Class<E> type, JsonNode node, String field) {
        String text = EdgeJson.text(node, field);
        for (E candidate : type.getEnumConstants()) {
            if (word(candidate).equals(text)) {
                return candidate;
            }
        }
        throw new EdgeException("\"" + field + "\": \"" + text + "\" is unknown");
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

    private static Optional<String> optional(JsonNode node, String field) {
        @Nullable JsonNode value = node.get(field);
        return value != null && value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
    }

    private static Optional<Instant> time(JsonNode node, String field) {
        try {
            return optional(node, field).map(Instant::parse);
        } catch (DateTimeException malformed) {
            throw new EdgeException("\"" + field + "\" is no time: " + malformed.getMessage(), malformed);
        }
    }
}
