package org.pinisi.cli;

import java.io.Console;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pinisi cert remove`.
@Command(
        name = "remove",
        description = {
            "Removes a name from the book: its requests are refused, and its certificate is no longer shown.",
            "What it was stays in the history of the repository."
        },
        footerHeading = "%nExample:%n",
        footer = "  pinisi cert remove --yes blog.example.org")
final class CertRemove implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Mixin
    private BookOptions options = new BookOptions();

    @Mixin
    private SignalOptions signal = new SignalOptions();

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Parameters(paramLabel = "NAME", description = "The name.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
        signal.address();
        BookOptions.Need need = signal.wanted() ? BookOptions.Need.PHRASE : BookOptions.Need.NONE;
        try (OpenBook open = options.open(scope, need)) {
            String known = open.entry(name).name();
            if (!yes) {
                ask(known);
            }
            open.book().remove(known);
            open.push();
            scope.out().println("removed " + known);
            scope.out().flush();
            signal.send(scope.out(), open.phrase());
        }
        return ExitCodes.DONE;
    }

    private static void ask(String name) {
        Console console = System.console();
        if (console == null) {
            throw new CommandException(ExitCodes.USAGE, "there is no terminal to ask at; add --yes to remove " + name);
        }
        String answer = console.readLine("Remove %s from the book? [y/N] ", name);
        if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
            throw new CommandException(ExitCodes.FAILED, "nothing was removed");
        }
    }
}
