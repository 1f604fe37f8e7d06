package org.pinisi.deployer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Writes a configuration so that equal configurations have equal texts: every value, defaults too, one a
/// line, sorted.
final class ConfigCanonical {
    private ConfigCanonical() {}

    static String text(AppConfig config) {
        Map<String, String> lines = new TreeMap<>();
        AppConfig.Build build = config.build();
        lines.put("build.kind", ConfigValues.written(build.kind()));
        lines.put("build.command", list(build.command()));
        lines.put("build.output", quoted(build.output()));
        build.env().forEach((name, value) -> lines.put("build.env." + name, quoted(value)));
        lines.put("build.timeout", build.timeout().toString());
        lines.put("folder", quoted(config.folder()));
        // Only what differs: a release made before there was such a key is still the same.
        config.site().settings().forEach((name, value) -> lines.put("site." + name, value));
        lines.put("start", list(config.start()));
        config.env().forEach((name, value) -> lines.put("env." + name, quoted(value)));
        lines.put("health.path", quoted(config.health().path()));
        lines.put("health.deadline", config.health().deadline().toString());
        lines.put("health.interval", config.health().interval().toString());
        lines.put(
                "memory",
                config.memoryBytes().isEmpty()
                        ? ""
                        : Long.toString(config.memoryBytes().getAsLong()));
        lines.put(
                "cpus",
                config.cpus().isEmpty() ? "" : Double.toString(config.cpus().getAsDouble()));
        lines.put("stop.grace", config.grace().toString());
        lines.put("drain", config.drain().toString());
        lines.put("restart", ConfigValues.written(config.restart()));
        lines.put("branches.deploy", list(config.deployBranches()));
        lines.put("hosts", list(config.hosts()));
        if (!config.domains().isEmpty()) {
            lines.put(
                    "domains",
                    list(config.domains().stream()
                            .map(domain -> domain.name()
                                    + domain.redirect().map(to -> " to " + to).orElse(""))
                            .toList()));
        }
        lines.put("java.main", quoted(config.java().main()));
        lines.put("java.options", list(config.java().options()));
        lines.put("node.version", quoted(config.node().version()));
        return lines.entrySet().stream()
                .map(line -> line.getKey() + "=" + line.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private static String list(List<String> values) {
        return values.stream().map(ConfigCanonical::quoted).collect(Collectors.joining(","));
    }

    private static String quoted(Optional<String> value) {
        return value.map(ConfigCanonical::quoted).orElse("");
    }

    private static String quoted(String value) {
        String escaped = value.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
        return "\"" + escaped + "\"";
    }
}
