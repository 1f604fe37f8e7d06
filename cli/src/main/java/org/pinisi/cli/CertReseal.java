package org.pinisi.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.pinisi.certificates.PassPhrase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `pinisi cert reseal`.
@Command(
        name = "reseal",
        description = {
            "Changes the pass phrase of a book: all its keys are sealed anew, in one commit.",
            "Running edges serve on, and need the new pass phrase when they are started again. Whoever knows the old one can still"
                    + " open the keys of the history: if it leaked, renew the certificates too."
        },
        footerHeading = "%nExample:%n",
        footer = "  pinisi cert reseal -r git@example.org:certificates.git --pass file:old.txt --new-pass file:new.txt")
final class CertReseal implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Mixin
    private BookOptions options = new BookOptions();

    @Option(
            names = "--new-pass",
            paramLabel = "WHERE",
            description = "The new pass phrase: file:PATH (mode 0600) or env:VARIABLE (default: asked for).")
    private Optional<String> newPass = Optional.empty();

    @Override
    public Integer call() throws Exception {
        if (options.remote().isEmpty()) {
            throw new CommandException(
                    ExitCodes.USAGE,
                    "the book of the data folder is sealed with the installation's key, not with a pass phrase; name a book"
                            + " with -r");
        }
        try (OpenBook open = options.open(scope, BookOptions.Need.PHRASE);
                PassPhrase fresh = fresh()) {
            open.book().reseal(fresh);
            open.push();
            scope.out().println("all keys are sealed with the new pass phrase; give it to every edge of this book");
            scope.out().flush();
        }
        return ExitCodes.DONE;
    }

    private PassPhrase fresh() {
        if (newPass.isPresent() || System.console() == null) {
            return PassPhrases.read("--new-pass", newPass);
        }
        PassPhrase fresh = PassPhrases.ask("New pass phrase: ");
        try (PassPhrase again = PassPhrases.ask("The same again: ")) {
            if (!fresh.isSame(again)) {
                fresh.close();
                throw new CommandException(ExitCodes.FAILED, "the two pass phrases differ; nothing was changed");
            }
        }
        return fresh;
    }
}
