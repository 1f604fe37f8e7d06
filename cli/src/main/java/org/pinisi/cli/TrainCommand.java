package org.pinisi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.pinisi.clock.ClockConfig;
import org.pinisi.clock.ClockServer;
import org.pinisi.clock.LogLevels;
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
        List<Training> trainings =
                List.of(new Training("cli", TrainCommand::commandLine), new Training("edge", TrainCommand::service));
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

    /// A service starts, answers a few requests and ends.
    private static void service() {
        ClockConfig config = new ClockConfig(ClockConfig.addresses("127.0.0.1"), 0, LogLevels.DEFAULT);
        try (ClockServer server = ClockServer.start(config, InstantSource.system())) {
            for (int request = 0; request < 3; request++) {
                ask(server.addresses().getFirst());
            }
        }
    }

    private static void ask(InetSocketAddress address) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: train\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
            socket.getInputStream().readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException("the clock that is trained does not answer on " + address, failure);
        }
    }
}
