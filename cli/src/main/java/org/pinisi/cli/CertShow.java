package org.pinisi.cli;

import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `pinisi cert show`.
@Command(
        name = "show",
        description = {
            "Shows what the book has of one name, with the last attempts to get a certificate in the authority's own words.",
            "It needs no pass phrase."
        },
        footerHeading = "%nExample:%n",
        footer = "  pinisi cert show -r git@example.org:certificates.git blog.example.org")
final class CertShow implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Mixin
    private BookOptions options = new BookOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Parameters(paramLabel = "NAME", description = "The name.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
        try (OpenBook open = options.open(scope, BookOptions.Need.NONE)) {
            CertView view =
                    new CertView(open.entry(name), InstantSource.system().instant());
            if (json.wanted()) {
                scope.out().println(Whereabouts.json(view.fields()));
            } else {
                view.lines().forEach(scope.out()::println);
            }
            scope.out().flush();
            return ExitCodes.DONE;
        }
    }
}
