package org.pinisi.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.pinisi.process.Exit;
import org.pinisi.process.Support;
import org.pinisi.process.Usage;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The JSON that client and host exchange. Written out by hand: each field is a promise to the other side.
final class Wire {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Wire() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    static String text(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    /// Reads JSON; the message of a failure shows none of it, for it may hold secrets.
    static JsonNode parse(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("expected JSON, found something else", malformed);
        }
    }

    /// @param secrets what becomes of a secret's name and value
    static ObjectNode spec(UnitSpec spec, UnaryOperator<Map<String, String>> secrets) {
        ObjectNode node = object();
        node.put("id", spec.id().value());
        node.put("app", spec.app());
        node.put("release", spec.release());
        node.put("image", spec.image().toString());
        spec.command().forEach(node.putArray("command")::add);
        new TreeMap<>(spec.environment()).forEach(node.putObject("environment")::put);
        new TreeMap<>(secrets.apply(spec.secrets())).forEach(node.putObject("secrets")::put);
        spec.memoryBytes().ifPresent(bytes -> node.put("memoryBytes", bytes));
        spec.cpus().ifPresent(cpus -> node.put("cpus", cpus));
        node.put("restart", spec.restart().name());
        node.put("grace", spec.grace().toString());
        return node;
    }

    static UnitSpec spec(JsonNode node, UnaryOperator<Map<String, String>> secrets) {
        return new UnitSpec(
                new UnitId(string(node, "id")),
                string(node, "app"),
                (int) number(node, "release"),
                Path.of(string(node, "image")),
                strings(node, "command"),
                map(node, "environment"),
                secrets.apply(map(node, "secrets")),
                node.has("memoryBytes") ? OptionalLong.of(number(node, "memoryBytes")) : OptionalLong.empty(),
                node.has("cpus") ? OptionalDouble.of(field(node, "cpus").asDouble()) : OptionalDouble.empty(),
                RestartPolicy.valueOf(string(node, "restart")),
                Duration.parse(string(node, "grace")));
    }

    static ObjectNode status(UnitStatus status) {
        ObjectNode node = object();
        node.put("id", status.id().value());
        node.put("app", status.app());
        node.put("release", status.release());
        node.set("state", state(status.state()));
        node.put("port", status.port());
        node.put("restarts", status.restarts());
        status.lastExit().ifPresent(exit -> node.set("lastExit", exit(exit)));
        node.put("outOfMemory", status.outOfMemory());
        ObjectNode usage = node.putObject("usage");
        usage.put("memoryBytes", status.usage().memoryBytes());
        usage.put("cpuTime", status.usage().cpuTime().toString());
        usage.put("processes", status.usage().processes());
        usage.put("outOfMemoryKills", status.usage().outOfMemoryKills());
        status.warnings().forEach(node.putArray("warnings")::add);
        return node;
    }

    static UnitStatus status(JsonNode node) {
        JsonNode usage = field(node, "usage");
        return new UnitStatus(
                new UnitId(string(node, "id")),
                string(node, "app"),
                (int) number(node, "release"),
                state(field(node, "state")),
                (int) number(node, "port"),
                (int) number(node, "restarts"),
                optionalExit(node, "lastExit"),
                field(node, "outOfMemory").asBoolean(),
                new Usage(
                        number(usage, "memoryBytes"),
                        Duration.parse(string(usage, "cpuTime")),
                        (int) number(usage, "processes"),
                        number(usage, "outOfMemoryKills")),
                strings(node, "warnings"));
    }

    static ObjectNode info(HostInfo info) {
        ObjectNode node = object();
        node.put("instance", info.instance());
        node.put("runtime", info.runtime());
        node.set("sandbox", support(info.sandbox()));
        node.set("controlGroups", support(info.controlGroups()));
        node.put("cpus", info.cpus());
        node.put("memoryBytes", info.memoryBytes());
        node.put("memoryAvailableBytes", info.memoryAvailableBytes());
        node.put("diskBytes", info.diskBytes());
        node.put("diskAvailableBytes", info.diskAvailableBytes());
        node.put("units", info.units());
        info.warnings().forEach(node.putArray("warnings")::add);
        return node;
    }

