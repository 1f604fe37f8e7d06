package org.pinisi.cli;

import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The root of the command tree: `pinisi [--data DIR] COMMAND …`. Subcommands reach `--data` through `@ParentCommand`.
@Command(
        name = "pinisi",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "A git push becomes a running, isolated service, on a machine of your own.",
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0  done",
            "  1  failed; one line on standard error says why",
            "  2  the command line was not understood",
            "  3  Pinisi does not run on this data folder",
            "  4  there is no such app, release or run",
            "  5  the deployment failed; what served before serves on"
        },
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
            EdgeCommand.class,
            TrainCommand.class
        })
final class Commands implements Runnable {
    @Option(
            names = "--data",
            scope = CommandLine.ScopeType.INHERIT,
            paramLabel = "DIR",
            defaultValue = "${env:PINISI_DATA:-data}",
            description = "Where everything is kept (default: $PINISI_DATA, or data in this folder).")
    private Path data = Path.of("data");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /// The folder that holds the state; relative paths count from the working directory.
    Path data() {
        return data;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: pinisi COMMAND, or pinisi --help.");
    }

    /// The whole tree, with our way of reporting: one line for a failed command, usage errors with exit code 2.
    static CommandLine commandLine() {
        return new CommandLine(new Commands()).setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("pinisi: " + reason(failure));
            return failure instanceof CommandException known ? known.exitCode() : ExitCodes.FAILED;
        });
    }

    private static String reason(Exception failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }
}
