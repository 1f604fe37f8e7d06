package org.pinisi.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads a whole `pinisi.yaml` and reports every problem in one go.
final class ConfigParser {
    private static final List<String> KEYS = List.of(
            "build",
            "folder",
            "site",
            "start",
            "env",
            "health",
            "memory",
            "cpus",
            "stop",
            "drain",
            "restart",
            "branches",
            "hosts",
            "domains",
            "java",
            "node");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final Pattern HEALTH_PATH = Pattern.compile("/[\\x21-\\x7e]{0,1023}");
    private static final Pattern NODE_VERSION = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){0,2}");
    private static final Pattern BRANCH =
            Pattern.compile("(?!.*(\\.\\.|@\\{|//|\\.lock$))[^\\x00-\\x20\\x7f~^:?*\\[\\\\/.-]"
                    + "([^\\x00-\\x20\\x7f~^:?*\\[\\\\]{0,253}[^\\x00-\\x20\\x7f~^:?*\\[\\\\/.])?");
    private static final int LONGEST_VALUE = 32 * 1024;

    private final ConfigReport report;
    private final AppConfig defaults = AppConfig.defaults();

    private ConfigParser(ConfigReport report) {
        this.report = report;
    }

    static AppConfig parse(String text, String fileName) {
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        ConfigReport report = new ConfigReport(fileName, content);
        Optional<Node> root = ConfigDocument.read(content, report);
        report.throwIfAny();
        AppConfig config = root.map(new ConfigParser(report)::root).orElseGet(AppConfig::defaults);
        report.throwIfAny();
        return config;
    }

    private AppConfig root(Node node) {
        if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL)) {
            return defaults;
        }
        if (!(node instanceof MappingNode mapping)) {
            report.add(node.getStartMark(), "the file is not a map", "expected lines such as memory: 256M");
            return defaults;
        }
        ConfigMap map = ConfigMap.of(mapping, "", report, KEYS);
        AppConfig config = new AppConfig(
                map.read("build", defaults.build(), this::build),
                map.read("folder", ConfigValues::inside),
                map.read("site", defaults.site(), this::site),
                map.read("start", List.of(), ConfigValues::command),
                map.read("env", Map.of(), this::environment),
                map.read("health", defaults.health(), this::health),
                map.read("memory", ConfigValues::memory).map(OptionalLong::of).orElseGet(OptionalLong::empty),
                map.read("cpus", ConfigValues::cpus).map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
                map.read("stop", defaults.grace(), this::stop),
                map.read("drain", defaults.drain(), ConfigValues.duration(Duration.ZERO, Duration.ofHours(1))),
                map.read("restart", defaults.restart(), ConfigValues.word(AppConfig.Restart.class)),
                map.read("branches", defaults.deployBranches(), this::branches),
                map.read("hosts", List.of(), this::hosts),
                map.read("domains", List.of(), ConfigDomains::read),
                map.read("java", defaults.java(), this::java),
                map.read("node", defaults.node(), this::node));
        refuseContradictions(config, map);
        return config;
    }

    private void refuseContradictions(AppConfig config, ConfigMap map) {
        AppConfig.Kind kind = config.build().kind();
        if (kind == AppConfig.Kind.STATIC && map.has("start")) {
            report.add(map.place("start"), "a static site has nothing to start", "remove start, or build: static");
        }
        boolean folderUnused = kind != AppConfig.Kind.AUTO && kind != AppConfig.Kind.STATIC;
        if (folderUnused && map.has("folder")) {
            report.add(
                    map.place("folder"),
                    "folder is for static sites, and build is " + ConfigValues.written(kind),
                    "use build.output for the folder that becomes the image");
        }
        for (AppDomain domain : config.domains()) {
            if (config.hosts().contains(domain.name())) {
                report.add(
                        map.place("domains"),
                        domain.name() + " is in both hosts and domains",
                        "keep it in domains, which also gets a certificate");
            }
        }
        if (kind == AppConfig.Kind.RUN
                && report.isEmpty()
                && config.start().isEmpty()
                && config.build().output().isEmpty()) {
            report.add(
                    map.place("build"),
                    "build is run, but nothing says what to start or serve",
                    "add start, or build.output for a static site");
        }
    }

    private Optional<AppConfig.Build> build(Node node, String path, ConfigReport problems) {
        AppConfig.Build usual = defaults.build();
        if (!(node instanceof MappingNode mapping)) {
            return ConfigValues.word(AppConfig.Kind.class)
                    .read(node, path, problems)
                    .map(kind -> new AppConfig.Build(kind, List.of(), Optional.empty(), Map.of(), usual.timeout()));
        }
        ConfigMap map = ConfigMap.of(mapping, path, problems, List.of("kind", "command", "output", "env", "timeout"));
        AppConfig.Kind implied = map.has("command") ? AppConfig.Kind.RUN : AppConfig.Kind.AUTO;
        AppConfig.Kind kind = map.read("kind", implied, ConfigValues.word(AppConfig.Kind.class));
        if (map.has("command") && kind != AppConfig.Kind.RUN) {
            problems.add(
                    map.place("command"),
                    "build.command is for kind: run, and kind is " + ConfigValues.written(kind),
                    "remove one of the two");
        }
        return Optional.of(new AppConfig.Build(
                kind,
                map.read("command", List.of(), ConfigValues::command),
                map.read("output", ConfigValues::inside),
                map.read("env", Map.of(), this::environment),
                map.read(
                        "timeout",
                        usual.timeout(),
                        ConfigValues.duration(Duration.ofSeconds(1), Duration.ofHours(2)))));
    }

    private Optional<Map<String, String>> environment(Node node, String path, ConfigReport problems) {
        Optional<MappingNode> mapping = map(node, path, problems, "expected a map of variables, such as {LANG: en}");
        if (mapping.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> environment = new LinkedHashMap<>();
        ConfigMap map = ConfigMap.of(mapping.get(), path, problems);
        map.entries().forEach((name, value) -> {
            if (refuseName(name, map, path)) {
                return;
            }
            String expected = "expected text; write \"\" for an empty value";
            ConfigValues.text(value, path + "." + name, problems, expected).ifPresent(text -> {
                if (text.getBytes(UTF_8).length > LONGEST_VALUE) {
                    String message = "%s.%s is longer than %d bytes".formatted(path, name, LONGEST_VALUE);
                    problems.add(map.place(name), message, "put it into a file of the repository");
                }
                environment.put(name, text);
            });
        });
        return Optional.of(environment);
    }

    private boolean refuseName(String name, ConfigMap map, String path) {
        if (!VARIABLE.matcher(name).matches()) {
            String message = "'" + name + "' in " + path + " is no name of an environment variable";
            report.add(map.place(name), message, "expected letters, digits and _, not beginning with a digit");
            return true;
        }
        if (name.equals("PORT") || name.startsWith("PINISI_")) {
            report.add(map.place(name), path + "." + name + " is set by Pinisi", "remove it; the app reads it");
            return true;
        }
        return false;
    }

    private Optional<AppConfig.Health> health(Node node, String path, ConfigReport problems) {
        AppConfig.Health usual = defaults.health();
        if (!(node instanceof MappingNode mapping)) {
            return healthPath(node, path, problems)
                    .map(where -> new AppConfig.Health(where, usual.deadline(), usual.interval()));
        }
        ConfigMap map = ConfigMap.of(mapping, path, problems, List.of("path", "deadline", "interval"));
        AppConfig.Health health = new AppConfig.Health(
                map.read("path", usual.path(), ConfigParser::healthPath),
                map.read(
                        "deadline",
                        usual.deadline(),
                        ConfigValues.duration(Duration.ofSeconds(1), Duration.ofMinutes(10))),
                map.read(
                        "interval",
                        usual.interval(),
                        ConfigValues.duration(Duration.ofMillis(50), Duration.ofMinutes(1))));
        if (health.interval().compareTo(health.deadline()) > 0) {
            problems.add(
                    map.place("interval").or(() -> map.place("deadline")),
                    "health.interval (%s) is longer than health.deadline (%s)"
                            .formatted(
                                    ConfigValues.written(health.interval()), ConfigValues.written(health.deadline())),
                    "make the interval shorter");
        }
        return Optional.of(health);
    }

    private static Optional<String> healthPath(Node node, String path, ConfigReport problems) {
        String expected = "expected a path that begins with /, such as /healthz";
        Optional<String> text = ConfigValues.text(node, path, problems, expected);
        if (text.isPresent() && !HEALTH_PATH.matcher(text.get()).matches()) {
            return ConfigValues.refuse(node, path, problems, text.get(), expected);
        }
        return text;
    }

    private Optional<Duration> stop(Node node, String path, ConfigReport problems) {
        return map(node, path, problems, "expected a map, such as {grace: 10s}")
                .map(mapping -> ConfigMap.of(mapping, path, problems, List.of("grace"))
                        .read("grace", defaults.grace(), ConfigValues.duration(Duration.ZERO, Duration.ofMinutes(10))));
    }

    private Optional<List<String>> branches(Node node, String path, ConfigReport problems) {
        return map(node, path, problems, "expected a map, such as {deploy: [main, live]}")
                .map(mapping -> ConfigMap.of(mapping, path, problems, List.of("deploy"))
                        .read("deploy", defaults.deployBranches(), ConfigParser::branchNames));
    }

    private static Optional<List<String>> branchNames(Node node, String path, ConfigReport problems) {
        String expected = "expected names of branches, such as [main, live]";
        Optional<List<String>> names = ConfigValues.distinct(node, path, problems, expected);
        Optional<String> wrong = names.flatMap(all ->
                all.stream().filter(name -> !BRANCH.matcher(name).matches()).findFirst());
        return wrong.isPresent()
                ? ConfigValues.refuseElement(node, path, problems, names.orElseThrow(), wrong.get(), expected)
                : names;
    }

    private Optional<List<String>> hosts(Node node, String path, ConfigReport problems) {
        String expected = "expected host names alone, such as www.example.org, without https://, port, path or *";
        Optional<List<String>> names = ConfigValues.distinct(node, path, problems, expected);
        if (names.isEmpty()) {
            return names;
        }
        List<String> hosts = new ArrayList<>();
        for (String name : names.get()) {
            Optional<String> host = ConfigDomains.host(name);
            if (host.isEmpty()) {
                return ConfigValues.refuseElement(node, path, problems, names.get(), name, expected);
            }
            hosts.add(host.get());
        }
        return Optional.of(hosts);
    }

    private Optional<AppConfig.Java> java(Node node, String path, ConfigReport problems) {
        return map(node, path, problems, "expected a map, such as {main: Clock.java}")
                .map(mapping -> {
                    ConfigMap map = ConfigMap.of(mapping, path, problems, List.of("main", "options"));
                    return new AppConfig.Java(
                            map.read("main", ConfigParser::sourceFile),
                            map.read("options", List.of(), ConfigValues::command));
                });
    }

    private static Optional<String> sourceFile(Node node, String path, ConfigReport problems) {
        Optional<String> file = ConfigValues.inside(node, path, problems);
        if (file.isPresent() && !file.get().endsWith(".java")) {
            String expected = "expected a Java source file, such as Main.java";
            return ConfigValues.refuse(node, path, problems, file.get(), expected);
        }
        return file;
    }

    private Optional<AppConfig.Site> site(Node node, String path, ConfigReport problems) {
        return map(node, path, problems, "expected a map, such as {spa: true}").map(mapping -> {
            ConfigMap map = ConfigMap.of(mapping, path, problems, List.of("spa", "listing", "clean-urls"));
            return new AppConfig.Site(
                    map.read("spa", false, ConfigValues::truth),
                    map.read("listing", false, ConfigValues::truth),
                    map.read("clean-urls", false, ConfigValues::truth));
        });
    }

    private Optional<AppConfig.Node> node(Node node, String path, ConfigReport problems) {
        return map(node, path, problems, "expected a map, such as {version: \"20\"}")
                .map(mapping -> new AppConfig.Node(ConfigMap.of(mapping, path, problems, List.of("version"))
                        .read("version", ConfigParser::nodeVersion)));
    }

    private static Optional<String> nodeVersion(Node node, String path, ConfigReport problems) {
        String expected = "expected a version or its beginning in quotes, such as \"20\" or \"20.11\"";
        Optional<String> text = ConfigValues.text(node, path, problems, expected);
        if (text.isPresent() && !NODE_VERSION.matcher(text.get()).matches()) {
            return ConfigValues.refuse(node, path, problems, text.get(), expected);
        }
        return text;
    }

    private static Optional<MappingNode> map(Node node, String path, ConfigReport problems, String expected) {
        if (node instanceof MappingNode mapping) {
            return Optional.of(mapping);
        }
        Optional<String> value = ConfigValues.text(node, path, problems, expected);
        value.ifPresent(text -> ConfigValues.refuse(node, path, problems, text, expected));
        return Optional.empty();
    }
}
