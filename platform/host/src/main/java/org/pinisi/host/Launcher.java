package org.pinisi.host;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import org.pinisi.process.Command;
import org.pinisi.process.Found;
import org.pinisi.process.Launch;
import org.pinisi.process.Limits;
import org.pinisi.process.Marker;
import org.pinisi.process.Output;
import org.pinisi.process.ProcessId;
import org.pinisi.process.Processes;
import org.pinisi.process.Running;
import org.pinisi.process.Sandbox;

/// How a unit becomes a process: its environment, its sandbox, its limits, its marker.
final class Launcher {
    /// Carried by every process of every unit, with the host's instance and the unit's name.
    static final String MARKER = "PINISI_HOST_UNIT";

    private static final List<String> INHERITED = List.of("TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS");
    private static final String SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int MOST_PROCESSES = 4096;

    private final Processes processes;
    private final HostConfig config;
    private final String instance;
    private final Function<String, Optional<String>> ourEnvironment;

    Launcher(
            Processes processes,
            HostConfig config,
            String instance,
            Function<String, Optional<String>> ourEnvironment) {
        this.processes = processes;
        this.config = config;
        this.instance = instance;
        this.ourEnvironment = ourEnvironment;
    }

    Running start(UnitRecord unit, Path console) {
        UnitSpec spec = unit.spec();
        if (!Files.isDirectory(spec.image())) {
            throw new HostException(
                    HostException.Kind.FAILED,
                    "the image of %s is gone: there is no folder %s".formatted(spec.id(), spec.image()));
        }
        Path scratch = scratch(spec.id());
        try {
            AtomicFiles.folder(scratch);
        } catch (IOException failure) {
            throw new HostException(
                    HostException.Kind.FAILED, "cannot make the scratch folder " + scratch + ": " + failure, failure);
        }
        Command command = new Command(spec.command(), spec.image(), environment(unit, scratch));
        Limits limits = new Limits(spec.memoryBytes(), spec.cpus(), OptionalInt.of(MOST_PROCESSES));
        return processes.start(
                new Launch(command, marker(spec.id()), new Output.Append(console), sandbox(spec, scratch), limits));
    }

    /// The process that leads what is found of a unit: the one recorded, and where none was recorded in this boot,
    /// the earliest session leader. What outlived a recorded process is no unit any more.
    Optional<Running> adopt(UnitRecord unit, List<Found> found) {
        Marker marker = marker(unit.spec().id());
        Optional<ProcessId> recorded = unit.process().filter(id -> id.bootId().equals(processes.bootId()));
        if (recorded.isPresent()) {
            return processes.adopt(recorded.get(), marker);
        }
        return found.stream()
                .filter(each -> each.marker().equals(marker) && each.leads())
                .min(Comparator.comparingLong(each -> each.id().startTicks()))
                .flatMap(each -> processes.adopt(each.id(), marker));
    }

    Marker marker(UnitId id) {
        return new Marker(MARKER, instance + "/" + id);
    }

    /// Which unit of ours a process belongs to.
    Optional<UnitId> unit(Found found) {
        String prefix = instance + "/";
        String value = found.marker().value();
        if (!value.startsWith(prefix)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new UnitId(value.substring(prefix.length())));
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    /// Deletes what a unit kept in its home.
    void forget(UnitId id) {
        Path scratch = scratch(id);
        if (Files.notExists(scratch)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(scratch)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | java.io.UncheckedIOException failure) {
            throw new HostException(
                    HostException.Kind.FAILED, "cannot delete the scratch folder " + scratch + ": " + failure, failure);
        }
    }

    List<String> warnings(UnitSpec spec) {
        List<String> warnings = new ArrayList<>();
        if (!processes.sandbox().available()) {
            warnings.add(
                    "not kept apart from other apps: " + processes.sandbox().detail());
        }
        boolean limited = spec.memoryBytes().isPresent() || spec.cpus().isPresent();
        if (limited && !processes.controlGroups().available()) {
            warnings.add("memory and processor limits are not enforced: "
                    + processes.controlGroups().detail());
        }
        return warnings;
    }

    Map<String, String> environment(UnitRecord unit, Path scratch) {
        UnitSpec spec = unit.spec();
        Map<String, String> environment = new LinkedHashMap<>();
        Path java = Path.of(requireNonNull(System.getProperty("java.home")));
        boolean whole = Files.isExecutable(java.resolve("bin/java"));
        environment.put("PATH", whole ? java.resolve("bin") + ":" + SYSTEM_PATH : SYSTEM_PATH);
        if (whole) {
            environment.put("JAVA_HOME", java.toString());
        }
        environment.put("HOME", scratch.toString());
        environment.put("TMPDIR", scratch.toString());
        environment.put("LANG", "C.UTF-8");
        INHERITED.forEach(name -> ourEnvironment.apply(name).ifPresent(value -> environment.put(name, value)));
        environment.putAll(spec.environment());
        environment.putAll(spec.secrets());
        environment.put("PORT", Integer.toString(unit.port()));
        environment.put("PINISI_APP", spec.app());
        environment.put("PINISI_RELEASE", Integer.toString(spec.release()));
        environment.put("PINISI_UNIT", spec.id().value());
        return environment;
    }

    private Sandbox sandbox(UnitSpec spec, Path scratch) {
        if (!processes.sandbox().available()) {
            return new Sandbox.None();
        }
        List<Path> shown = new ArrayList<>();
        shown.add(spec.image().normalize());
        shown.add(Path.of(requireNonNull(System.getProperty("java.home"))));
        config.visible().stream().filter(Files::exists).forEach(shown::add);
        INHERITED.stream()
                .filter(name -> !name.equals("TZ"))
                .flatMap(name -> ourEnvironment.apply(name).stream())
                .map(Path::of)
                .filter(path -> path.isAbsolute() && Files.exists(path))
                .forEach(shown::add);
        List<Path> hidden = new ArrayList<>(config.hidden());
        hidden.add(config.data());
        hidden.add(config.socket());
        return new Sandbox.Bubblewrap(shown, List.of(scratch), hidden);
    }

    private Path scratch(UnitId id) {
        return config.data().resolve("scratch").resolve(id.value());
    }
}
