package org.pinisi.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs outside programs and gives back what they said.
final class Shell {
    private Shell() {}

    /// How a program ended.
    record Result(int code, String output) {
        Result orFail(List<String> command) {
            if (code != 0) {
                throw new BenchException(String.join(" ", command) + " ended with " + code + ":\n" + output);
            }
            return this;
        }
    }

    static Result run(Path folder, Map<String, String> environment, Duration timeout, List<String> command) {
        return run(folder, environment, timeout, command, "");
    }

    /// @param input what the program finds on its standard input
    static Result run(
            Path folder, Map<String, String> environment, Duration timeout, List<String> command, String input) {
        try {
            Path output = Files.createTempFile("pinisi-bench", ".out");
            Path given = Files.createTempFile("pinisi-bench", ".in");
            try {
                Files.writeString(given, input);
                ProcessBuilder builder = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(given.toFile())
                        .redirectOutput(output.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new BenchException(String.join(" ", command) + " took longer than " + timeout + ":\n"
                            + Files.readString(output, StandardCharsets.UTF_8));
                }
                return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
            } finally {
                Files.deleteIfExists(output);
                Files.deleteIfExists(given);
            }
        } catch (IOException failure) {
            throw new BenchException("cannot run " + command, failure);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted while running " + command, cancelled);
        }
    }
}
