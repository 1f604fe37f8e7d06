package org.pinisi.cli;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// The root of the command tree: `pinisi [--data DIR] COMMAND …`. Subcommands reach `--data` through
/// `@ParentCommand`.
@Command(
        name = "pinisi",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        description = "A git push becomes a running, isolated service, on a machine of your own.",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            NewCommand.class,
            AppsCommand.class,
            DeployCommand.class,
            ReleasesCommand.class,
            RollbackCommand.class,
            LogsCommand.class,
            SettingCommands.Env.class,
            SettingCommands.Secret.class,
            DoctorCommand.class,
            CompletionCommand.class,
            ClockCommand.class,
            EdgeCommand.class,
            TrainCommand.class
        })
final class Commands implements Runnable {
    private static final String[] EXIT_CODES = {
        "  0  done",
        "  1  failed; one line on standard error says why",
        "  2  the command line was not understood",
        "  3  Pinisi does not run on this data folder",
        "  4  there is no such app, release or run",
        "  5  the deployment failed; what served before serves on",
        "",
        "`pinisi COMMAND --help` says more of a command."
    };

    @Option(
            names = "--data",
            scope = CommandLine.ScopeType.INHERIT,
            paramLabel = "DIR",
            defaultValue = "${env:PINISI_DATA:-data}",
            description = "The data folder, which holds everything (default: $PINISI_DATA, else ./data).")
    private Path data = Path.of("data");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /// The folder that holds the state; relative paths count from the working directory.
    Path data() {
        return data;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: pinisi COMMAND");
    }

    /// The whole tree, with our way of reporting: one line says what went wrong, and for usage errors a
    /// second one where help is.
    static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Commands());
        // Set here and not in the annotation, from which every command would inherit it.
        root.getCommandSpec().usageMessage().footerHeading("%nExit codes:%n").footer(EXIT_CODES);
        HelpPage.set(requireNonNull(root.getSubcommands().get("clock")));
        return root.setParameterExceptionHandler((failure, _) -> {
                    CommandLine command = failure.getCommandLine();
                    PrintWriter err = command.getErr();
                    err.println("pinisi: " + failure.getMessage());
                    UnmatchedArgumentException.printSuggestions(failure, err);
                    err.println("Try '%s --help'."
                            .formatted(command.getCommandSpec().qualifiedName()));
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((failure, command, _) -> {
                    String message = failure.getMessage();
                    command.getErr().println("pinisi: " + (message == null ? failure : message));
                    return failure instanceof CommandException known ? known.exitCode() : ExitCodes.FAILED;
                });
    }
}
