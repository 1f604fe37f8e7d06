package org.pinisi.deployer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.pinisi.process.Command;
import org.pinisi.process.Finished;
import org.pinisi.process.Found;
import org.pinisi.process.Launch;
import org.pinisi.process.Marker;
import org.pinisi.process.Output;
import org.pinisi.process.ProcessException;
import org.pinisi.process.Processes;
import org.pinisi.process.Sandbox;

/// Build programs as processes of this machine, in a bubblewrap sandbox where there is one.
///
/// Each carries the variable `PINISI_JOB`, by which what a crash of ours left running is found.
final class BuildProcesses implements BuildCommands {
    private static final String MARKER = "PINISI_JOB";

    private static final Duration GRACE = Duration.ofSeconds(2);
    /// What `/etc/resolv.conf` leads to where systemd resolves names; `/run` is hidden otherwise.
    private static final Path RESOLVER = Path.of("/run/systemd/resolve");

    private static final List<Path> HIDDEN_BY_SANDBOX = List.of(Path.of("/root"), Path.of("/home"));

    private final Processes processes;
    private final BuildTools tools;
    private final String instance;

    /// @param instance a word for this installation, so that another's builds on the same machine are left
    ///     alone
    BuildProcesses(Processes processes, BuildTools tools, String instance) {
        this.processes = processes;
        this.tools = tools;
        this.instance = instance;
    }

    /// Ends what a crash of ours left running.
    ///
    /// @return how many processes there were
    static int endLeftovers(Processes processes, String instance) throws InterruptedException {
        int ended = 0;
        for (Found found : processes.find(MARKER)) {
            if (found.marker().value().startsWith(instance + "-")) {
                ended += processes.end(found.marker());
            }
        }
        return ended;
    }

    @Override
    public Ended run(Order order, Duration timeout, Consumer<String> lines) throws InterruptedException {
        Launch launch = new Launch(
                new Command(order.arguments(), order.folder(), order.environment()),
                new Marker(MARKER, instance + "-" + UUID.randomUUID()),
                new Output.Lines(lines),
                sandbox(order.writable()),
                tools.limits());
        try {
            Finished finished = processes.run(launch, timeout, GRACE);
            String how = finished.timedOut()
                    ? "ended by us: its time was up"
                    : finished.exit().describe();
            return new Ended(finished.succeeded(), how);
        } catch (ProcessException failure) {
            String program = order.arguments().getFirst();
            throw new BuildException("cannot run " + program + ": " + failure.getMessage(), failure);
        }
    }

    @Override
    public List<String> warnings() {
        if (processes.sandbox().available()) {
            return List.of();
        }
        return List.of("no sandbox here, so this build may see and write what our own user may: "
                + processes.sandbox().detail());
    }

    private static boolean isOtherwiseHidden(Path folder) {
        return HIDDEN_BY_SANDBOX.stream().anyMatch(folder::startsWith) && Files.isDirectory(folder);
    }

    private Sandbox sandbox(List<Path> writable) {
        if (!processes.sandbox().available()) {
            return new Sandbox.None();
        }
        List<Path> readOnly = new ArrayList<>();
        if (Files.isDirectory(RESOLVER)) {
            readOnly.add(RESOLVER);
        }
        tools.programFolders().stream()
                .filter(BuildProcesses::isOtherwiseHidden)
                .forEach(readOnly::add);
        if (isOtherwiseHidden(tools.javaHome())) {
            readOnly.add(tools.javaHome());
        }
        return new Sandbox.Bubblewrap(readOnly, writable, tools.hidden());
    }
}
