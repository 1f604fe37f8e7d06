package org.pinisi.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `pinisi cert …`.
@Command(
        name = "cert",
        description = {
            "Lists, adds and changes the entries of a book of certificates.",
            "The book is a branch of a Git repository: an entry for each name, with its certificate, its key sealed by a pass"
                    + " phrase, and where its requests go. A running edge takes changes over by itself. Nothing is ever deleted"
                    + " but by `remove`, and what was removed stays in the history."
        },
        subcommands = {
            CertAdd.class,
            CertList.class,
            CertShow.class,
            CertRenew.class,
            CertExport.class,
            CertRemove.class,
            CertImport.class,
            CertReseal.class
        },
        synopsisSubcommandLabel = "(add | list | show | renew | export | remove | import | reseal)",
        footerHeading = "%nExamples:%n",
        footer = {
            "  pinisi cert add -r git@example.org:certificates.git -h blog.example.org -i 10.0.0.3",
            "  pinisi cert list -r git@example.org:certificates.git"
        })
final class CertCommands implements Callable<Integer> {
    @Override
    public Integer call() {
        throw new CommandException(
                ExitCodes.USAGE,
                "say what to do: pinisi cert add | list | show | renew | export | remove | import | reseal");
    }
}
