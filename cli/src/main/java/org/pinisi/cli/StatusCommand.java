package org.pinisi.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `pinisi status`.
@Command(
        name = "status",
        description = {
            "Says whether Pinisi is up, and where things are.",
            "The exit code is 0 when it is up, and 3 when it is not."
        })
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        DataFolder data = scope.data();
        Optional<Whereabouts> at = Control.whereabouts(data);
        if (json.wanted()) {
            scope.out().println(at.map(Whereabouts::toJson).orElse("{\"ready\":false}"));
        } else if (at.isPresent()) {
            Whereabouts here = at.get();
            scope.out().println("up    process " + here.pid());
            scope.out().println("page  " + here.web());
            scope.out().println("apps  " + here.edge());
            here.edgeTls().ifPresent(address -> scope.out().println("      " + address));
            scope.out().println("git   " + here.git());
            scope.out().println("ssh   " + here.ssh() + "   " + here.sshFingerprint());
            scope.out().println("data  " + here.data());
        } else {
            scope.out().println("Pinisi is not up on " + data.root() + "; `pinisi up` starts it.");
        }
        return at.isPresent() ? ExitCodes.DONE : ExitCodes.NOT_RUNNING;
    }
}
