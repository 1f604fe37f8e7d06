package org.pinisi.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `pinisi cert renew`.
@Command(
        name = "renew",
        description = {
            "Notes in the book that a name needs a new certificate before its time; the running edge then gets one.",
            "What is there is served until then. `pinisi cert show` tells what came of it."
        },
        footerHeading = "%nExample:%n",
        footer = "  pinisi cert renew -r git@example.org:certificates.git blog.example.org")
final class CertRenew implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Mixin
    private BookOptions options = new BookOptions();

    @Mixin
    private SignalOptions signal = new SignalOptions();

    @Parameters(paramLabel = "NAME", description = "The name.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
        signal.address();
        BookOptions.Need need = signal.wanted() ? BookOptions.Need.PHRASE : BookOptions.Need.NONE;
        try (OpenBook open = options.open(scope, need)) {
            String known = open.entry(name).name();
            open.book().want(known);
            open.push();
            scope.out().println("a new certificate for " + known + " is wanted; the edge sees to it");
            scope.out().flush();
            signal.send(scope.out(), open.phrase());
        }
        return ExitCodes.DONE;
    }
}
