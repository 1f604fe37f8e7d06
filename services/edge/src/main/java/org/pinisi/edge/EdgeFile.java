package org.pinisi.edge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// What `edge.yaml` says: settings of [EdgeConfig#of], those of `limits` in a map of their own.
///
/// @param config empty when something in it is wrong
/// @param words as written, with the limits among them
/// @param certificates where certificates come from
record EdgeFile(Optional<EdgeConfig> config, Map<String, String> words, CertificateSettings certificates) {
    private static final String LIMITS = "limits";
    private static final String CERTIFICATES = "certificates";
    /// Where the edge keeps its own files is for the command line to say.
    private static final Set<String> NOT_HERE = Set.of("admin-socket", "routes-file");

    EdgeFile {
        words = Map.copyOf(words);
    }

    /// What holds without the file.
    static EdgeFile none(Path folder, Map<String, String> fixed) {
        return new EdgeFile(Optional.of(EdgeConfig.of(folder, fixed)), fixed, CertificateSettings.defaults());
    }

    /// @param base where relative paths in the file begin
    /// @param folder for the edge's own files
    /// @param fixed settings that win over the file's
    /// @param problems gets what is wrong
    static EdgeFile read(
            YamlPlaces document, Path base, Path folder, Map<String, String> fixed, List<ConfigProblem> problems) {
        JsonNode root = document.root();
        if (root.isNull()) {
            return none(folder, fixed);
        }
        if (!root.isObject()) {
            problems.add(problem(document, "", "expected settings, such as listen: 0.0.0.0:80"));
            return none(folder, fixed);
        }
        CertificateSettings certificates = CertificateSettings.defaults();
        Map<String, String> words = new TreeMap<>();
        Map<String, String> fields = new HashMap<>();
        for (Map.Entry<String, JsonNode> setting : root.properties()) {
            String key = setting.getKey();
            if (key.equals(LIMITS)) {
                limits(document, setting.getValue(), words, fields, problems);
            } else if (key.equals(CERTIFICATES)) {
                certificates = certificates(document, base, problems);
                words.put(key, certificates.toString());
            } else if (NOT_HERE.contains(key)) {
                problems.add(problem(document, key, "this is decided by --data; remove it"));
            } else {
                word(document, key, setting.getValue(), problems).ifPresent(word -> {
                    words.put(key, word);
                    fields.put(key, key);
                });
            }
        }
        words.putAll(fixed);
        Map<String, String> ofEdge = new TreeMap<>(words);
        ofEdge.remove(CERTIFICATES);
        return new EdgeFile(config(document, folder, ofEdge, fields, problems), words, certificates);
    }

    private static CertificateSettings certificates(YamlPlaces document, Path base, List<ConfigProblem> problems) {
        try {
            return CertificateSettings.read(
                    new Fields(CERTIFICATES, document.root().path(CERTIFICATES)), base);
        } catch (EdgeException wrong) {
            ConfigErrors.add(problems, ConfigFiles.MAIN, document, "", wrong);
            return CertificateSettings.defaults();
        }
    }

    private static void limits(
            YamlPlaces document,
            JsonNode node,
            Map<String, String> words,
            Map<String, String> fields,
            List<ConfigProblem> problems) {
        if (!node.isObject()) {
            problems.add(problem(document, LIMITS, "expected a map, such as {idle-time: 60s}"));
            return;
        }
        for (Map.Entry<String, JsonNode> limit : node.properties()) {
            String field = YamlPlaces.below(LIMITS, limit.getKey());
            word(document, field, limit.getValue(), problems).ifPresent(word -> {
                words.put(limit.getKey(), word);
                fields.put(limit.getKey(), field);
            });
        }
    }

    /// A list is written with commas between its parts.
    private static Optional<String> word(
            YamlPlaces document, String field, JsonNode node, List<ConfigProblem> problems) {
        List<String> parts = new ArrayList<>();
        for (JsonNode part : node.isArray() ? node : List.of(node)) {
            if (!part.isValueNode() || part.isNull()) {
                problems.add(problem(document, field, "expected a value, or a list of values"));
                return Optional.empty();
            }
            parts.add(part.asString());
        }
        return Optional.of(String.join(",", parts));
    }

    /// One setting after the other is left out until the rest is right, so that all that is wrong is
    /// told at once.
    private static Optional<EdgeConfig> config(
            YamlPlaces document,
            Path folder,
            Map<String, String> words,
            Map<String, String> fields,
            List<ConfigProblem> problems) {
        Map<String, String> left = new TreeMap<>(words);
        boolean whole = true;
        while (true) {
            try {
                EdgeConfig config = EdgeConfig.of(folder, left);
                return whole ? Optional.of(config) : Optional.empty();
            } catch (EdgeException wrong) {
                whole = false;
                String message = String.valueOf(wrong.getMessage());
                int colon = message.indexOf(':');
                String key = colon < 0 ? "" : message.substring(0, colon);
                if (!fields.containsKey(key)) {
                    // Decided on the command line, or by none of the settings alone.
                    problems.add(problem(document, "", message));
                    return Optional.empty();
                }
                problems.add(problem(
                        document,
                        fields.getOrDefault(key, ""),
                        message.substring(colon + 1).strip()));
                left.remove(key);
                fields.remove(key);
            }
        }
    }

    /// Of a list, the item that the message repeats.
    private static String guilty(YamlPlaces document, String field, String said) {
        JsonNode value = document.root().path(field);
        for (int i = 0; i < value.size(); i++) {
            if (value.isArray() && said.contains("\"" + value.get(i).asString() + "\"")) {
                return YamlPlaces.item(field, i);
            }
        }
        return field;
    }

    private static ConfigProblem problem(YamlPlaces document, String field, String message) {
        boolean unknown = message.startsWith("no such setting");
        String guilty = unknown ? field : guilty(document, field, message);
        YamlPlaces.Place place = unknown ? document.key(field) : document.value(guilty);
        String said = unknown ? "no such setting; docs/edge.md lists them" : message;
        return new ConfigProblem(ConfigFiles.MAIN, place.line(), place.column(), guilty, said);
    }
}
