package org.pinisi.deployer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/// What a repository's `pinisi.yaml` says of its app, with every default filled in. Immutable.
///
/// Every key is optional, and so is the file. [#parse] reads it; each accessor names its key.
///
/// @param build key `build`: how the app is built; a word (`auto`, `static`, `run`, `java`, `node`) or a map
/// @param folder key `folder`: for a static site, the folder that is served, relative to the repository;
///     empty =
///     detected
/// @param site key `site`: how a static site is served
/// @param start key `start`: the command that starts the app, one argument an element; empty = the builder
///     knows it
/// @param env key `env`: environment of the running app, in the order of the file
/// @param health key `health`: how we find out that a fresh unit serves; a path or a map
/// @param memoryBytes key `memory`: the most memory a unit may use, in bytes (`256M`); empty = no limit
/// @param cpus key `cpus`: the most processor time a unit may use, in cores (`0.5`); empty = no limit
/// @param grace key `stop.grace`: from the request to stop to the kill
/// @param drain key `drain`: how long the old release may finish its requests after a switch
/// @param restart key `restart`: what to do when a unit ends by itself
/// @param deployBranches key `branches.deploy`: branches whose pushes are deployed
/// @param hosts key `hosts`: further host names that lead to the app, lower-case; nothing is done for them
///     in public
/// @param domains key `domains`: names on the internet, each with a certificate
/// @param java key `java`: for apps in Java
/// @param node key `node`: for apps in JavaScript
public record AppConfig(
        Build build,
        Optional<String> folder,
        Site site,
        List<String> start,
        Map<String, String> env,
        Health health,
        OptionalLong memoryBytes,
        OptionalDouble cpus,
        Duration grace,
        Duration drain,
        Restart restart,
        List<String> deployBranches,
        List<String> hosts,
        List<AppDomain> domains,
        Java java,
        Node node) {
    /// The file's name in the root of a repository.
    public static final String FILE = "pinisi.yaml";

    /// Copies what can change.
    public AppConfig {
        start = List.copyOf(start);
        env = ConfigMaps.ordered(env);
        deployBranches = List.copyOf(deployBranches);
        hosts = List.copyOf(hosts);
        domains = List.copyOf(domains);
    }

    /// Key `build`, or its map's `kind`.
    public enum Kind {
        /// Look at the files and choose.
        AUTO,
        /// Serve a folder; nothing is started.
        STATIC,
        /// Run `build.command`, if any, then `start`.
        RUN,
        /// Maven, Gradle or plain Java source, by what is there.
        JAVA,
        /// `package.json`.
        NODE
    }

    /// Key `restart`.
    public enum Restart {
        /// Again when it ended with a code other than 0 or by a signal.
        ON_FAILURE,
        /// Again whenever it ended.
        ALWAYS,
        /// Never again.
        NEVER
    }

    /// Key `build`.
    ///
    /// @param kind which builder
    /// @param command what a `run` build runs, one argument an element; empty = nothing to run
    /// @param output the folder, relative to the repository, that becomes the image; empty = the builder's
    ///     choice
    /// @param env further environment of the build
    /// @param timeout the most time one build may take
    public record Build(
            Kind kind, List<String> command, Optional<String> output, Map<String, String> env, Duration timeout) {
        /// Copies what can change.
        public Build {
            command = List.copyOf(command);
            env = ConfigMaps.ordered(env);
        }
    }

    /// Key `health`.
    ///
    /// @param path what is asked for, beginning with `/`
    /// @param deadline how long a fresh unit has to become healthy
    /// @param interval from one try to the next
    public record Health(String path, Duration deadline, Duration interval) {}

    /// Key `java`.
    ///
    /// @param main the source file with the main method, relative to the repository; empty = detected
    /// @param options further options of the Java virtual machine; empty = ours alone
    public record Java(Optional<String> main, List<String> options) {
        /// Copies what can change.
        public Java {
            options = List.copyOf(options);
        }
    }

    /// Key `node`.
    ///
    /// @param version the wanted version or its beginning (`20`, `20.11`); empty = any
    public record Node(Optional<String> version) {}

    /// Key `site`.
    ///
    /// @param spa answers pages that are not there with `/index.html`
    /// @param listing lists folders that have no `index.html`
    /// @param cleanUrls lets `/about` mean `/about.html`
    public record Site(boolean spa, boolean listing, boolean cleanUrls) {
        /// What differs from the defaults, as the edge knows it.
        Map<String, String> settings() {
            Map<String, String> settings = new TreeMap<>();
            if (spa) {
                settings.put("spa", "true");
            }
            if (listing) {
                settings.put("listing", "true");
            }
            if (cleanUrls) {
                settings.put("clean-urls", "true");
            }
            return settings;
        }
    }

    /// What holds without a file.
    public static AppConfig defaults() {
        return new AppConfig(
                new Build(Kind.AUTO, List.of(), Optional.empty(), Map.of(), Duration.ofMinutes(10)),
                Optional.empty(),
                new Site(false, false, false),
                List.of(),
                Map.of(),
                new Health("/", Duration.ofSeconds(30), Duration.ofMillis(200)),
                OptionalLong.empty(),
                OptionalDouble.empty(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Restart.ON_FAILURE,
                List.of("main", "live"),
                List.of(),
                List.of(),
                new Java(Optional.empty(), List.of()),
                new Node(Optional.empty()));
    }

    /// Reads the text of a `pinisi.yaml`; `fileName` is for messages only.
    ///
    /// @throws ConfigException with every problem found, each with line, column and what was expected
    public static AppConfig parse(String text, String fileName) {
        return ConfigParser.parse(text, fileName);
    }

    /// As [#parse(String, String)], of the file's bytes.
    ///
    /// @throws ConfigException also when they are not UTF-8
    public static AppConfig parse(byte[] content, String fileName) {
        return parse(ConfigFile.decode(content, fileName), fileName);
    }

    /// Lines for the pusher about what is allowed but unwise; values are never repeated.
    public List<String> hints() {
        return ConfigSecrets.hints(env).toList();
    }

    /// The effective configuration, one `key=value` line each, sorted: equal texts mean equal configurations.
    public String canonical() {
        return ConfigCanonical.text(this);
    }

    /// SHA-256 of [#canonical], 64 hexadecimal digits; part of a release's identity.
    public String digest() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(canonical().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }
}
