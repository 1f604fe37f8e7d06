package org.pinisi.flow;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A program to talk to through its standard input and output.
///
/// @param arguments the program and its arguments, as execve(2) takes them; never empty
/// @param environment every variable the program sees; may hold secrets
/// @param folder where it runs; empty for our own working folder
public record PipeCommand(List<String> arguments, Map<String, String> environment, Optional<Path> folder) {
    public PipeCommand {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        if (arguments.isEmpty() || arguments.getFirst().isEmpty()) {
            throw new IllegalArgumentException("arguments: none (expected: a program and its arguments)");
        }
        if (arguments.stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException("arguments: a NUL character cannot be passed to a program");
        }
    }

    /// With `PATH` as our own and no other variable, in our own working folder.
    public static PipeCommand of(String... arguments) {
        String path = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        return new PipeCommand(List.of(arguments), Map.of("PATH", path), Optional.empty());
    }

    /// The program's name only: the rest may be secret.
    @Override
    public String toString() {
        return arguments.getFirst();
    }
}
