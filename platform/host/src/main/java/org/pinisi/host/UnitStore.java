package org.pinisi.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.pinisi.process.ProcessId;
import org.pinisi.vault.Vault;
import org.pinisi.vault.VaultException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The units on disk: one JSON file each, secrets sealed.
final class UnitStore {
    private static final String SUFFIX = ".json";
    private static final int VERSION = 1;

    private final Path folder;
    private final Vault vault;

    UnitStore(Path folder, Vault vault) {
        this.folder = folder;
        this.vault = vault;
    }

    /// What is on disk.
    ///
    /// @param records the units
    /// @param unreadable the names of those whose file cannot be read, each with the reason
    record Contents(List<UnitRecord> records, Map<String, String> unreadable) {}

    Contents load() {
        List<UnitRecord> records = new ArrayList<>();
        Map<String, String> unreadable = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (!name.endsWith(SUFFIX)) {
                    continue;
                }
                try {
                    records.add(read(file));
                } catch (IOException | IllegalArgumentException | VaultException damaged) {
                    String reason = damaged.getMessage();
                    unreadable.put(
                            name.substring(0, name.length() - SUFFIX.length()),
                            reason == null ? damaged.toString() : reason);
                }
            }
        } catch (IOException failure) {
            throw new HostException(
                    HostException.Kind.FAILED, "cannot read the units in " + folder + ": " + failure, failure);
        }
        return new Contents(records, unreadable);
    }

    void save(UnitRecord unit) {
        try {
            AtomicFiles.write(file(unit.spec().id()), Wire.bytes(json(unit)));
        } catch (IOException failure) {
            throw new HostException(
                    HostException.Kind.FAILED,
                    "cannot write the unit %s to %s: %s".formatted(unit.spec().id(), folder, failure),
                    failure);
        }
    }

    void delete(UnitId id) {
        try {
            AtomicFiles.delete(file(id));
        } catch (IOException failure) {
            throw new HostException(
                    HostException.Kind.FAILED,
                    "cannot delete the unit " + id + " in " + folder + ": " + failure,
                    failure);
        }
    }

    private Path file(UnitId id) {
        return folder.resolve(id.value() + SUFFIX);
    }

    private ObjectNode json(UnitRecord unit) {
        ObjectNode node = Wire.object();
        node.put("version", VERSION);
        node.set("spec", Wire.spec(unit.spec(), secrets -> seal(unit.spec().id(), secrets)));
        node.put("port", unit.port());
        node.put("wish", unit.wish().name());
        unit.process()
                .ifPresent(process -> node.putObject("process")
                        .put("pid", process.pid())
                        .put("startTicks", process.startTicks())
                        .put("bootId", process.bootId()));
        unit.since().ifPresent(since -> node.put("since", since.toString()));
        node.put("restarts", unit.restarts());
        node.put("streak", unit.streak());
        unit.lastExit().ifPresent(exit -> node.set("lastExit", Wire.exit(exit)));
        node.put("outOfMemory", unit.outOfMemory());
        return node;
    }

    private UnitRecord read(Path file) throws IOException {
        JsonNode node = Wire.parse(Files.readAllBytes(file));
        if (Wire.number(node, "version") != VERSION) {
            throw new IllegalArgumentException("version: expected " + VERSION + "; written by a later Pinisi?");
        }
        JsonNode spec = Wire.field(node, "spec");
        UnitId id = new UnitId(Wire.string(spec, "id"));
        return new UnitRecord(
                Wire.spec(spec, secrets -> open(id, secrets)),
                (int) Wire.number(node, "port"),
                UnitRecord.Wish.valueOf(Wire.string(node, "wish")),
                node.has("process") ? Optional.of(process(Wire.field(node, "process"))) : Optional.empty(),
                node.has("since") ? Optional.of(Instant.parse(Wire.string(node, "since"))) : Optional.empty(),
                (int) Wire.number(node, "restarts"),
                (int) Wire.number(node, "streak"),
                Wire.optionalExit(node, "lastExit"),
                Wire.field(node, "outOfMemory").asBoolean());
    }

    private static ProcessId process(JsonNode node) {
        return new ProcessId(Wire.number(node, "pid"), Wire.number(node, "startTicks"), Wire.string(node, "bootId"));
    }

    private Map<String, String> seal(UnitId id, Map<String, String> secrets) {
        Map<String, String> sealed = new TreeMap<>();
        secrets.forEach((name, value) -> sealed.put(name, vault.seal(value.getBytes(UTF_8), context(id, name))));
        return sealed;
    }

    private Map<String, String> open(UnitId id, Map<String, String> sealed) {
        Map<String, String> secrets = new TreeMap<>();
        sealed.forEach((name, value) -> secrets.put(name, new String(vault.open(value, context(id, name)), UTF_8)));
        return secrets;
    }

    private static String context(UnitId id, String name) {
        return "unit/" + id + "/" + name;
    }
}