    static HostInfo info(JsonNode node) {
        return new HostInfo(
                string(node, "instance"),
                string(node, "runtime"),
                support(field(node, "sandbox")),
                support(field(node, "controlGroups")),
                (int) number(node, "cpus"),
                number(node, "memoryBytes"),
                number(node, "memoryAvailableBytes"),
                number(node, "diskBytes"),
                number(node, "diskAvailableBytes"),
                (int) number(node, "units"),
                strings(node, "warnings"));
    }

    static ObjectNode exit(Exit exit) {
        ObjectNode node = object();
        switch (exit) {
            case Exit.Code(int code) -> node.put("code", code);
            case Exit.Signal(int signal) -> node.put("signal", signal);
            case Exit.Unknown() -> node.put("unknown", true);
        }
        return node;
    }

    static Optional<Exit> optionalExit(JsonNode node, String name) {
        return node.has(name) ? Optional.of(exit(field(node, name))) : Optional.empty();
    }

    static String string(JsonNode node, String name) {
        JsonNode value = field(node, name);
        if (!value.isString()) {
            throw new IllegalArgumentException(name + ": expected text");
        }
        return value.asString();
    }

    static long number(JsonNode node, String name) {
        JsonNode value = field(node, name);
        if (!value.isIntegralNumber()) {
            throw new IllegalArgumentException(name + ": expected a whole number");
        }
        return value.asLong();
    }

    static List<String> strings(JsonNode node, String name) {
        List<String> strings = new ArrayList<>();
        for (JsonNode each : field(node, name)) {
            strings.add(each.asString());
        }
        return List.copyOf(strings);
    }

    static JsonNode field(JsonNode node, String name) {
        JsonNode value = node.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + ": missing");
        }
        return value;
    }

    static byte[] bytes(JsonNode node) {
        return text(node).getBytes(UTF_8);
    }

    private static Exit exit(JsonNode node) {
        if (node.has("code")) {
            return new Exit.Code((int) number(node, "code"));
        }
        return node.has("signal") ? new Exit.Signal((int) number(node, "signal")) : new Exit.Unknown();
    }

    private static ObjectNode state(UnitState state) {
        ObjectNode node = object();
        switch (state) {
            case UnitState.Starting() -> node.put("is", "starting");
            case UnitState.Running(long pid, Instant since) ->
                node.put("is", "running").put("pid", pid).put("since", since.toString());
            case UnitState.BackingOff(Instant until, int restarts, Exit lastExit) ->
                node.put("is", "backing-off")
                        .put("until", until.toString())
                        .put("restarts", restarts)
                        .set("lastExit", exit(lastExit));
            case UnitState.Stopped(Exit exit) -> node.put("is", "stopped").set("exit", exit(exit));
            case UnitState.Failed(String message) -> node.put("is", "failed").put("message", message);
        }
        return node;
    }

    private static UnitState state(JsonNode node) {
        String is = string(node, "is");
        return switch (is) {
            case "starting" -> new UnitState.Starting();
            case "running" -> new UnitState.Running(number(node, "pid"), Instant.parse(string(node, "since")));
            case "backing-off" ->
                new UnitState.BackingOff(
                        Instant.parse(string(node, "until")),
                        (int) number(node, "restarts"),
                        exit(field(node, "lastExit")));
            case "stopped" -> new UnitState.Stopped(exit(field(node, "exit")));
            case "failed" -> new UnitState.Failed(string(node, "message"));
            default -> throw new IllegalArgumentException("state: unknown \"" + is + "\"");
        };
    }

    private static ObjectNode support(Support support) {
        return object().put("available", support.available()).put("detail", support.detail());
    }

    private static Support support(JsonNode node) {
        return new Support(field(node, "available").asBoolean(), string(node, "detail"));
    }

    private static Map<String, String> map(JsonNode node, String name) {
        Map<String, String> map = new TreeMap<>();
        field(node, name)
                .properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asString()));
        return map;
    }
}
