package org.pinisi.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `pinisi completion`.
@Command(
        name = "completion",
        description = {
            "Prints a script by which bash and zsh complete Pinisi's commands.",
            "`pinisi` must be on the PATH."
        },
        footerHeading = "%nExample, for this shell or in ~/.bashrc:%n",
        footer = "  source <(pinisi completion)")
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
