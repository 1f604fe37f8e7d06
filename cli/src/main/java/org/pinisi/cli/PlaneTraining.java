package org.pinisi.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.pinisi.cli.Installation.Ending;
import org.pinisi.cli.Installation.Wishes;
import org.pinisi.http.Address;
import org.pinisi.http.HttpClient;

/// The control plane's training: it starts everything, takes pushes of a site and of a small program with
/// the machine's git where there is one, over HTTP and SSH, shows the pages, and ends everything. What the
/// machine lacks is left out of the record; it then only starts and works a little slower at first.
final class PlaneTraining {
    private static final Duration LONGEST_COMMAND = Duration.ofSeconds(30);
    private static final int PAGES = 3;

    private final Path folder;
    private final DataFolder data;
    private final Path key;

    private PlaneTraining(Path folder) {
        this.folder = folder;
        this.data = DataFolder.of(folder.resolve("data"));
        this.key = folder.resolve("key");
    }

    static void run() throws Exception {
        Path folder = Files.createTempDirectory("pinisi-train");
        PlaneTraining training = new PlaneTraining(folder);
        try {
            training.upAndDown();
        } finally {
            Files.deleteIfExists(training.data.key());
            Training.delete(folder);
        }
    }

    private void upAndDown() throws Exception {
        Files.createDirectories(data.log());
        LogFile.use(data.log().resolve("pinisi.log"));
        Listen any = Listen.parse("127.0.0.1:0");
        try (Installation installation = Installation.start(
                data,
                data.lock().orElseThrow(),
                new Wishes(any, any, EdgeTlsWish.parse(EdgeTlsWish.USUAL), any, List.of()))) {
            Whereabouts at = installation.whereabouts();
            pushes(at);
            try (HttpClient client = HttpClient.create()) {
                Address web = Address.parse(at.web().substring("http://".length()));
                for (int i = 0; i < PAGES; i++) {
                    Training.get(client, web, "/", "localhost");
                    Training.get(client, web, "/apps/site", "localhost");
                    Training.get(client, web, "/runs/1", "localhost");
                }
                Training.get(client, new Address.Unix(data.controlSocket()), "/apps", "localhost");
            }
            installation.ask(Ending.EVERYTHING);
            installation.awaitEnd(data);
        }
    }

    private void pushes(Whereabouts at) throws IOException, InterruptedException {
        Path site = Files.createDirectories(folder.resolve("site"));
        Files.writeString(site.resolve("index.html"), "<!doctype html><title>one</title>");
        commitAndPush(site, at.git() + "site.git");
        Files.writeString(site.resolve("index.html"), "<!doctype html><title>two</title>");
        boolean hasKey = succeeds(folder, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
        if (hasKey) {
            Files.writeString(
                    data.authorizedKeys(),
                    Files.readString(key.resolveSibling("key.pub")),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        commitAndPush(site, (hasKey ? at.ssh() : at.git()) + "site.git");
        Path program = Files.createDirectories(folder.resolve("program"));
        try (InputStream source = PlaneTraining.class.getResourceAsStream("examples/clock/Clock.java")) {
            if (source != null) {
                Files.copy(source, program.resolve("Clock.java"));
                commitAndPush(program, at.git() + "program.git");
                Files.writeString(program.resolve("Clock.java"), "// Two.\n", StandardOpenOption.APPEND);
                commitAndPush(program, at.git() + "program.git");
            }
        }
    }

    private void commitAndPush(Path app, String url) throws IOException, InterruptedException {
        if (Files.notExists(app.resolve(".git"))) {
            succeeds(app, "git", "init", "-q", "-b", "main");
        }
        succeeds(app, "git", "add", ".");
        succeeds(app, "git", "-c", "user.name=train", "-c", "user.email=train@localhost", "commit", "-qm", "train");
        succeeds(app, "git", "push", "-q", url, "main");
    }

    private boolean succeeds(Path where, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        String ssh =
                "ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -i ";
        builder.environment()
                .putAll(Map.of(
                        "GIT_CONFIG_GLOBAL",
                        "/dev/null",
                        "GIT_CONFIG_NOSYSTEM",
                        "1",
                        "GIT_SSH_COMMAND",
                        ssh + "'" + key + "'"));
        Process process;
        try {
            process = builder.start();
        } catch (IOException noSuchProgram) {
            return false;
        }
        if (!process.waitFor(LONGEST_COMMAND.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            return false;
        }
        return process.exitValue() == 0;
    }
}
