package org.pinisi.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.pinisi.edge.CertificateSettings;
import org.pinisi.edge.ConfigProblem;
import org.pinisi.edge.ConfigSource;
import org.pinisi.edge.ConfigStatus;
import org.pinisi.edge.Edge;
import org.pinisi.edge.EdgeCertificates;
import org.pinisi.edge.EdgeClient;
import org.pinisi.edge.EdgeConfig;
import org.pinisi.edge.EdgeConfiguration;
import org.pinisi.edge.EdgeException;
import org.pinisi.edge.EdgeHealth;
import org.pinisi.edge.EdgeSetup;
import org.pinisi.git.RemoteBranch;
import org.pinisi.http.Address;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `pinisi edge`: the reverse proxy, in the foreground. `up` starts it as a process of its own, without a
/// configuration; alone it follows one.
@Command(
        name = "edge",
        description = {
            "Runs the reverse proxy alone, by a configuration of its own, until SIGTERM or Ctrl-C.",
            "The configuration is a folder, or a branch of a Git repository, with edge.yaml and routes/*.yaml. It is watched: a"
                    + " change is taken over whole and at once, without a lost request; one with a mistake is refused whole, and"
                    + " what served before serves on, after a restart too. The folder of --data holds what the edge itself keeps.",
            "Without --config it is the edge of a data folder, which `pinisi up` starts by itself."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pinisi edge --config /etc/pinisi-edge --data /var/lib/pinisi-edge",
            "  pinisi edge --config git@git.example.org:edge.git#live --ssh-key ~/.ssh/edge",
            "  pinisi edge --config ./edge --check",
            "  pinisi edge --data /var/lib/pinisi-edge --status"
        })
