package org.pinisi.deployer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A Gradle build: `installDist` where the application plugin is applied, else the runnable jar of
/// `assemble`.
///
/// No Gradle is at hand where this is tested: the command lines and the search of the results are, a whole
/// build is not.
final class GradleBuilder {
    private GradleBuilder() {}

    static BuildResult build(BuildRun run, Plan.Gradle plan) throws IOException, InterruptedException {
        boolean application = isApplication(run.source().resolve(plan.buildFile()));
        run.run(command(plan.gradle(), run.cache("gradle"), application));
        if (!run.config().start().isEmpty()) {
            return new BuildResult(run.source(), Optional.empty(), "gradle");
        }
        return application ? installed(run) : jar(run);
    }

    static List<String> command(List<String> gradle, Path cache, boolean application) {
        List<String> command = new ArrayList<>(gradle);
        command.addAll(List.of("--no-daemon", "--console=plain", "--quiet", "--gradle-user-home", cache.toString()));
        command.add(application ? "installDist" : "assemble");
        return command;
    }

    /// Whether the build file applies the plugin `application`, in either of Gradle's languages.
    static boolean isApplication(Path buildFile) throws IOException {
        String text = Files.readString(buildFile);
        return text.matches(
                "(?s).*(id\\s*\\(?\\s*['\"]application['\"]|apply plugin:\\s*['\"]application['\"]|^\\s*application\\s*$|\\n\\s*application\\s*\\n).*");
    }

    private static BuildResult installed(BuildRun run) throws IOException {
        Path install = run.source().resolve("build/install");
        List<Path> apps = Files.isDirectory(install) ? folders(install) : List.of();
        if (apps.size() != 1) {
            throw new BuildException(
                    "expected one app in build/install after installDist, found %d; name the command with start in %s"
                            .formatted(apps.size(), AppConfig.FILE));
        }
        Path app = apps.getFirst();
        List<String> start = List.of("bin/" + app.getFileName());
        return new BuildResult(app, Optional.of(start), "gradle installDist, " + app.getFileName());
    }

    private static List<Path> folders(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static BuildResult jar(BuildRun run) throws IOException {
        List<BuildJars.AppJar> jars = BuildJars.in(run.source().resolve("build/libs"));
        if (jars.isEmpty() || jars.getFirst().mainClass().isEmpty()) {
            throw new BuildException(
                    "Gradle made no jar with a Main-Class in build/libs; apply the plugin application, or name the command with start in "
                            + AppConfig.FILE);
        }
        Path image = BuildFiles.ownFolder(run.source(), "image");
        Files.copy(jars.getFirst().file(), image.resolve("app.jar"));
        List<String> start = BuildJavaStart.of(run.config(), List.of("-jar", "app.jar"));
        return new BuildResult(
                image,
                Optional.of(start),
                "gradle assemble, " + jars.getFirst().file().getFileName());
    }
}
