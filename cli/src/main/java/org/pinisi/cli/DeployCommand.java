package org.pinisi.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `pinisi deploy APP`.
@Command(
        name = "deploy",
        description =
                "Deploys the newest commit of an app once more, with its settings of now; what failed before is tried"
                        + " again. Exit code 5 when the deployment fails.")
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