final class EdgeCommand implements Callable<Integer> {
    @ParentCommand
    private Commands parent = new Commands();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--config",
            paramLabel = "DIR|URL#BRANCH",
            description =
                    "The configuration: a folder on this machine, or a branch of a Git repository (without #BRANCH,"
                            + " main).")
    private Optional<String> config = Optional.empty();

    @Option(
            names = "--listen",
            paramLabel = "ADDR:PORT",
            split = ",",
            description = "Where clients connect, instead of what edge.yaml says; several are parted by commas.")
    private List<String> listen = List.of();

    @Option(
            names = "--listen-tls",
            paramLabel = "ADDR:PORT",
            split = ",",
            description =
                    "Where clients connect with TLS, instead of what edge.yaml says; several are parted by commas.")
    private List<String> listenTls = List.of();

    @Option(
            names = "--http3",
            description = "Offer HTTP/3 too, over UDP at the ports with TLS, instead of what edge.yaml says.")
    private boolean http3;

    @Option(
            names = "--poll",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Amounts.Time.class,
            description =
                    "How often to look for a change that was not noticed (default: ${DEFAULT-VALUE}). Changes in folders"
                            + " of this machine are noticed at once.")
    private Duration poll = Duration.ofSeconds(30);

    @Option(
            names = "--check",
            description = "Only read the configuration, and say what is wrong: exit code 0 when nothing is, else 1.")
    private boolean check;

    @Option(
            names = "--status",
            description =
                    "Ask the edge that runs on --data what serves, and whether that is what is there: exit code 0 when it"
                            + " is, else 1; 3 when no edge runs.")
    private boolean status;

    @Option(
            names = "--reload",
            description =
                    "Make the edge that runs on --data look at its configuration now, and print as --status does.")
    private boolean reload;

    @Mixin
    private GitAccessOptions access = new GitAccessOptions();

    @Mixin
    private CertificateOptions certificates = new CertificateOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (status || reload) {
            return tellStatus();
        }
        if (check) {
            return tellProblems();
        }
        if (config.isEmpty() && listen.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "say what to serve: --config DIR, or --config URL#BRANCH of a Git repository");
        }
        DataFolder data = DataFolder.of(parent.data());
        return config.isPresent() ? runConfigured(data, config.get()) : runForInstallation(data);
    }

    /// As a part of an installation, whose control plane gives it its routes. The keeper of certificates is
    /// opened when the first name is there: it costs time and memory.
    private int runForInstallation(DataFolder data) throws InterruptedException {
        LogFile.use(data.log().resolve("edge.log"));
        CertificateSettings settings = certificates.settings();
        AtomicReference<List<Address>> doors = new AtomicReference<>(List.of());
        try (LaterKeeper keeper = new LaterKeeper(
                        () -> EdgeKeeper.open(data, settings, access, doors::get),
                        () -> EdgeKeeper.phrase(data, settings));
                Folders folders = new Folders(data.edge().resolve("site-cache"))) {
            Edge edge = Edge.builder(EdgeConfig.of(data.edge(), fixed(data)))
                    .folders(folders)
                    .certificates(listenTls.isEmpty() ? EdgeCertificates.none() : keeper.certificates())
                    .signals(keeper::check, keeper::book)
                    .start();
            doors.set(edge.tlsAddresses());
            keeper.reader(edge::follow);
            if (settings.book().isPresent()) {
                // Its entries may be routes.
                keeper.openSoon();
            }
            await(edge);
        }
        return ExitCodes.DONE;
    }

    private int runConfigured(DataFolder data, String place) throws IOException, InterruptedException {
        try (EdgeConfiguration configuration =
                EdgeConfiguration.open(source(place, data), data.edge(), fixed(data), poll, InstantSource.system())) {
            EdgeSetup setup = configuration.setup();
            boolean certified = !setup.config().tls().listen().isEmpty()
                    || setup.certificates().book().isPresent();
            if (!certified) {
                run(data, configuration, Edge.builder(setup.config()), _ -> {});
                return ExitCodes.DONE;
            }
            AtomicReference<List<Address>> doors = new AtomicReference<>(List.of());
            try (EdgeKeeper keeper = EdgeKeeper.open(data, setup.certificates(), access, doors::get)) {
                Edge.Builder builder = Edge.builder(setup.config())
                        .certificates(EdgeCertificates.of(keeper.keeper()))
                        .book(keeper.book());
                keeper.signals().ifPresent(signals -> builder.signals(signals, keeper::book));
                run(data, configuration, builder, doors::set);
            }
        }
        return ExitCodes.DONE;
    }

    private void run(
            DataFolder data, EdgeConfiguration configuration, Edge.Builder builder, Consumer<List<Address>> listening)
            throws InterruptedException {
        try (Folders folders = new Folders(data.edge().resolve("site-cache"))) {
            Edge edge = builder.folders(folders).configuration(configuration).start();
            listening.accept(edge.tlsAddresses());
            EdgeGreeting.print(
                    spec.commandLine().getOut(),
                    json.wanted(),
                    ProcessHandle.current().pid(),
                    edge.addresses(),
                    edge.tlsAddresses(),
                    configuration.status());
            await(edge);
        }
    }

    private static void await(Edge edge) throws InterruptedException {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("edge-stop").unstarted(edge::close));
        edge.awaitStopped();
    }

    /// What the command line decides.
    private Map<String, String> fixed(DataFolder data) {
        Map<String, String> words = new HashMap<>();
        words.put("admin-socket", data.edgeSocket().toString());
        words.put("routes-file", "routes.json");
        if (config.isEmpty()) {
            words.put("access-log", "access.log");
        }
        if (!listen.isEmpty()) {
            words.put("listen", String.join(",", listen));
        }
        if (!listenTls.isEmpty()) {
            words.put("listen-tls", String.join(",", listenTls));
        }
        if (http3) {
            words.put("http3", "on");
        }
        return words;
    }

    private ConfigSource source(String place, DataFolder data) throws IOException, InterruptedException {
        boolean elsewhere = place.contains("#") || place.contains("://") || place.matches("[^/]+@[^/]+:.*");
        if (!elsewhere && !isBareRepository(Path.of(place))) {
            return ConfigSource.folder(Path.of(place));
        }
        int hash = place.indexOf('#');
        String where = hash < 0 ? place : place.substring(0, hash);
        // A path alone is a remote only when it begins with a slash or a dot.
        boolean here = !where.contains(":") && Files.isDirectory(Path.of(where));
        RemoteBranch branch =
                RemoteBranch.parse(here ? Path.of(where).toAbsolutePath() + place.substring(where.length()) : place);
        return ConfigSource.git(access.client(), branch, data.edgeConfiguration(branch.url()));
    }

    private static boolean isBareRepository(Path folder) {
        return Files.isRegularFile(folder.resolve("HEAD")) && Files.isDirectory(folder.resolve("objects"));
    }

    private int tellProblems() throws IOException, InterruptedException {
        String place = config.orElseThrow(
                () -> new ParameterException(spec.commandLine(), "--check needs --config DIR, or --config URL#BRANCH"));
        DataFolder data = DataFolder.of(parent.data());
        List<ConfigProblem> problems;
        try (ConfigSource source = source(place, data)) {
            problems = EdgeConfiguration.check(source, data.edge(), fixed(data));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json.wanted()) {
            out.println(Whereabouts.json(problems));
        } else if (problems.isEmpty()) {
            out.println("the configuration in " + place + " is fine");
        } else {
            problems.forEach(out::println);
        }
        return problems.isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private int tellStatus() {
        DataFolder data = DataFolder.existing(parent.data());
        try (EdgeClient client = new EdgeClient(data.edgeSocket())) {
            Optional<ConfigStatus> there = reload ? client.reload() : client.configuration();
            ConfigStatus found = there.orElseThrow(() -> new CommandException(
                    ExitCodes.FAILED,
                    "the edge of " + data.root() + " follows no configuration; its routes come from `pinisi up`"));
            EdgeHealth health = client.health();
            EdgeGreeting.print(
                    spec.commandLine().getOut(),
                    json.wanted(),
                    health.pid(),
                    health.addresses(),
                    health.tlsAddresses(),
                    found);
            return found.isWell() ? ExitCodes.DONE : ExitCodes.FAILED;
        } catch (EdgeException away) {
            if (away.getCause() == null) {
                throw away;
            }
            throw new CommandException(
                    ExitCodes.NOT_RUNNING,
                    "no edge runs on the data folder " + data.root() + "; start it with `pinisi edge --config`");
        }
    }
}
