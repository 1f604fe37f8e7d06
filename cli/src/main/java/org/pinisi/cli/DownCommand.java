package org.pinisi.cli;

import java.io.PrintWriter;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.pinisi.edge.EdgeClient;
import org.pinisi.host.Host;
import org.pinisi.host.HostClient;
import org.pinisi.host.HostConfig;
import org.pinisi.vault.Vault;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `pinisi down`.
@Command(
        name = "down",
        description = {
            "Stops everything: the control plane, the edge and every app.",
            "Repositories, releases, settings and logs stay, and the next `pinisi up` brings the apps back. What a control plane"
                    + " that was killed left running is stopped too."
        })
final class DownCommand implements Callable<Integer> {
    private static final Duration STOP_WITHIN = Duration.ofMinutes(2);

    @ParentCommand
    private Commands parent = new Commands();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (!Files.isDirectory(parent.data())) {
            out.println("Pinisi was not up here (there is no data folder "
                    + parent.data().toAbsolutePath() + ").");
            return ExitCodes.DONE;
        }
        DataFolder data = DataFolder.existing(parent.data());
        Files.createDirectories(data.log());
        LogFile.use(data.log().resolve("down.log"));
        Optional<Whereabouts> running = Control.whereabouts(data);
        if (running.isPresent()) {
            Control.stop(data);
        }
        FileLock lock = await(data, running.isPresent());
        running.map(Whereabouts::pid).ifPresent(DownCommand::awaitEnd);
        try {
            // Whatever a killed control plane left behind is ours to end now; after an orderly end nothing is left.
            boolean found = running.isPresent() || leftovers(data);
            out.println(found ? "Pinisi is down." : "Pinisi was not up here (" + data.root() + ").");
        } finally {
            lock.acquiredBy().close();
        }
        return ExitCodes.DONE;
    }

    /// The lock is free a moment before its process has ended; who asks for the end may look for processes.
    private static void awaitEnd(long pid) {
        ProcessHandle.of(pid)
                .map(ProcessHandle::onExit)
                .ifPresent(
                        end -> end.completeOnTimeout(ProcessHandle.current(), STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)
                                .join());
    }

    private static FileLock await(DataFolder data, boolean stopping) throws InterruptedException {
        Instant end = Instant.now().plus(stopping ? STOP_WITHIN : Duration.ofSeconds(5));
        while (Instant.now().isBefore(end)) {
            Optional<FileLock> lock = data.lock();
            if (lock.isPresent()) {
                return lock.get();
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new CommandException(
                ExitCodes.FAILED,
                stopping
                        ? "the control plane did not end within " + STOP_WITHIN.toSeconds() + " s; see " + data.log()
                        : "a process holds this data folder but does not answer; end it, then try again");
    }

    private static boolean leftovers(DataFolder data) throws InterruptedException {
        boolean found;
        try (EdgeClient edge = new EdgeClient(data.edgeSocket())) {
            found = EdgeProcess.stop(edge);
        }
        Vault vault = Vault.open(data.key());
        HostConfig config = HostConfig.of(data.root().resolve("host"), data.hostSocket(), vault, data.root());
        try (Host _ = Host.start(config);
                HostClient client = new HostClient(data.hostSocket())) {
            found |= client.units().stream().anyMatch(unit -> unit.running());
            client.stopAll();
        }
        return found;
    }
}
