package org.pinisi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An installation under test, used through its scripts' contract alone: `./pinisi up`, `status --json`,
/// `down`.
final class Pinisi implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final Path home;
    private final Path data;
    private final Map<String, String> environment;
    private volatile JsonNode status;
    private volatile double upSeconds;

    Pinisi(Path home, Path data) {
        this.home = home;
        this.data = data;
        // A key folder of its own, so that a test leaves nothing behind.
        this.environment = Map.of(
                "XDG_CONFIG_HOME",
                data.resolveSibling(data.getFileName() + "-config").toString());
        this.status = JsonMapper.shared().createObjectNode();
    }

    /// Starts an installation on free ports, its data in `data`.
    static Pinisi up(Path data) {
        Pinisi pinisi = new Pinisi(home(), data);
        pinisi.up();
        return pinisi;
    }

    /// The checkout: the folder above us that holds `./pinisi`.
    static Path home() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isExecutable(folder.resolve("pinisi"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new BenchException("run this inside a checkout: no folder above holds ./pinisi");
        }
        return folder;
    }

    /// Starts, or starts again after a kill.
    void up() {
        long begin = System.nanoTime();
        run("up", "--web", "127.0.0.1:0", "--edge", "127.0.0.1:0", "--ssh", "127.0.0.1:0", "--detach")
                .orFail(List.of("pinisi up"));
        upSeconds = (System.nanoTime() - begin) / 1e9;
        status = JsonMapper.shared()
                .readTree(
                        run("status", "--json").orFail(List.of("pinisi status")).output());
    }

    /// How long the last `up --detach` took.
    double upSeconds() {
        return upSeconds;
    }

    /// Runs a command on this installation.
    Shell.Result run(String... arguments) {
        return runWith("", arguments);
    }

    /// @param input what the command finds on its standard input
    Shell.Result runWith(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(home.resolve("pinisi").toString(), "--data", data.toString()));
        command.addAll(List.of(arguments));
        return Shell.run(home, environment, LONGEST, command, input);
    }

    Path data() {
        return data;
    }

    String web() {
        return status.get("web").asString();
    }

    String git(String app) {
        return status.get("git").asString() + app + ".git";
    }

    JsonNode status() {
        return status;
    }

    int webPort() {
        return Integer.parseInt(web().replaceAll(".*:(\\d+)/?$", "$1"));
    }

    String ssh(String app) {
        return status.get("ssh").asString() + app + ".git";
    }

    int edgePort() {
        return Integer.parseInt(status.get("edge").asString().replaceAll(".*:(\\d+)/?$", "$1"));
    }

    long controlPlane() {
        return status.get("pid").asLong();
    }

    /// The edge's process: the one that carries our data folder and the word `edge` on its command line.
    long edge() {
        return processes("edge").stream().findFirst().orElseThrow(() -> new BenchException("the edge does not run"));
    }

    /// Every process of this installation: ours carry the data folder on their command line; units and what
    /// they start carry the mark of a unit, and a folder of ours.
    List<Long> allProcesses() {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(path -> {
                        String environ = text(path.resolve("environ"));
                        return text(path.resolve("cmdline")).contains(data.toString())
                                || (environ.contains("PINISI_UNIT=") && environ.contains(data.toString()));
                    })
                    .map(path -> Long.parseLong(path.getFileName().toString()))
                    .toList();
        } catch (IOException failure) {
            throw new BenchException("cannot read /proc", failure);
        }
    }

    private List<Long> processes(String command) {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(path -> {
                        String line = text(path.resolve("cmdline")).replace('\0', ' ');
                        return line.contains("--data " + data + " " + command + " ");
                    })
                    .map(path -> Long.parseLong(path.getFileName().toString()))
                    .toList();
        } catch (IOException failure) {
            throw new BenchException("cannot read /proc", failure);
        }
    }

    /// The leaders of the app's units: processes that carry its name, and whose parent does not.
    List<Long> units(String app) {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            String marker = "PINISI_APP=" + app + "\0";
            List<Long> carrying = all.filter(
                            path -> path.getFileName().toString().matches("\\d+"))
                    .filter(path -> text(path.resolve("environ")).contains(marker))
                    .map(path -> Long.parseLong(path.getFileName().toString()))
                    .toList();
            return carrying.stream()
                    .filter(pid -> ProcessHandle.of(pid)
                            .flatMap(ProcessHandle::parent)
                            .map(parent -> !carrying.contains(parent.pid()))
                            .orElse(true))
                    .toList();
        } catch (IOException failure) {
            throw new BenchException("cannot read /proc", failure);
        }
    }

    /// Resident memory of a process, in bytes.
    static long memory(long pid) {
        return text(Path.of("/proc", Long.toString(pid), "status"))
                        .lines()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElse(0L)
                * 1024;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            // Processes end while we look.
            return "";
        }
    }

    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        run("down").orFail(List.of("pinisi down"));
    }
}
