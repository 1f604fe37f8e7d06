package org.pinisi.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `pinisi deploy APP`.
@Command(
        name = "deploy",
        description = {
            "Deploys an app's current commit once more.",
            "That is the commit pushed last, or the one that was rolled back to. It becomes a new release with the settings of now."
                    + " A build that failed is tried again; one that succeeded is taken as it is. The exit code is 5 when the"
                    + " deployment fails."
        },
        footerHeading = "%nExample:%n",
        footer = "  pinisi deploy shop")
final class DeployCommand implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Mixin
    private FollowOption follow = new FollowOption();

    @Parameters(paramLabel = "APP", description = "The app.")
    private String app = "";

    @Override
    public Integer call() throws Exception {
        return Control.call(scope.data(), client -> follow.until(client, client.redeploy(app), scope.out()));
    }
}
