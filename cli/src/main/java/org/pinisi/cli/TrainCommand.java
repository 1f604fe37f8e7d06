package org.pinisi.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pinisi train`: what train.sh records an AOT cache from, one training for each argument file
/// `<name>.args`. Without a name it prints the names it can train, one a line.
@Command(
        name = "train",
        hidden = true,
        description = "Exercises a part of the program while the JVM records an AOT cache.")
final class TrainCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "NAME")
    private Optional<String> name = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        switch (name.orElse("")) {
            case "" -> spec.commandLine().getOut().printf("cli%nedge%nplane%n");
            case "cli" -> Training.commandLine();
            case "edge" -> Training.edge();
            case "plane" -> PlaneTraining.run();
            default ->
                throw new ParameterException(
                        spec.commandLine(), "Cannot train '" + name.get() + "', only: cli, edge, plane");
        }
        return ExitCodes.DONE;
    }
}
