package org.pinisi.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.process.Processes;

/// The examples of this repository are built as the manual promises.
final class BuildExamplesIT {
    @TempDir
    Path temporary;

    private final List<String> log = new ArrayList<>();

    private BuildResult build(String example) throws Exception {
        Path source = temporary.resolve(example);
        // The tests run in the module's folder.
        BuildFiles.copy(Path.of("../../examples", example), source);
        Path file = source.resolve(AppConfig.FILE);
        AppConfig config =
                Files.exists(file) ? AppConfig.parse(Files.readAllBytes(file), AppConfig.FILE) : AppConfig.defaults();
        Plan plan = Detection.of(source, config, example);
        Builder builder = Builder.of(BuildTools.ofThisMachine(List.of()), Processes.detect(), "examples");
        return builder.build(new BuildRequest(example, source, temporary.resolve("cache"), config, plan), log::add);
    }

    @Test
    void theClockIsJavaSource() throws Exception {
        BuildResult clock = build("clock");
        assertThat(clock.start().orElseThrow()).startsWith("java").endsWith("Clock");
        assertThat(clock.summary()).isEqualTo("javac, 1 class");
    }

    @Test
    void theSiteIsServedAsAFolder() throws Exception {
        BuildResult site = build("site");
        assertThat(site.start()).isEmpty();
        assertThat(site.tree().resolve("index.html")).exists();
    }

    @Test
    void theNodeAppIsStartedWithoutNpm() throws Exception {
        assertThat(build("node-hello").start()).contains(List.of("node", "server.js"));
    }

    @Test
    @Tag("network")
    void theMavenAppIsOneJar() throws Exception {
        BuildResult app = build("maven-hello");
        assertThat(app.start().orElseThrow()).endsWith("-jar", "app.jar");
        assertThat(app.tree().resolve("app.jar")).exists();
    }
}
