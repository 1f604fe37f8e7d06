package org.pinisi.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pinisi train`: what train.sh records an AOT cache from. Without a name it prints the names it can train, one a
/// line.
@Command(
        name = "train",
        hidden = true,
        description = "Exercises a part of the program while the JVM records an AOT cache.")
final class TrainCommand implements Callable<Integer> {
    /// One training run for the argument file `<name>.args`. It ends by itself, within seconds, and touches no user
    /// data.
    record Training(String name, Runnable run) {}

    @Parameters(arity = "0..1", paramLabel = "NAME")
    private Optional<String> name = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        List<Training> trainings = List.of(new Training("cli", TrainCommand::commandLine));
        if (name.isEmpty()) {
            trainings.forEach(training -> spec.commandLine().getOut().println(training.name()));
            return CommandLine.ExitCode.OK;
        }
        Training wanted = trainings.stream()
                .filter(training -> training.name().equals(name.get()))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "Cannot train '%s', only: %s"
                                .formatted(
                                        name.get(),
                                        trainings.stream().map(Training::name).collect(Collectors.joining(", ")))));
        wanted.run().run();
        return CommandLine.ExitCode.OK;
    }

    /// What nearly every command does first: build the tree, parse, print help.
    private static void commandLine() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Main.run(nowhere, nowhere, "--version");
        Main.run(nowhere, nowhere, "--help");
        Main.run(nowhere, nowhere, "no-such-command");
    }
}
