package org.pinisi.deployer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Runs one program of a build in its sandbox, to its end.
interface BuildCommands {
    /// How a program ended.
    ///
    /// @param succeeded code 0, in time
    /// @param how for people: `exit code 1`, `ended after 10m`
    record Ended(boolean succeeded, String how) {}

    /// What to run.
    ///
    /// @param arguments the program and its arguments
    /// @param folder the working folder
    /// @param environment complete
    /// @param writable the only folders that it may write, `/tmp` of its own aside
    record Order(List<String> arguments, Path folder, Map<String, String> environment, List<Path> writable) {
        public Order {
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
            writable = List.copyOf(writable);
        }
    }

    /// Runs; `lines` gets its output from one thread. When this returns or throws, nothing it started is
    /// alive.
    Ended run(Order order, Duration timeout, Consumer<String> lines) throws InterruptedException;

    /// What is not as it should be on this machine, for the build's log; empty when all is well.
    List<String> warnings();
}
