package org.pinisi.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        description = "A git push becomes a running, isolated service, on a machine of your own.")
final class Commands implements Runnable {
    private static final List<Map.Entry<String, Class<?>>> ALL = List.of(
            Map.entry("up", UpCommand.class),
            Map.entry("down", DownCommand.class),
            Map.entry("status", StatusCommand.class),
            Map.entry("new", NewCommand.class),
            Map.entry("apps", AppsCommand.class),
            Map.entry("deploy", DeployCommand.class),
            Map.entry("releases", ReleasesCommand.class),
            Map.entry("rollback", RollbackCommand.class),
            Map.entry("logs", LogsCommand.class),
            Map.entry("env", SettingCommands.Env.class),
            Map.entry("secret", SettingCommands.Secret.class),
            Map.entry("domain", DomainCommands.class),
            Map.entry("doctor", DoctorCommand.class),
            Map.entry("key", KeyCommands.class),
            Map.entry("cert", CertCommands.class),
            Map.entry("completion", CompletionCommand.class),
            Map.entry("clock", ClockCommand.class),
            Map.entry("site", SiteCommand.class),
            Map.entry("edge", EdgeCommand.class),
            Map.entry("man", ManCommand.class),
            Map.entry("train", TrainCommand.class));

    private static final List<String> EXIT_CODES = List.of(
            "  0  done",
            "  1  failed; one line on standard error says why",
            "  2  the command line was not understood",
            "  3  Pinisi does not run on this data folder",
            "  4  there is no such app, release or run",
            "  5  the deployment failed; what served before serves on");

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

    /// Each code and what it means, a line each.
    static List<String> exitCodes() {
        return EXIT_CODES;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: pinisi COMMAND");
    }

    /// The whole tree, with our way of reporting: one line says what went wrong, and for usage errors a
    /// second one where help is.
    static CommandLine commandLine() {
        return with(ALL);
    }

    /// The same, as far as these arguments need it: building a command's part of the tree takes some 10
    /// ms.
    static CommandLine commandLine(String... arguments) {
        Optional<String> name = firstWord(arguments);
        List<Map.Entry<String, Class<?>>> named = ALL.stream()
                .filter(command -> name.filter(command.getKey()::equals).isPresent())
                .toList();
        return with(named.isEmpty() ? ALL : named);
    }

    /// The first argument that is neither an option of ours nor its value.
    private static Optional<String> firstWord(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--data")) {
                i++;
            } else if (!arguments[i].startsWith("-")) {
                return Optional.of(arguments[i]);
            }
        }
        return Optional.empty();
    }

    private static CommandLine with(List<Map.Entry<String, Class<?>>> commands) {
        CommandLine root = new CommandLine(new Commands());
        commands.forEach(command -> root.addSubcommand(command.getKey(), command.getValue()));
        // Set here and not in the annotation, from which every command would inherit it.
        List<String> footer = new ArrayList<>(EXIT_CODES);
        footer.addAll(List.of("", "`pinisi COMMAND --help` says more of a command."));
        root.getCommandSpec().usageMessage().footerHeading("%nExit codes:%n").footer(footer.toArray(String[]::new));
        Optional.ofNullable(root.getSubcommands().get("clock")).ifPresent(HelpPage::set);
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
