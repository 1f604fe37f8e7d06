package org.pinisi.cli;

import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `pinisi rollback APP [N]`.
@Command(
        name = "rollback",
        description = {
            "Makes an earlier release of an app serve.",
            "Image, configuration, variables and secrets are those the release was made with. It serves until the next push or"
                    + " `pinisi deploy`. The exit code is 5 when the release cannot serve; what served before then serves on."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pinisi rollback shop       the release that served before",
            "  pinisi rollback shop 3     release 3"
        })
final class RollbackCommand implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Mixin
    private FollowOption follow = new FollowOption();

    @Parameters(index = "0", paramLabel = "APP", description = "The app.")
    private String app = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "N",
            description = "The release (default: the one that served before).")
    private int release;

    @Override
    public Integer call() throws Exception {
        return Control.call(scope.data(), client -> follow.until(client, client.rollback(app, chosen()), scope.out()));
    }

    private OptionalInt chosen() {
        if (release < 0) {
            throw new CommandException(ExitCodes.USAGE, "a release is a number from 1 on, found " + release);
        }
        return release == 0 ? OptionalInt.empty() : OptionalInt.of(release);
    }
}
