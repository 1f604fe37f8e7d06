package org.pinisi.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.pinisi.cli.Installation.Ending;
import org.pinisi.cli.Installation.Wishes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `pinisi up`.
@Command(
        name = "up",
        description = {
            "Starts everything on this machine, and says where things are.",
            "At a terminal, Ctrl-C stops everything. Without one, as under a service manager, a TERM signal stops only the"
                    + " control plane: apps and edge serve on, and the next `pinisi up` takes them over. `pinisi down` stops"
                    + " everything, from any terminal.",
            "A port of 0 means any free one, the same again next time where that is possible."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pinisi up",
            "  pinisi up --detach --edge 0.0.0.0:80 --acme-agree --acme-email you@example.org",
            "  pinisi --data ~/second up --web :0 --edge :0 --ssh :0"
        })
final class UpCommand implements Callable<Integer> {
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    @ParentCommand
    private Commands parent = new Commands();

    @Option(
            names = "--web",
            paramLabel = "ADDR:PORT",
            defaultValue = "127.0.0.1:8080",
            converter = Listen.Converter.class,
            description = "Where the page and Git over HTTP are (default: ${DEFAULT-VALUE}).")
    private Listen web = Listen.parse("127.0.0.1:8080");

    @Option(
            names = "--edge",
            paramLabel = "ADDR:PORT",
            defaultValue = "127.0.0.1:8000",
            converter = Listen.Converter.class,
            description = "Where the edge is, and with it the apps (default: ${DEFAULT-VALUE}).")
    private Listen edge = Listen.parse("127.0.0.1:8000");

    @Option(
            names = "--edge-tls",
            paramLabel = "ADDR:PORT",
            defaultValue = EdgeTlsWish.USUAL,
            converter = EdgeTlsWish.Converter.class,
            description =
                    "Where the edge is with TLS; off for nowhere. By default beside --edge: port 443 beside 80, else 8443 when"
                            + " it is free.")
    private EdgeTlsWish edgeTls = EdgeTlsWish.parse(EdgeTlsWish.USUAL);

    @Option(names = "--http3", description = "Offer HTTP/3 too, over UDP at the port of --edge-tls.")
    private boolean http3;

    @Option(
            names = "--ssh",
            paramLabel = "ADDR:PORT",
            defaultValue = "127.0.0.1:2222",
            converter = Listen.Converter.class,
            description = "Where Git over SSH is (default: ${DEFAULT-VALUE}).")
    private Listen ssh = Listen.parse("127.0.0.1:2222");

    @Option(names = "--detach", description = "Run in the background; return once all is ready.")
    private boolean detach;

    @Mixin
    private CertificateOptions certificates = new CertificateOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        DataFolder data = DataFolder.of(parent.data());
        PrintWriter out = spec.commandLine().getOut();
        if (http3 && edgeTls.off()) {
            throw new ParameterException(spec.commandLine(), "--http3 needs TLS: leave out --edge-tls off");
        }
        return detach ? startDetached(data, out) : runHere(data, out);
    }

    private int runHere(DataFolder data, PrintWriter out) throws Exception {
        Instant begin = Instant.now();
        Optional<FileLock> lock = data.lock();
        if (lock.isEmpty()) {
            return alreadyRuns(data, out);
        }
        Files.createDirectories(data.log());
        LogFile.use(data.log().resolve("pinisi.log"));
        try (Installation installation = Installation.start(data, lock.get(), wishes())) {
            endWithTheProcess(installation);
            Greeting.print(out, installation.whereabouts(), Duration.between(begin, Instant.now()));
            warn(spec.commandLine().getErr());
            installation.awaitEnd(data);
        }
        return ExitCodes.DONE;
    }

    private Wishes wishes() {
        certificates.settings();
        return new Wishes(web, edge, edgeTls, ssh, edgeFlags());
    }

    private List<String> edgeFlags() {
        List<String> flags = new ArrayList<>(certificates.arguments());
        if (http3) {
            flags.add("--http3");
        }
        return flags;
    }

    /// A person at a terminal who presses Ctrl-C wants it all to stop; a service manager that restarts us
    /// wants the apps to serve on.
    private static void endWithTheProcess(Installation installation) {
        Console console = System.console();
        boolean person = console != null && console.isTerminal();
        Ending ending = person ? Ending.EVERYTHING : Ending.LEAVE_RUNNING;
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("up-end").unstarted(() -> {
            installation.ask(ending);
            installation.awaitEnded();
        }));
    }

    private void warn(PrintWriter err) {
        if (!web.isLoopback()) {
            err.println("pinisi: warning: --web " + web
                    + " can be reached from other machines: whoever reaches it can clone"
                    + " the repositories and read the logs (pushes over HTTP are taken from this machine only)");
        }
    }

    private int alreadyRuns(DataFolder data, PrintWriter out) throws InterruptedException {
        Instant end = Instant.now().plus(READY_WITHIN);
        // Another `up` may be on its way; whoever asks for it to be up is told when it is.
        while (Instant.now().isBefore(end)) {
            Optional<Whereabouts> there = Control.whereabouts(data);
            if (there.isPresent()) {
                out.println("Pinisi runs already (process " + there.get().pid() + ").");
                Greeting.print(out, there.get(), Duration.ZERO);
                return ExitCodes.DONE;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new CommandException(
                ExitCodes.FAILED,
                "another process holds " + data.root().resolve("lock") + " but does not answer; see " + data.log());
    }

    private int startDetached(DataFolder data, PrintWriter out) throws Exception {
        Instant begin = Instant.now();
        Path output = data.log().resolve("up.out");
        Files.createDirectories(data.log());
        Files.deleteIfExists(output);
        List<String> arguments = new ArrayList<>(List.of("--data", data.root().toString(), "up"));
        arguments.addAll(List.of("--web", web.toString(), "--edge", edge.toString(), "--ssh", ssh.toString()));
        arguments.addAll(List.of("--edge-tls", edgeTls.toString()));
        arguments.addAll(edgeFlags());
        Process process = Programs.start("plane", output, arguments);
        while (Duration.between(begin, Instant.now()).compareTo(READY_WITHIN) < 0) {
            Optional<Whereabouts> there = Control.whereabouts(data);
            if (there.isPresent()) {
                Greeting.print(out, there.get(), Duration.between(begin, Instant.now()));
                warn(spec.commandLine().getErr());
                return ExitCodes.DONE;
            }
            if (!process.isAlive() && process.exitValue() != 0) {
                throw new CommandException(ExitCodes.FAILED, lastWords(output));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        process.destroy();
        throw new CommandException(
                ExitCodes.FAILED,
                "not ready after " + READY_WITHIN.toSeconds() + " s; see "
                        + data.log().resolve("pinisi.log"));
    }

    private static String lastWords(Path output) {
        String lines = EdgeProcess.lastLines(output);
        return lines.startsWith("pinisi: ") ? lines.substring("pinisi: ".length()) : lines;
    }
}
