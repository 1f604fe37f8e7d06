package org.pinisi.cli;

import java.io.PrintWriter;
import org.pinisi.deployer.ControlClient;
import org.pinisi.deployer.Run;
import picocli.CommandLine.Option;

/// What commands do that begin a run: tell it until it has ended, unless asked not to.
final class FollowOption {
    @Option(names = "--no-wait", description = "Print the run's number and return; do not wait for the outcome.")
    private boolean noWait;

    int until(ControlClient client, Run run, PrintWriter out) throws InterruptedException {
        if (noWait) {
            out.println("run " + run.id() + " begun");
            out.flush();
            return ExitCodes.DONE;
        }
        Run ended = client.follow(run.id(), line -> {
            out.println(line);
            out.flush();
        });
        return switch (ended.state()) {
            case LIVE, CHECKED -> ExitCodes.DONE;
            case FAILED, CANCELLED, RUNNING -> ExitCodes.DEPLOY_FAILED;
        };
    }
}
