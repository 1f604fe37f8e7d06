package org.pinisi.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Secrets that a flag names a place for, since what stands on a command line can be read by everybody on the machine.
final class Secrets {
    private static final String VARIABLE = "env:";
    private static final String FILE = "file:";

    private Secrets() {}

    /// What is at `env:VARIABLE` or in `file:PATH`, without line ends around it.
    ///
    /// @throws CommandException that names the flag
    static String read(String flag, String place) throws IOException {
        if (place.startsWith(VARIABLE)) {
            String name = place.substring(VARIABLE.length());
            String value = System.getenv(name);
            if (value == null || value.isBlank()) {
                throw new CommandException(
                        ExitCodes.FAILED, "cannot use " + flag + ": the environment has no variable " + name);
            }
            return value.strip();
        }
        if (place.startsWith(FILE)) {
            Path file = Path.of(place.substring(FILE.length()));
            if (!Files.isReadable(file)) {
                throw new CommandException(ExitCodes.FAILED, "cannot use " + flag + ": cannot read " + file);
            }
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        }
        throw new CommandException(ExitCodes.FAILED, "cannot use " + flag + ": expected env:VARIABLE or file:PATH");
    }
}
