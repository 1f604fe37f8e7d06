package org.pinisi.deployer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Finds out from the files how an app is to be built.
///
/// Unless `build` says it, the first of these decides: a `package.json` with a start script or a server
/// file; `pom.xml`; `build.gradle` or `build.gradle.kts`; a Java source file with a main method;
/// `index.html` in the folder or one of the usual ones; a `start` command.
final class Detection {
    private static final List<String> SITES =
            List.of(".", "public", "dist", "build", "site", "_site", "out", "www", "docs", "htdocs");
    private static final List<String> GRADLE_FILES = List.of("build.gradle.kts", "build.gradle");

    private final Path source;
    private final AppConfig config;
    private final String app;

    private Detection(Path source, AppConfig config, String app) {
        this.source = source;
        this.config = config;
        this.app = app;
    }

    /// @param source a plain folder with the repository's files
    /// @param app the app's name, which a Java source file may carry
    /// @throws BuildException when nothing known is there, or the configuration asks for what is not there
    /// @throws ConfigException when the configuration file has nearly, but not quite, the right name
    static Plan of(Path source, AppConfig config, String app) {
        ConfigFile.refuseMisnamed(source);
        try {
            return new Detection(source, config, app).plan();
        } catch (IOException failure) {
            throw new BuildException("cannot read the files of " + app + ": " + failure, failure);
        }
    }

    private Plan plan() throws IOException {
        return switch (config.build().kind()) {
            case AUTO -> detected();
            case STATIC ->
                site().orElseThrow(() -> missing("build is static, but there is no index.html in "
                        + config.folder().orElse(String.join(", ", SITES))
                        + "; name the folder with folder"));
            case RUN -> new Plan.Run(config.build().command());
            case JAVA ->
                maven().or(this::gradle)
                        .or(this::javaSource)
                        .orElseThrow(
                                () -> missing(
                                        "build is java, but there is no pom.xml, build.gradle or Java source file with a main method"));
            case NODE ->
                node(true)
                        .orElseThrow(() -> missing(
                                "build is node, but there is no package.json with a start script, and no server.js"));
        };
    }

    private Plan detected() throws IOException {
        if (config.folder().isPresent()) {
            return site().orElseThrow();
        }
        return node(false)
                .or(this::maven)
                .or(this::gradle)
                .or(this::javaSource)
                .or(this::site)
                .or(this::started)
                .orElseThrow(() -> missing("""
                        nothing here tells how to build %s; looked for
                          package.json with a start script or server.js (Node)
                          pom.xml (Maven), build.gradle (Gradle)
                          one .java file with a main method (Java)
                          index.html, also in public/, dist/, docs/ ... (static site)
                          start or build in %s\
                        """.formatted(app, AppConfig.FILE)));
    }

    private static BuildException missing(String message) {
        return new BuildException(message);
    }

    private Optional<Plan> node(boolean asked) throws IOException {
        if (!exists(BuildPackageJson.FILE)) {
            return Optional.empty();
        }
        BuildPackageJson json = BuildPackageJson.read(source);
        boolean started =
                json.start().isPresent() || json.main().filter(this::isServer).isPresent();
        boolean configured = !config.start().isEmpty()
                || (json.build() && config.build().output().isPresent());
        if (started || configured || (asked && json.main().isPresent())) {
            return Optional.of(new Plan.Node(json.start(), json.main().orElse("server.js")));
        }
        return Optional.empty();
    }

    private boolean isServer(String file) {
        return file.startsWith("server.");
    }

    private Optional<Plan> maven() {
        return exists("pom.xml") ? Optional.of(new Plan.Maven()) : Optional.empty();
    }

    private Optional<Plan> gradle() {
        return GRADLE_FILES.stream().filter(this::exists).findFirst().map(file -> {
            boolean wrapper = Files.isExecutable(source.resolve("gradlew"));
            return new Plan.Gradle(file, List.of(wrapper ? "./gradlew" : "gradle"));
        });
    }

    private Optional<Plan> javaSource() {
        try {
            if (config.java().main().isPresent()) {
                return Optional.of(javaNamed(config.java().main().get()));
            }
            List<Path> files = BuildJavaSources.in(source);
            List<Path> mains = BuildJavaSources.withMain(files);
            List<Path> preferred = mains.stream().filter(this::isPreferred).toList();
            if (mains.size() == 1 || preferred.size() == 1) {
                Path main = mains.size() == 1 ? mains.getFirst() : preferred.getFirst();
                return Optional.of(new Plan.JavaSource(source.relativize(main).toString()));
            }
            if (mains.size() > 1) {
                throw missing("several Java files have a main method: %s; choose one with java: {main: ...} in %s"
                        .formatted(
                                String.join(
                                        ", ",
                                        mains.stream()
                                                .map(file -> file.getFileName().toString())
                                                .toList()),
                                AppConfig.FILE));
            }
            return Optional.empty();
        } catch (IOException failure) {
            throw new BuildException("cannot read the Java files of " + app + ": " + failure, failure);
        }
    }

    private Plan javaNamed(String file) throws IOException {
        if (!Files.isRegularFile(source.resolve(file))) {
            throw missing("there is no file %s (java.main in %s)".formatted(file, AppConfig.FILE));
        }
        if (BuildJavaSources.withMain(List.of(source.resolve(file))).isEmpty()) {
            throw missing("%s has no main method (java.main in %s)".formatted(file, AppConfig.FILE));
        }
        return new Plan.JavaSource(file);
    }

    private boolean isPreferred(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.equals("main.java")
                || name.equals(app.toLowerCase(Locale.ROOT).replace("-", "") + ".java");
    }

    private Optional<Plan> site() {
        Optional<String> asked = config.folder();
        if (asked.isPresent()) {
            Path folder = source.resolve(asked.get());
            if (!isOwnFolder(folder)) {
                throw missing("there is no folder %s (folder in %s)".formatted(asked.get(), AppConfig.FILE));
            }
            return Optional.of(new Plan.Static(asked.get(), count(folder)));
        }
        return SITES.stream()
                .filter(folder -> exists(folder + "/index.html") && isOwnFolder(source.resolve(folder)))
                .findFirst()
                .map(folder -> new Plan.Static(folder, count(source.resolve(folder))));
    }

    /// A folder of the repository itself, not one that a link leads to.
    private boolean isOwnFolder(Path folder) {
        try {
            return Files.isDirectory(folder) && folder.toRealPath().startsWith(source.toRealPath());
        } catch (IOException failure) {
            throw new BuildException("cannot look at " + folder + ": " + failure, failure);
        }
    }

    private static int count(Path folder) {
        try {
            return StaticBuilder.count(folder);
        } catch (IOException failure) {
            throw new BuildException("cannot count the files in " + folder + ": " + failure, failure);
        }
    }

    private Optional<Plan> started() {
        return config.start().isEmpty() ? Optional.empty() : Optional.of(new Plan.Run(List.of()));
    }

    private boolean exists(String name) {
        return Files.isRegularFile(source.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }
}
