package org.pinisi.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `pinisi completion`.
@Command(name = "completion", description = "Prints a completion script for bash and zsh: source <(pinisi completion)")
final class CompletionCommand implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Override
    public Integer call() {
        scope.out().print(AutoComplete.bash("pinisi", Commands.commandLine()));
        scope.out().flush();
        return ExitCodes.DONE;
    }
}
