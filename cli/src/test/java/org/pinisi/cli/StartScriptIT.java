package org.pinisi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `./pinisi` with a JDK and a Maven that are small scripts: the java says how it was called, the mvn
/// counts its builds.
final class StartScriptIT {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> SCRIPTS =
            List.of("pinisi", "config/tools.sh", "cli/src/main/dist/arguments.sh", "cli/src/main/dist/train.sh");

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder = Path.of("");

    private Path home = folder;
    private Path jdk = folder;

    @BeforeEach
    void layOutARepository() throws IOException {
        home = folder.resolve("repository with a blank");
        jdk = folder.resolve("jdk");
        for (String script : SCRIPTS) {
            Path copy = home.resolve(script);
            Files.createDirectories(copy.getParent());
            Files.copy(REPOSITORY.resolve(script), copy);
        }
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Files.createDirectories(home.resolve("lib/vault/src/main/java"));
        Files.createDirectories(home.resolve("lib/vault/src/test/java"));
        Files.writeString(home.resolve("lib/vault/src/main/java/Vault.java"), "");
        age(home);
        makeJdk(jdk, "25.0.3");
        program(folder.resolve("bin/mvn"), """
                case "$*" in *--version*) echo "Apache Maven 3.9.1"; exit;; esac
                echo build >>"%s/builds"
                [ ! -e "%s/broken" ] || { echo "[ERROR] Vault.java:[1,1] it leaks"; exit 1; }
                mkdir -p cli/target/dist/lib
                echo jar >cli/target/dist/lib/pinisi-cli-0.1.0.jar
                """.formatted(folder, folder));
    }

    private static void makeJdk(Path place, String version) throws IOException {
        Files.createDirectories(place);
        Files.writeString(
                place.resolve("release"),
                "JAVA_VERSION=\"%s\"\nJAVA_RUNTIME_VERSION=\"%s+9\"\n".formatted(version, version));
        // Called with a training name it records its cache; asked for the names it knows one.
        program(place.resolve("bin/java"), """
                case "$*" in
                  *" train") echo cli ;;
                  *-XX:AOTCacheOutput=*) for a; do case $a in -XX:AOTCacheOutput=*) echo x >"${a#*=}" ;; esac; done ;;
                  *" hold") while [ ! -e "%s" ]; do sleep 0.05; done ;;
                  *) printf '%%s\\n' "$@" ;;
                esac
                """.formatted(place.resolveSibling("let go")));
        program(place.resolve("bin/javac"), "exit 1");
    }

