package org.pinisi.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Writes bubblewrap's command line (bwrap(1)), and tries whether it works here.
final class Bubblewrap {
    private static final List<Path> HOMES = List.of(Path.of("/root"), Path.of("/home"), Path.of("/run"));
    private static final List<Path> SCRATCH = List.of(Path.of("/tmp"), Path.of("/var/tmp"));
    private static final Path RESOLVER = Path.of("/etc/resolv.conf");
    private static final String SCRATCH_BYTES = Long.toString(512L << 20);
    private static final String EMPTY_BYTES = Long.toString(1 << 20);

    /// Switches of the kernel that the root user may turn even without any capability.
    private static final List<String> SWITCHES = List.of(
            "/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/acpi", "/proc/scsi");

    private Bubblewrap() {}

    /// Everything before the program's own arguments.
    static List<String> prefix(Path program, Sandbox.Bubblewrap wish, Path folder) {
        List<String> line = new ArrayList<>(List.of(program.toString()));
        line.addAll(List.of("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"));
        line.addAll(List.of("--cap-drop", "ALL"));
        line.addAll(List.of("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"));
        SWITCHES.forEach(path -> line.addAll(List.of("--ro-bind-try", path, path)));
        for (Path scratch : SCRATCH) {
            if (isPlainFolder(scratch)) {
                line.addAll(List.of("--perms", "1777", "--size", SCRATCH_BYTES, "--tmpfs", scratch.toString()));
            }
        }
        List<String> emptied = new ArrayList<>();
        for (Path home : HOMES) {
            if (isPlainFolder(home)) {
                empty(line, home);
                emptied.add(home.toString());
            }
        }
        for (Path hidden : wish.hidden()) {
            hide(line, hidden, emptied);
        }
        showResolver(line);
        wish.readOnly().forEach(path -> line.addAll(List.of("--ro-bind", real(path), real(path))));
        wish.writable().forEach(path -> line.addAll(List.of("--bind", real(path), real(path))));
        emptied.forEach(path -> line.addAll(List.of("--remount-ro", path)));
        line.addAll(List.of("--chdir", real(folder), "--"));
        return line;
    }

    /// Tries the whole of it with `true` as the program.
    static Support detect(Optional<Path> program) {
        if (program.isEmpty()) {
            return new Support(false, "bubblewrap is not installed (Debian: apt-get install bubblewrap)");
        }
        Path bubblewrap = program.get();
        List<String> line = new ArrayList<>(
                prefix(bubblewrap, new Sandbox.Bubblewrap(List.of(), List.of(), List.of()), Path.of("/")));
        line.add("true");
        String answer = run(line);
        if (!answer.isEmpty()) {
            return new Support(false, "bubblewrap does not work here: " + answer + hint(answer));
        }
        String version = run(List.of(bubblewrap.toString(), "--version"));
        return new Support(true, version.isEmpty() ? "bubblewrap" : version);
    }

    private static String hint(String answer) {
        if (answer.contains("namespace") || answer.contains("uid map")) {
            return "; allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, "
                    + "kernel.apparmor_restrict_unprivileged_userns=0) or run as root";
        }
        return "";
    }

    /// What it printed, and for a silent failure its exit code; nothing at all means success.
    private static String run(List<String> line) {
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C"));
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(5, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
                return "no answer within 5 s";
            }
            String text = new String(process.getInputStream().readNBytes(2000), UTF_8).strip();
            int code = process.exitValue();
            return code != 0 && text.isEmpty() ? "exit code " + code : text;
        } catch (IOException failure) {
            return failure.toString();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return "interrupted while trying it";
        }
    }

    private static void hide(List<String> line, Path hidden, List<String> emptied) {
        if (Files.isDirectory(hidden)) {
            Path place = Path.of(real(hidden));
            empty(line, place);
            emptied.add(place.toString());
        } else if (Files.exists(hidden)) {
            line.addAll(List.of("--ro-bind", "/dev/null", real(hidden)));
        }
    }

    private static void empty(List<String> line, Path folder) {
        line.addAll(List.of("--perms", "0755", "--size", EMPTY_BYTES, "--tmpfs", folder.toString()));
    }

    private static void showResolver(List<String> line) {
        if (!Files.isSymbolicLink(RESOLVER) || Files.notExists(RESOLVER)) {
            return;
        }
        String target = real(RESOLVER);
        if (target.startsWith("/run/")) {
            line.addAll(List.of("--ro-bind", target, target));
        }
    }

    private static boolean isPlainFolder(Path folder) {
        return Files.isDirectory(folder) && !Files.isSymbolicLink(folder);
    }

    private static String real(Path path) {
        try {
            return path.toRealPath().toString();
        } catch (IOException missing) {
            throw new ProcessException(
                    "the sandbox cannot show " + path + ": it does not exist or may not be read", missing);
        }
    }
}
