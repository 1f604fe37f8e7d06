package org.pinisi.deployer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A `pom.xml`: packaged by Maven, its local repository in the app's cache.
final class MavenBuilder {
    private static final String LIBRARIES = "lib";
    private static final String DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0";
    private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
    private static final Pattern DEPENDENCY = Pattern.compile("<dependency>.*?</dependency>", Pattern.DOTALL);
    private static final Pattern TEST_SCOPE = Pattern.compile("<scope>\\s*(test|provided)\\s*</scope>");
    /// Maven runs for a second or two, and C1 alone halves its processor time (measured: 3.8 s to 2.0 s).
    /// Being offline gains nothing on top where the local repository is complete. The last two spare the
    /// pusher Java's warnings about Maven's libraries.
    private static final String MAVEN_OPTS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
            + " --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED";

    private MavenBuilder() {}

    static BuildResult build(BuildRun run) throws IOException, InterruptedException {
        List<String> maven = maven(run);
        // Java takes its user.home from the user's record, not from HOME.
        String options = String.join(" ", MAVEN_OPTS, "-Duser.home=" + run.cache("home"), run.given("MAVEN_OPTS"));
        Map<String, String> environment = Map.of("MAVEN_OPTS", options.strip());
        run.run(join(maven, List.of("-DskipTests", "package")), environment);
        if (!run.config().start().isEmpty()) {
            return new BuildResult(run.source(), Optional.empty(), "mvn package");
        }
        return image(run, maven, environment);
    }

    private static List<String> maven(BuildRun run) {
        String program = Files.isExecutable(run.source().resolve("mvnw"))
                ? "./mvnw"
                : run.program("mvn", "install it (Debian: apt install maven), or commit a Maven wrapper (mvnw)")
                        .toString();
        return List.of(program, "-B", "-q", "-ntp", "-Dmaven.repo.local=" + run.cache("maven"));
    }

    private static BuildResult image(BuildRun run, List<String> maven, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path module = module(run.source());
        List<BuildJars.AppJar> jars = BuildJars.in(module.resolve("target"));
        if (jars.isEmpty()) {
            throw new BuildException(
                    "Maven made no jar in target/; set <packaging>jar</packaging>, or name the command with start in "
                            + AppConfig.FILE);
        }
        BuildJars.AppJar jar = jars.getFirst();
        String mainClass = mainClass(jar, module);
        Path image = BuildFiles.ownFolder(run.source(), "image");
        Path app = image.resolve("app.jar");
        Files.copy(jar.file(), app);
        if (jar.whole() || !needsLibraries(run.source(), module)) {
            List<String> start = jar.mainClass().isPresent()
                    ? BuildJavaStart.of(run.config(), List.of("-jar", "app.jar"))
                    : BuildJavaStart.of(run.config(), List.of("-cp", "app.jar", mainClass));
            return new BuildResult(
                    image, Optional.of(start), "mvn package, " + jar.file().getFileName());
        }
        Path libraries = image.resolve(LIBRARIES);
        List<String> copy = new ArrayList<>(maven);
        if (!module.equals(run.source())) {
            copy.addAll(List.of("-pl", run.source().relativize(module).toString()));
        }
        copy.addAll(List.of(
                DEPENDENCY_PLUGIN + ":copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=" + libraries));
        run.run(copy, environment);
        int count = BuildFiles.find(image, ".jar", 2).size() - 1;
        List<String> start = BuildJavaStart.of(run.config(), List.of("-cp", "app.jar:" + LIBRARIES + "/*", mainClass));
        String summary = "mvn package, %s and %s"
                .formatted(jar.file().getFileName(), count == 1 ? "1 library" : count + " libraries");
        return new BuildResult(image, Optional.of(start), summary);
    }

    /// The folder whose `target` holds the app: the repository, or the one module with a jar that can be run.
    private static Path module(Path source) throws IOException {
        if (!BuildJars.in(source.resolve("target")).isEmpty()) {
            return source;
        }
        List<Path> runnable = new ArrayList<>();
        for (Path pom : BuildFiles.find(source, "pom.xml", 4)) {
            Path folder = pom.resolveSibling("").normalize();
            if (BuildJars.in(folder.resolve("target")).stream()
                    .anyMatch(jar -> jar.mainClass().isPresent())) {
                runnable.add(folder);
            }
        }
        if (runnable.size() > 1) {
            throw new BuildException("several modules make a jar that can be run: %s; name the command with start in %s"
                    .formatted(
                            String.join(
                                    ", ",
                                    runnable.stream()
                                            .map(path -> source.relativize(path).toString())
                                            .toList()),
                            AppConfig.FILE));
        }
        return runnable.isEmpty() ? source : runnable.getFirst();
    }

    private static String mainClass(BuildJars.AppJar jar, Path module) throws IOException {
        if (jar.mainClass().isPresent()) {
            return jar.mainClass().get();
        }
        List<String> candidates = BuildJars.mainClasses(module.resolve("target/classes"));
        if (candidates.size() == 1) {
            return candidates.getFirst();
        }
        String found = candidates.isEmpty()
                ? "no class has a public static void main(String[])"
                : "several classes have a main method: " + String.join(", ", candidates);
        throw new BuildException(
                "%s names no main class, and %s; set <mainClass> for the jar plugin, or name the command with start in %s"
                        .formatted(jar.file().getFileName(), found, AppConfig.FILE));
    }

    /// Whether any POM names a dependency that is there when the app runs, itself or through its parent.
    private static boolean needsLibraries(Path source, Path module) throws IOException {
        List<Path> poms = new ArrayList<>(List.of(source.resolve("pom.xml")));
        if (!module.equals(source)) {
            poms.add(module.resolve("pom.xml"));
        }
        for (Path pom : poms) {
            String text = COMMENT.matcher(Files.readString(pom)).replaceAll("");
            boolean parent = text.contains("<parent>");
            boolean dependency = DEPENDENCY
                    .matcher(text)
                    .results()
                    .anyMatch(match -> !TEST_SCOPE.matcher(match.group()).find());
            if (dependency || (parent && module.equals(source))) {
                return true;
            }
        }
        return false;
    }

    private static List<String> join(List<String> left, List<String> right) {
        List<String> both = new ArrayList<>(left);
        both.addAll(right);
        return both;
    }
}
