package org.pinisi.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.pinisi.process.ControlGroups.Controller;

/// One control group: a folder in version 2, a folder in each hierarchy in version 1.
final class ControlGroup {
    private static final long PERIOD_MICROS = 100_000;
    private static final String PROCS = "cgroup.procs";

    private final boolean unified;
    private final Map<Controller, Path> folders;

    ControlGroup(boolean unified, Map<Controller, Path> folders) {
        this.unified = unified;
        this.folders = Map.copyOf(folders);
    }

    void create(Limits limits) {
        try {
            for (Path folder : folders.values()) {
                Files.createDirectories(folder);
            }
            setMemory(limits);
            setCpu(limits);
            if (limits.processes().isPresent()) {
                write(
                        Controller.PIDS,
                        "pids.max",
                        Integer.toString(limits.processes().getAsInt()));
            }
        } catch (IOException failure) {
            throw new ProcessException("cannot make the control group " + folders.values() + ": " + failure, failure);
        }
    }

    boolean exists() {
        return folders.values().stream().anyMatch(Files::isDirectory);
    }

    /// The files that a process writes its number into to join.
    List<Path> doors() {
        return folders.values().stream()
                .distinct()
                .sorted()
                .map(folder -> folder.resolve(PROCS))
                .toList();
    }

    /// The numbers of all processes in it.
    Set<Long> members() {
        Set<Long> members = new HashSet<>();
        for (Path folder : Set.copyOf(folders.values())) {
            for (Path each : tree(folder)) {
                read(each.resolve(PROCS)).lines().map(Long::parseLong).forEach(members::add);
            }
        }
        return members;
    }

    /// Kills all in it at once where the kernel offers that (version 2 since Linux 5.14); elsewhere the caller kills
    /// the
    /// members one by one.
    void kill() {
        if (!unified) {
            return;
        }
        Path door = folder(Controller.MEMORY).resolve("cgroup.kill");
        if (Files.exists(door)) {
            try {
                Files.writeString(door, "1");
            } catch (IOException failure) {
                throw new ProcessException("cannot kill the control group " + door + ": " + failure, failure);
            }
        }
    }

    /// Removes it when it is empty.
    void remove() {
        for (Path folder : Set.copyOf(folders.values())) {
            for (Path each : tree(folder).reversed()) {
                try {
                    Files.deleteIfExists(each);
                } catch (IOException busy) {
                    throw new ProcessException("cannot remove the control group " + each + ": " + busy, busy);
                }
            }
        }
    }

    Usage usage(int processes) {
        return new Usage(memory(), cpuTime(), processes, outOfMemoryKills());
    }

    private long memory() {
        Path folder = folder(Controller.MEMORY);
        String total = unified ? "memory.current" : "memory.usage_in_bytes";
        String idle = unified ? "inactive_file" : "total_inactive_file";
        long used = number(read(folder.resolve(total)));
        return Math.max(0, used - field(folder.resolve("memory.stat"), idle));
    }

    private Duration cpuTime() {
        if (unified) {
            return Duration.ofNanos(1000 * field(folder(Controller.CPU).resolve("cpu.stat"), "usage_usec"));
        }
        Optional<Path> account = Optional.ofNullable(folders.get(Controller.ACCOUNT));
        return Duration.ofNanos(account.map(folder -> number(read(folder.resolve("cpuacct.usage"))))
                .orElse(0L));
    }

    private long outOfMemoryKills() {
        Path folder = folder(Controller.MEMORY);
        return field(folder.resolve(unified ? "memory.events" : "memory.oom_control"), "oom_kill");
    }

    private void setMemory(Limits limits) throws IOException {
        if (limits.memoryBytes().isEmpty()) {
            return;
        }
        String bytes = Long.toString(limits.memoryBytes().getAsLong());
        if (unified) {
            write(Controller.MEMORY, "memory.max", bytes);
            write(Controller.MEMORY, "memory.swap.max", "0");
            return;
        }
        // Version 1 refuses a limit of memory beyond that of memory and swap together, so a lower one goes first.
        Path both = folder(Controller.MEMORY).resolve("memory.memsw.limit_in_bytes");
        if (Files.exists(both)) {
            write(Controller.MEMORY, "memory.memsw.limit_in_bytes", "-1");
        }
        write(Controller.MEMORY, "memory.limit_in_bytes", bytes);
        write(Controller.MEMORY, "memory.memsw.limit_in_bytes", bytes);
    }

    private void setCpu(Limits limits) throws IOException {
        if (limits.cpus().isEmpty()) {
            return;
        }
        long quota = Math.max(1000, Math.round(limits.cpus().getAsDouble() * PERIOD_MICROS));
        if (unified) {
            write(Controller.CPU, "cpu.max", quota + " " + PERIOD_MICROS);
            return;
        }
        write(Controller.CPU, "cpu.cfs_period_us", Long.toString(PERIOD_MICROS));
        write(Controller.CPU, "cpu.cfs_quota_us", Long.toString(quota));
    }

    /// Sets a limit where its controller is there; without the file (swap not accounted, say) there is nothing to
    /// limit.
    private void write(Controller controller, String name, String value) throws IOException {
        Path folder = folders.get(controller);
        if (folder != null && Files.exists(folder.resolve(name))) {
            Files.writeString(folder.resolve(name), value);
        }
    }

    private Path folder(Controller controller) {
        Path folder = folders.get(controller);
        if (folder == null) {
            throw new IllegalStateException("control groups are only used with a " + controller + " controller");
        }
        return folder;
    }

    /// A group with those that its processes made below it, each after the one that holds it.
    private static List<Path> tree(Path folder) {
        if (Files.notExists(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isDirectory).toList();
        } catch (IOException | java.io.UncheckedIOException changing) {
            return List.of(folder);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException gone) {
            return "";
        } catch (IOException failure) {
            // A group that is being removed answers ENODEV.
            if (Files.notExists(file)) {
                return "";
            }
            throw new ProcessException("cannot read " + file + ": " + failure, failure);
        }
    }

    private static long number(String text) {
        return text.isBlank() ? 0 : Long.parseLong(text.strip());
    }

    private static long field(Path file, String name) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(
                        line -> Long.parseLong(line.substring(name.length() + 1).strip()))
                .findFirst()
                .orElse(0);
    }
}
