package org.pinisi.edge;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.pinisi.certificates.Attempt;
import org.pinisi.certificates.CertificateException;
import org.pinisi.certificates.CertificateStatus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How it stands with certificates, as JSON on the admin socket.
final class CertificateJson {
    private CertificateJson() {}

    static ObjectNode statuses(List<CertificateStatus> statuses) {
        ObjectNode root = EdgeJson.object();
        ArrayNode list = root.putArray("certificates");
        statuses.forEach(status -> list.add(status(status)));
        return root;
    }

    static ObjectNode status(CertificateStatus status) {
        ObjectNode node = EdgeJson.object().put("name", status.name()).put("state", word(status.state()));
        status.source().ifPresent(source -> node.put("source", source));
        status.issuer().ifPresent(issuer -> node.put("issuer", issuer));
        status.serial().ifPresent(serial -> node.put("serial", serial));
        ArrayNode names = node.putArray("names");
        status.names().forEach(names::add);
        status.notBefore().ifPresent(time -> node.put("not-before", time.toString()));
        status.notAfter().ifPresent(time -> node.put("not-after", time.toString()));
        status.nextTry().ifPresent(time -> node.put("next-try", time.toString()));
        status.served().ifPresent(served -> node.put("served", served.booleanValue()));
        ArrayNode attempts = node.putArray("attempts");
        status.attempts().forEach(attempt -> attempts.add(attempt(attempt)));
        return node;
    }

    private static ObjectNode attempt(Attempt attempt) {
        ObjectNode node = EdgeJson.object()
                .put("at", attempt.at().toString())
                .put("outcome", word(attempt.outcome()))
                .put("authority", attempt.authority())
                .put("words", attempt.words());
        attempt.challenge().ifPresent(challenge -> node.put("challenge", challenge));
        attempt.nextTry().ifPresent(time -> node.put("next-try", time.toString()));
        return node;
    }

    static List<CertificateStatus> statuses(JsonNode root) {
        List<CertificateStatus> statuses = new ArrayList<>();
        EdgeJson.list(root, "certificates").forEach(node -> statuses.add(status(node)));
        return List.copyOf(statuses);
    }

    static CertificateStatus status(JsonNode node) {
        List<String> names = new ArrayList<>();
        EdgeJson.list(node, "names").forEach(name -> names.add(name.asString()));
        List<Attempt> attempts = new ArrayList<>();
        try {
            for (JsonNode attempt : EdgeJson.list(node, "attempts")) {
                attempts.add(new Attempt(
                        Instant.parse(EdgeJson.text(attempt, "at")),
                        Attempt.Outcome.valueOf(constant(EdgeJson.text(attempt, "outcome"))),
                        EdgeJson.text(attempt, "authority"),
                        optional(attempt, "challenge"),
                        EdgeJson.text(attempt, "words"),
                        time(attempt, "next-try")));
            }
            return new CertificateStatus(
                    EdgeJson.text(node, "name"),
                    CertificateStatus.State.valueOf(constant(EdgeJson.text(node, "state"))),
                    optional(node, "source"),
                    optional(node, "issuer"),
                    optional(node, "serial"),
                    names,
                    time(node, "not-before"),
                    time(node, "not-after"),
                    time(node, "next-try"),
                    node.has("served") ? Optional.of(node.path("served").asBoolean()) : Optional.empty(),
                    attempts);
        } catch (DateTimeException | IllegalArgumentException | CertificateException malformed) {
            throw new EdgeException("not understood of a certificate: " + malformed.getMessage(), malformed);
        }
    }

    private static Optional<String> optional(JsonNode node, String field) {
        return node.has(field) ? Optional.of(EdgeJson.text(node, field)) : Optional.empty();
    }

    private static Optional<Instant> time(JsonNode node, String field) {
        return optional(node, field).map(Instant::parse);
    }

    /// `RENEWAL_FAILING` is written `renewal-failing`.
    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String constant(String word) {
        return word.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
