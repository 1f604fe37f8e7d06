package org.pinisi.deployer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Java source without a build tool: one file with a main method, the classes beside it that it uses, and
/// jars in `lib/`.
final class JavaSourceBuilder {
    /// Beside the sources, where no file of the app's own can be in the way.
    private static final String CLASSES = BuildFiles.OWN + "/classes";

    private JavaSourceBuilder() {}

    static BuildResult build(BuildRun run, Plan.JavaSource plan) throws IOException, InterruptedException {
        Path main = run.source().resolve(plan.main());
        Optional<String> declared = BuildJavaSources.packageOf(main);
        Path classes = BuildFiles.ownFolder(run.source(), "classes");
        run.run(compile(run, main, sourceRoot(run.source(), main, declared), classes));
        String simpleName = main.getFileName().toString().replaceFirst("\\.java$", "");
        String mainClass = declared.map(name -> name + "." + simpleName).orElse(simpleName);
        if (!Files.exists(classes.resolve(mainClass.replace('.', '/') + ".class"))) {
            throw new BuildException("%s holds no class %s; name the class with the main method like its file"
                    .formatted(plan.main(), simpleName));
        }
        List<String> start = BuildJavaStart.of(run.config(), List.of("-cp", CLASSES + ":.:lib/*", mainClass));
        int compiled = BuildFiles.find(classes, ".class", 20).size();
        String summary = "javac, " + compiled + (compiled == 1 ? " class" : " classes");
        return new BuildResult(run.source(), Optional.of(start), summary);
    }

    private static List<String> compile(BuildRun run, Path main, Path root, Path classes) throws IOException {
        List<String> command = new ArrayList<>();
        command.add("javac");
        // A compiler that lives for a second gains nothing from the second optimiser: 0.36 s instead of 0.82 s.
        command.add("-J-XX:TieredStopAtLevel=1");
        command.add("-J-XX:+UseSerialGC");
        command.addAll(List.of("-proc:none", "-encoding", "UTF-8", "-parameters", "-g", "-Xdiags:compact"));
        command.addAll(List.of("-sourcepath", relative(run.source(), root)));
        Path lib = run.source().resolve("lib");
        boolean jars =
                Files.isDirectory(lib) && !BuildFiles.find(lib, ".jar", 1).isEmpty();
        command.addAll(List.of("-cp", jars ? "lib/*" : relative(run.source(), classes)));
        command.addAll(List.of("-d", relative(run.source(), classes), relative(run.source(), main)));
        return command;
    }

    /// The folder in which the main file's package begins.
    private static Path sourceRoot(Path source, Path main, Optional<String> declared) {
        @Nullable Path folder = main.getParent();
        for (String part :
                declared.map(name -> List.of(name.split("\\.")).reversed()).orElse(List.of())) {
            if (folder == null || folder.equals(source) || !folder.endsWith(part)) {
                throw new BuildException("%s declares package %s, but does not lie in a folder %s"
                        .formatted(
                                relative(source, main),
                                declared.orElse(""),
                                declared.orElse("").replace('.', '/')));
            }
            folder = folder.getParent();
        }
        return folder == null ? source : folder;
    }

    private static String relative(Path source, Path path) {
        String relative = source.relativize(path).toString();
        return relative.isEmpty() ? "." : relative;
    }
}