    private static void program(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// Makes every source older than any build can be.
    private static void age(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
            }
        }
    }

    private Shell shell() {
        return new Shell(
                folder, Map.of("PATH", folder.resolve("bin") + ":/usr/bin:/bin", "PINISI_JAVA_HOME", jdk.toString()));
    }

    private List<String> command(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("sh", home.resolve("pinisi").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private Shell.Result pinisi(String... arguments) throws IOException, InterruptedException {
        return shell().run(command(arguments));
    }

    private int builds() throws IOException {
        Path counted = folder.resolve("builds");
        return Files.exists(counted) ? Files.readAllLines(counted).size() : 0;
    }

    @Test
    void theFirstStartBuildsAndTheSecondDoesNot() throws Exception {
        Shell.Result first = pinisi("--version");
        Shell.Result second = pinisi("--version");

        assertThat(first.err()).startsWith("pinisi: building");
        assertThat(first.exitCode()).isZero();
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).isEqualTo(first.out());
        assertThat(builds()).isOne();
    }

    @Test
    void argumentsArriveUnchanged() throws Exception {
        Shell.Result result = pinisi("run", "two words", "$HOME", "*", "");

        assertThat(result.out()).endsWith("org.pinisi.cli.Main\nrun\ntwo words\n$HOME\n*\n\n");
    }

    @ParameterizedTest
    @CsvSource({
        "--version, cli",
        "apps, cli",
        "apps up, cli",
        "up, plane",
        "--data place up --port 1, plane",
        "--data=place up, plane",
        "--data up apps, cli",
        "edge, edge",
        "clock --port 80, edge",
        "--data, cli"
    })
    void theFirstWordChoosesTheFlagsOfTheJvm(String line, String file) throws Exception {
        assertThat(pinisi(line.split(" ", -1)).out().lines().findFirst().orElseThrow())
                .matches("@.*/target/dist/[^/]+/" + file + "\\.args");
    }

    @Test
    void aChangedSourceIsBuiltIntoANewFolder() throws Exception {
        String before = pinisi("--version").out();
        touchASource();

        String after = pinisi("--version").out();

        assertThat(builds()).isEqualTo(2);
        assertThat(after).isNotEqualTo(before);
    }

    private List<Path> dists() throws IOException {
        try (Stream<Path> entries = Files.list(home.resolve("target/dist"))) {
            return entries.filter(Files::isDirectory).toList();
        }
    }

    private void touchASource() throws IOException {
        Files.setLastModifiedTime(
                home.resolve("lib/vault/src/main/java/Vault.java"),
                FileTime.from(Instant.now().plusSeconds(5)));
    }

    @Test
    void aBuildThatNobodyRunsFromIsRemovedByTheNext() throws Exception {
        pinisi("--version");
        List<Path> first = dists();
        touchASource();

        pinisi("--version");

        assertThat(dists()).hasSize(1).doesNotContainAnyElementsOf(first);
    }

    @Test
    void aBuildThatIsRunFromIsKept() throws Exception {
        pinisi("--version");
        List<Path> first = dists();
        Shell.Started holding = shell().start(command("hold"));
        try {
            await().atMost(PATIENCE)
                    .until(() -> Files.readString(
                                    Path.of("/proc", "" + holding.process().pid(), "cmdline"))
                            .contains("@" + first.getFirst()));
            touchASource();

            pinisi("--version");

            assertThat(dists()).hasSize(2).containsAll(first);
        } finally {
            Files.writeString(folder.resolve("let go"), "");
        }
        assertThat(holding.result().exitCode()).isZero();
    }

    @Test
    void aChangedTestIsNoReasonToBuild() throws Exception {
        pinisi("--version");
        Files.setLastModifiedTime(
                home.resolve("lib/vault/src/test/java"),
                FileTime.from(Instant.now().plusSeconds(5)));

        pinisi("--version");

        assertThat(builds()).isOne();
    }

    @Test
    void anUpdatedJdkIsAReasonToBuild() throws Exception {
        pinisi("--version");
        makeJdk(jdk, "25.0.4");

        pinisi("--version");

        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void twoFirstStartsAtOnceBuildOnce() throws Exception {
        Shell.Started one = shell().start(command("--version"));
        Shell.Started two = shell().start(command("--version"));

        assertThat(one.result().exitCode()).isZero();
        assertThat(two.result().exitCode()).isZero();
        assertThat(builds()).isOne();
    }

    @Test
    void aBrokenBuildShowsTheEndOfItsLogAndStartsNothing() throws Exception {
        Files.writeString(folder.resolve("broken"), "");

        Shell.Result result = pinisi("--version");

        assertThat(result.exitCode()).isOne();
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("Vault.java:[1,1] it leaks").contains("the whole log is in");
    }

    @Test
    void anotherJdkThan25IsRefusedByName() throws Exception {
        makeJdk(jdk, "17.0.15");

        Shell.Result result = pinisi("--version");

        assertThat(result.exitCode()).isOne();
        assertThat(result.err()).contains("PINISI_JAVA_HOME=" + jdk).contains("no JDK 25");
        assertThat(builds()).isZero();
    }

    @Test
    void aLinkElsewhereStartsTheSameProgram() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("bin/pinisi"), home.resolve("pinisi"));

        Shell.Result result = shell().run(List.of("sh", link.toString(), "--version"));

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains(home.resolve("target/dist").toString());
    }
}
