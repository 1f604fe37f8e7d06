package org.pinisi.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A `package.json`: dependencies by npm, kept in the cache while nothing that decides them changes.
final class NodeBuilder {
    private static final String MODULES = "node_modules";
    private static final List<String> LOCKS = List.of("package-lock.json", "npm-shrinkwrap.json");
    private static final int KEPT_TREES = 3;
    private static final List<String> QUIET =
            List.of("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error");
    private static final Pattern PLAIN_NODE = Pattern.compile("node(\\s+[A-Za-z0-9_@%+=:,./-]+)+");
    private static final String ADVICE = "install it (Debian: apt install nodejs npm)";

    private final BuildRun run;
    private final BuildPackageJson json;

    private NodeBuilder(BuildRun run, BuildPackageJson json) {
        this.run = run;
        this.json = json;
    }

    static BuildResult build(BuildRun run, Plan.Node plan) throws IOException, InterruptedException {
        BuildPackageJson json = BuildPackageJson.read(run.source());
        String version = version(run);
        String installed = new NodeBuilder(run, json).dependencies(version);
        return new BuildResult(run.source(), Optional.of(start(plan)), "Node " + version + ", " + installed);
    }

    private static String version(BuildRun run) throws InterruptedException {
        String program = run.program("node", ADVICE).toString();
        String version = run.ask(List.of(program, "--version"))
                .map(text -> text.strip().replaceFirst("^v", ""))
                .orElseThrow(() -> new BuildException(program + " --version fails; is Node installed rightly?"));
        Optional<String> wanted = run.config().node().version();
        if (wanted.isPresent() && !version.equals(wanted.get()) && !version.startsWith(wanted.get() + ".")) {
            throw new BuildException(
                    "%s wants Node %s (node.version), and this machine has %s; install that version, or change the line"
                            .formatted(AppConfig.FILE, wanted.get(), version));
        }
        return version;
    }

    /// Installs, builds, prunes; a few words about it.
    private String dependencies(String version) throws IOException, InterruptedException {
        boolean development = json.build() && json.developmentDependencies();
        String words = "no dependencies";
        if (json.dependencies() || development) {
            words = install(version, development);
        }
        if (json.build()) {
            npm(List.of("run", "build"));
            words += ", npm run build";
        }
        if (development && Files.isDirectory(run.source().resolve(MODULES))) {
            npm(join(List.of("prune", "--omit=dev"), QUIET));
        }
        return words;
    }

    private String install(String version, boolean development) throws IOException, InterruptedException {
        Path modules = run.source().resolve(MODULES);
        BuildFiles.delete(modules);
        Optional<Path> lock = LOCKS.stream()
                .map(run.source()::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
        if (lock.isEmpty()) {
            run.say(
                    "no package-lock.json: each build may get other versions; commit the lock file for a faster, repeatable one");
            npm(options(List.of("install", "--no-package-lock"), development));
            return "npm install";
        }
        Path kept = run.kept("node").resolve(key(lock.get(), version, development));
        if (Files.isDirectory(kept)) {
            run.say("dependencies unchanged: taken from the cache");
            Files.setLastModifiedTime(kept, FileTime.from(Instant.now()));
            BuildFiles.copy(kept, modules);
            return "dependencies unchanged";
        }
        npm(options(List.of("ci"), development));
        if (Files.isDirectory(modules)) {
            keep(modules, kept);
        }
        return "npm ci";
    }

    /// Everything that decides what npm installs.
    private String key(Path lock, String version, boolean development) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        parts.add((version + " " + development + " " + System.getProperty("os.arch")).getBytes(UTF_8));
        parts.add(Files.readAllBytes(lock));
        parts.add(Files.readAllBytes(run.source().resolve(BuildPackageJson.FILE)));
        Path settings = run.source().resolve(".npmrc");
        parts.add(Files.isRegularFile(settings) ? Files.readAllBytes(settings) : new byte[0]);
        return BuildFiles.digest(parts);
    }

    private static void keep(Path modules, Path kept) throws IOException, InterruptedException {
        Path fresh = kept.resolveSibling(UUID.randomUUID() + ".new");
        try {
            BuildFiles.copy(modules, fresh);
            Files.setLastModifiedTime(fresh, FileTime.from(Instant.now()));
            Files.move(fresh, kept, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            BuildFiles.delete(fresh);
        }
        List<Path> trees;
        try (Stream<Path> entries = Files.list(kept.resolveSibling(""))) {
            trees = new ArrayList<>(entries.toList());
        }
        trees.sort(Comparator.comparing(NodeBuilder::used).reversed());
        for (Path old : trees.stream().skip(KEPT_TREES).toList()) {
            BuildFiles.delete(old);
        }
    }

    private static FileTime used(Path tree) {
        try {
            return Files.getLastModifiedTime(tree);
        } catch (IOException failure) {
            throw new BuildException("cannot look at the cache " + tree + ": " + failure, failure);
        }
    }

    private List<String> options(List<String> command, boolean development) {
        List<String> options = join(command, QUIET);
        options.addAll(List.of(
                development ? "--include=dev" : "--omit=dev",
                "--cache",
                run.cache("npm").toString()));
        return options;
    }

    private void npm(List<String> arguments) throws InterruptedException {
        run.run(join(List.of(run.program("npm", ADVICE).toString()), arguments));
    }

    /// A plain `node file arguments` is started without npm, which costs a process and does not pass
    /// signals on well.
    static List<String> start(Plan.Node plan) {
        if (plan.script().isEmpty()) {
            return List.of("node", plan.main());
        }
        String script = plan.script().get();
        return PLAIN_NODE.matcher(script).matches()
                ? List.of(script.split("\\s+"))
                : List.of("npm", "start", "--silent");
    }

    private static List<String> join(List<String> left, List<String> right) {
        List<String> both = new ArrayList<>(left);
        both.addAll(right);
        return both;
    }
}
