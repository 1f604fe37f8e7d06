package org.pinisi.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `pinisi deploy APP`.
@Command(
        name = "deploy",
        description = {
            "Deploys an app's newest commit once more.",
            "A build or deployment that failed is tried again; one that succeeded is taken as it is, with the app's settings of"
                    + " now, as a new release. The exit code is 5 when the deployment fails."
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
