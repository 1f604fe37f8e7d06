package org.pinisi.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `pinisi man`: writes `docs/man/pinisi.1`, which a test compares with the command tree.
@Command(
        name = "man",
        hidden = true,
        description = "Prints the manual page, in the language of man(7).",
        footerHeading = "%nExample:%n",
        footer = "  pinisi man > docs/man/pinisi.1")
final class ManCommand implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Override
    public Integer call() {
        scope.out().print(ManPage.of(Commands.commandLine().getCommandSpec()));
        scope.out().flush();
        return ExitCodes.DONE;
    }
}
