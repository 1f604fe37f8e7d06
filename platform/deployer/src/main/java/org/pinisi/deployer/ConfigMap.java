package org.pinisi.deployer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// A YAML map whose keys were checked: each a plain word, each once.
final class ConfigMap {
    private final String path;
    private final ConfigReport report;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Node> keys = new LinkedHashMap<>();

    private ConfigMap(String path, ConfigReport report) {
        this.path = path;
        this.report = report;
    }

    /// Turns a node into a value; empty when it cannot, and then the report says why.
    @FunctionalInterface
    interface Reader<T> {
        /// @param path the key's full name, such as `health.path`
        Optional<T> read(Node node, String path, ConfigReport report);
    }

    /// A map with any keys.
    static ConfigMap of(MappingNode node, String path, ConfigReport report) {
        ConfigMap map = new ConfigMap(path, report);
        for (NodeTuple tuple : node.getValue()) {
            map.add(tuple);
        }
        return map;
    }

    /// A map with these keys and no others.
    static ConfigMap of(MappingNode node, String path, ConfigReport report, List<String> known) {
        ConfigMap map = of(node, path, report);
        map.keys.forEach((key, place) -> {
            if (!known.contains(key)) {
                String where = path.isEmpty() ? "" : " in " + path;
                report.add(place.getStartMark(), "unknown key '" + key + "'" + where, ConfigWords.advice(key, known));
            }
        });
        return map;
    }

    private void add(NodeTuple tuple) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            report.add(tuple.getKeyNode().getStartMark(), "a key is a list or a map", "expected a plain word");
            return;
        }
        Node first = keys.putIfAbsent(key.getValue(), key);
        if (first != null) {
            int line = first.getStartMark().map(Mark::getLine).orElse(0) + 1;
            String message = "the key '%s' is there twice (first in line %d)".formatted(key.getValue(), line);
            report.add(key.getStartMark(), message, "keep one of them");
            return;
        }
        values.put(key.getValue(), tuple.getValueNode());
    }

    /// The entries in the order of the file.
    Map<String, Node> entries() {
        return values;
    }

    /// Where a key is written.
    Optional<Mark> place(String key) {
        return Optional.ofNullable(keys.get(key)).flatMap(Node::getStartMark);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /// The value of a key, `fallback` when it is absent or wrong.
    <T> T read(String key, T fallback, Reader<T> reader) {
        return read(key, reader).orElse(fallback);
    }

    /// The value of a key, empty when it is absent or wrong.
    <T> Optional<T> read(String key, Reader<T> reader) {
        Node node = values.get(key);
        return node == null ? Optional.empty() : reader.read(node, name(key), report);
    }

    private String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
