package org.pinisi.cli;

import java.io.Console;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.pinisi.certificates.PassPhrase;

/// Where commands get pass phrases from: never from an argument, which everybody on the machine can read.
final class PassPhrases {
    private static final String VARIABLE = "env:";
    private static final String FILE = "file:";

    private PassPhrases() {}

    /// What is at `file:PATH` or `env:VARIABLE`, or asked for at the terminal. The caller closes it.
    ///
    /// @throws CommandException that names the flag
    static PassPhrase read(String flag, Optional<String> place) {
        if (place.isEmpty()) {
            if (System.console() == null) {
                throw new CommandException(
                        ExitCodes.USAGE,
                        "there is no terminal to ask for the pass phrase; give " + flag + " file:PATH or " + flag
                                + " env:VARIABLE");
            }
            return ask("Pass phrase: ");
        }
        String text = place.get();
        if (text.startsWith(FILE)) {
            return PassPhrase.file(Path.of(text.substring(FILE.length())));
        }
        if (text.startsWith(VARIABLE)) {
            return variable(flag, text.substring(VARIABLE.length()));
        }
        throw new CommandException(
                ExitCodes.USAGE,
                flag + " is file:PATH or env:VARIABLE, and not the pass phrase itself, which every user of the machine"
                        + " could read in the process list");
    }

    private static PassPhrase variable(String flag, String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            throw new CommandException(
                    ExitCodes.FAILED, "cannot use " + flag + ": the environment has no variable " + name);
        }
        return PassPhrase.of(value.toCharArray());
    }

    /// Asks at the terminal, without showing what is typed. The caller closes it.
    static PassPhrase ask(String question) {
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("%s", question);
        if (typed == null) {
            throw new CommandException(ExitCodes.FAILED, "no pass phrase was typed; nothing was changed");
        }
        try {
            return PassPhrase.of(typed);
        } finally {
            Arrays.fill(typed, '\0');
        }
    }
}
