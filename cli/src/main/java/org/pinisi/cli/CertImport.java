package org.pinisi.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.pinisi.certificates.ContrunoImport;
import org.pinisi.git.GitClient;
import org.pinisi.git.RemoteBranch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `pinisi cert import`.
@Command(
        name = "import",
        description = {
            "Takes over a repository of Contruno: -r names it, and nothing is written to it.",
            "Each of its files is told, with what was taken or why not. What the book has already stays as it is. Keys are"
                    + " sealed in the book; in the history of Contruno's repository they stay in clear."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pinisi cert import -r git@example.org:contruno.git#master",
            "  pinisi cert import -r git@example.org:contruno.git --into git@example.org:book.git --pass file:pass.txt"
        })
final class CertImport implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private CommandScope scope = new CommandScope();

    @Mixin
    private BookOptions options = new BookOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(
            names = "--into",
            paramLabel = "URL#BRANCH",
            description = "The repository with the book (default: the book of the data folder).")
    private Optional<String> into = Optional.empty();

    @Override
    public Integer call() throws Exception {
        RemoteBranch from = RemoteBranch.parse(options.remote()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "-r names the repository of Contruno to take over")));
        Path folder = Files.createTempDirectory("pinisi-import");
        List<ContrunoImport.Report> reports;
        try (GitClient client = options.client()) {
            ContrunoImport read = ContrunoImport.read(client, from, folder.resolve("copy.git"), InstantSource.system());
            try (OpenBook open = options.open(scope, BookOptions.Need.PHRASE, into)) {
                reports = read.into(open.book());
                open.push();
            }
        } finally {
            OpenBook.delete(folder);
        }
        tell(reports);
        return ExitCodes.DONE;
    }

    private void tell(List<ContrunoImport.Report> reports) {
        if (json.wanted()) {
            scope.out().println(Whereabouts.json(reports));
        } else {
            for (ContrunoImport.Report report : reports) {
                String notes = String.join("; ", report.notes());
                scope.out()
                        .println(
                                report.name().isPresent()
                                        ? report.file() + ": taken" + (notes.isEmpty() ? "" : "; " + notes)
                                        : report.file() + ": not taken: " + notes);
            }
            long taken =
                    reports.stream().filter(report -> report.name().isPresent()).count();
            scope.out().println(taken + " of " + reports.size() + " files taken");
        }
        scope.out().flush();
    }
}
