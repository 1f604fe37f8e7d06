package org.pinisi.process;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What to run: a program with its arguments, where, and with which environment.
///
/// The environment is complete: nothing of our own is added to it, save the launch's [Marker]. It may hold secrets,
/// so [#toString] names only its keys. A program without a slash is looked up along the environment's own `PATH`.
///
/// @param arguments the program and its arguments, as execve(2) takes them; never empty
/// @param folder the working folder; must exist when the command is started
/// @param environment every variable the program sees
public record Command(List<String> arguments, Path folder, Map<String, String> environment) {
    public Command {
        arguments = List.copyOf(arguments);
        requireNonNull(folder, "folder");
        environment = Map.copyOf(environment);
        if (arguments.isEmpty() || arguments.getFirst().isEmpty()) {
            throw new IllegalArgumentException("arguments: expected a program and its arguments, found none");
        }
        for (String argument : arguments) {
            if (argument.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("arguments: a NUL character cannot be passed to a program");
            }
        }
        environment.forEach(Command::refuseMalformed);
    }

    private static void refuseMalformed(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "environment: expected a name without '=' or NUL, found \"" + name + "\"");
        }
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("environment: the value of " + name + " holds a NUL character");
        }
    }

    @Override
    public String toString() {
        return "Command[arguments=%s, folder=%s, environment=%s]".formatted(arguments, folder, environment.keySet());
    }
}
