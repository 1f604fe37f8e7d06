package org.pinisi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The dist folder as the build leaves it, started by a real JVM through its argument files.
final class DistIT {
    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path SCRIPTS = MODULE.resolve("src/main/dist");
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path folder = Path.of("");

    private Path dist = folder;
    private Shell shell = new Shell(folder, Map.of());

    @BeforeEach
    void copyTheDist() throws IOException, InterruptedException {
        dist = folder.resolve("dist");
        shell = new Shell(folder, Map.of("PATH", "/usr/bin:/bin"));
        Files.createDirectories(dist.resolve("lib"));
        try (Stream<Path> jars = Files.list(MODULE.resolve("target/dist/lib"))) {
            for (Path jar : jars.toList()) {
                Files.copy(jar, dist.resolve("lib").resolve(jar.getFileName()));
            }
        }
        assertThat(shell.run(List.of("sh", SCRIPTS.resolve("arguments.sh").toString(), dist.toString()))
                        .err())
                .isEmpty();
    }

    private Shell.Result java(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(JAVA, "@" + dist.resolve(name + ".args")));
        command.addAll(List.of(arguments));
        return shell.run(command);
    }

    private Shell.Result train() throws IOException, InterruptedException {
        return shell.run(List.of("sh", SCRIPTS.resolve("train.sh").toString(), dist.toString(), JAVA));
    }

    @Test
    void eachArgumentFileStartsTheProgramAndNothingElseIsPrinted() throws Exception {
        for (String name : List.of("cli", "plane", "edge")) {
            Shell.Result result = java(name, "org.pinisi.cli.Main", "--version");

            assertThat(result.out()).as(name).startsWith("pinisi ");
            assertThat(result.err()).as(name).isEmpty();
            assertThat(result.exitCode()).as(name).isZero();
        }
    }

    @Test
    void theProgramKnowsItsDistFolder() throws Exception {
        assertThat(java("cli", "-XshowSettings:properties", "-version").err()).contains("pinisi.dist = " + dist);
    }

    @Test
    void theJvmAcceptsEachTrainedCache() throws Exception {
        assertThat(train().exitCode()).isZero();

        List<String> trained =
                java("cli", "org.pinisi.cli.Main", "train").out().lines().toList();
        assertThat(trained).contains("cli");
        for (String name : trained) {
            // With AOTMode=on, a cache that does not fit ends the JVM.
            Shell.Result result = java(name, "-XX:AOTMode=on", "org.pinisi.cli.Main", "--version");
            assertThat(result.exitCode()).as(name).isZero();
            assertThat(dist.resolve(name + ".args")).content().contains("-XX:AOTCache=" + dist.resolve(name + ".aot"));
        }
    }

    @Test
    void aLostCacheOnlyMeansAPlainStart() throws Exception {
        Files.writeString(
                dist.resolve("cli.args"),
                "\"-XX:AOTCache=" + dist.resolve("lost.aot") + "\"\n",
                StandardOpenOption.APPEND);

        Shell.Result result = java("cli", "org.pinisi.cli.Main", "--version");

        assertThat(result.out()).startsWith("pinisi ");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void theClassPathHasTheSameOrderWhateverTheLanguageOfTheMachine() throws Exception {
        String first = Files.readString(dist.resolve("cli.args"));

        new Shell(folder, Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "de_DE.UTF-8"))
                .run(List.of("sh", SCRIPTS.resolve("arguments.sh").toString(), dist.toString()));

        assertThat(dist.resolve("cli.args")).hasContent(first);
    }
}
