package org.pinisi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts this same program again, as another process that outlives this one.
final class Programs {
    private Programs() {}

    /// @param role which argument file: `plane` or `edge`
    /// @param output where its standard output and error are appended
    /// @param arguments of the command line, program name left out
    static Process start(String role, Path output, List<String> arguments) {
        List<String> command = new ArrayList<>();
        // A session of its own: no Ctrl-C of ours, and no end of our terminal, reaches it.
        command.add("setsid");
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options(role));
        command.add(Main.class.getName());
        command.addAll(arguments);
        try {
            Files.createDirectories(output.toAbsolutePath().getParent());
            ProcessBuilder builder = new ProcessBuilder(command);
            // By default glibc keeps a heap for each thread that allocates: memory that an idle program never gives
            // back.
            builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
            return builder.redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .start();
        } catch (IOException failure) {
            throw new CommandException(
                    ExitCodes.FAILED,
                    "cannot start " + command.getFirst() + " (package util-linux): " + failure.getMessage());
        }
    }

    private static List<String> options(String role) {
        String dist = System.getProperty("pinisi.dist");
        if (dist != null) {
            return List.of("@" + Path.of(dist, role + ".args"));
        }
        // Run from classes, as tests do.
        return List.of(
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"));
    }
}
