package org.pinisi.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.process.Limits;

/// The builders with programs that only note what they were asked.
final class PlanBuilderTest {
    @TempDir
    Path temporary;

    private final List<List<String>> ran = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private Map<String, String> environment = Map.of();
    private Effect effect = () -> {};

    @FunctionalInterface
    private interface Effect {
        void happen() throws IOException;
    }

    private final class Fake implements BuildCommands {
        @Override
        public Ended run(Order order, Duration timeout, Consumer<String> lines) {
            ran.add(order.arguments());
            environment = order.environment();
            lines.accept("v20.11.1");
            try {
                effect.happen();
            } catch (IOException failure) {
                throw new BuildException("the test is wrong: " + failure, failure);
            }
            return new Ended(true, "exit code 0");
        }

        @Override
        public List<String> warnings() {
            return List.of("no sandbox");
        }
    }

    private Path source() {
        return temporary.resolve("source");
    }

    private void file(String name, String content) throws IOException {
        Path file = source().resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private BuildResult build(String config) throws Exception {
        Path programs = Files.createDirectories(temporary.resolve("programs"));
        for (String name : List.of("node", "npm", "mvn", "gradle")) {
            assertThat(Files.writeString(programs.resolve(name), "").toFile().setExecutable(true))
                    .isTrue();
        }
        Map<String, String> ours = Map.of("https_proxy", "http://proxy", "AWS_SECRET_ACCESS_KEY", "hunter2");
        BuildTools tools = new BuildTools(temporary, ours, List.of(programs), List.of(), Limits.none());
        AppConfig parsed = AppConfig.parse(config, AppConfig.FILE);
        Plan plan = Detection.of(source(), parsed, "app");
        return new PlanBuilder(tools, new Fake(), () -> Instant.EPOCH)
                .build(new BuildRequest("app", source(), temporary.resolve("cache"), parsed, plan), log::add);
    }

    private void jar(String name, Optional<String> mainClass) throws IOException {
        Path file = source().resolve(name);
        Files.createDirectories(file.getParent());
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        mainClass.ifPresent(main -> manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, main));
        try (OutputStream output = Files.newOutputStream(file)) {
            new JarOutputStream(output, manifest).close();
        }
    }

    @Test
    void aStaticSiteIsTheFolderWithoutDotFilesAndOurConfiguration() throws Exception {
        file("index.html", "hello");
        file(".env", "SECRET=1");
        file(".git/config", "");
        file("pinisi.yaml", "");
        file(".well-known/security.txt", "");
        BuildResult result = build("");

        assertThat(result.start()).isEmpty();
        assertThat(result.summary()).isEqualTo("2 files, 5 B");
        assertThat(result.tree()).isDirectoryNotContaining("glob:**/.env").isDirectoryNotContaining("glob:**/.git");
        assertThat(result.tree().resolve("pinisi.yaml")).doesNotExist();
        assertThat(result.tree().resolve(".well-known/security.txt")).exists();
        assertThat(ran).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../outside", "missing.html"})
    void aLinkThatLeavesTheSiteIsRefused(String target) throws Exception {
        file("index.html", "hello");
        Files.createSymbolicLink(source().resolve("link.html"), Path.of(target));
        assertThatThrownBy(() -> build(""))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("link.html is a symbolic link to " + target);
    }

    @Test
    void aLinkInsideTheSiteStays() throws Exception {
        file("index.html", "hello");
        Files.createSymbolicLink(source().resolve("home.html"), Path.of("index.html"));
        assertThat(build("").tree().resolve("home.html")).hasContent("hello");
    }

    @Test
    void mavenPackagesIntoTheCacheAndTheJarBecomesTheImage() throws Exception {
        file("pom.xml", "<project/>");
        effect = () -> jar("target/hello.jar", Optional.of("hello.Hello"));
        BuildResult result = build("memory: 100M");

        assertThat(ran)
                .singleElement()
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .contains(
                        "-B", "-DskipTests", "package", "-Dmaven.repo.local=" + temporary.resolve("cache/work/maven"));
        assertThat(result.start()).contains(List.of("java", "-XX:+UseSerialGC", "-Xmx60m", "-jar", "app.jar"));
        assertThat(result.tree().resolve("app.jar")).exists();
    }

    @Test
    void mavenRunsWithOurOptionsAndTheAppsAfterThem() throws Exception {
        file("pom.xml", "<project/>");
        build("build: {env: {MAVEN_OPTS: -Xmx512m}}\nstart: ./app");
        assertThat(environment.get("MAVEN_OPTS"))
                .startsWith("-XX:TieredStopAtLevel=1")
                .endsWith("-Xmx512m");
    }

    @Test
    void mavenLibrariesAreCopiedWhenThePomNamesAny() throws Exception {
        file(
                "pom.xml",
                "<project><dependencies><dependency><scope>compile</scope></dependency></dependencies></project>");
        effect = () -> jar("target/hello.jar", Optional.of("hello.Hello"));
        BuildResult result = build("");

        assertThat(ran).hasSize(2);
        assertThat(ran.getLast()).anyMatch(argument -> argument.endsWith(":copy-dependencies"));
        assertThat(result.start().orElseThrow()).endsWith("-cp", "app.jar:lib/*", "hello.Hello");
    }

    @Test
    void dependenciesOfTestsAloneAreNotCopied() throws Exception {
        file("pom.xml", "<project><dependencies><dependency><scope>test</scope></dependency></dependencies></project>");
        effect = () -> jar("target/hello.jar", Optional.of("hello.Hello"));
        assertThat(build("").start().orElseThrow()).endsWith("-jar", "app.jar");
        assertThat(ran).hasSize(1);
    }

    @Test
    void theShadedJarIsChosenAmongSeveral() throws Exception {
        file("pom.xml", "<project><dependencies><dependency/><dependency></dependency></dependencies></project>");
        effect = () -> {
            jar("target/hello.jar", Optional.of("hello.Hello"));
            jar("target/hello-sources.jar", Optional.empty());
            jar("target/hello-jar-with-dependencies.jar", Optional.of("hello.Hello"));
        };
        assertThat(build("").summary()).endsWith("hello-jar-with-dependencies.jar");
        assertThat(ran).hasSize(1);
    }

    @Test
    void aMavenJarThatCannotBeRunIsRefusedWithAdvice() throws Exception {
        file("pom.xml", "<project/>");
        effect = () -> jar("target/hello.jar", Optional.empty());
        assertThatThrownBy(() -> build(""))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("hello.jar names no main class")
                .hasMessageContaining("<mainClass>");
    }

    @Test
    void aLinkThatTheBuildPutWhereItsResultsBelongIsNotFollowed() throws Exception {
        file("pom.xml", "<project/>");
        Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
        effect = () -> Files.createSymbolicLink(source().resolve("target"), elsewhere);
        assertThatThrownBy(() -> build("")).hasMessageContaining("Maven made no jar");
    }

    @Test
    void withAStartCommandTheWholeRepositoryIsTheImage() throws Exception {
        file("pom.xml", "<project/>");
        BuildResult result = build("start: java -jar target/hello.jar");
        assertThat(result.tree()).isEqualTo(source());
        assertThat(result.start()).contains(List.of("java", "-jar", "target/hello.jar"));
    }

    @Test
    void gradleAssemblesAJar() throws Exception {
        file("build.gradle", "plugins { id 'java' }");
        effect = () -> jar("build/libs/app-all.jar", Optional.of("App"));
        BuildResult result = build("");
        assertThat(ran.getFirst()).startsWith("gradle", "--no-daemon").endsWith("assemble");
        assertThat(result.start().orElseThrow()).endsWith("-jar", "app.jar");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"plugins { id 'application' }", "plugins {\n  application\n}", "apply plugin: 'application'"})
    void gradleInstallsAnApplication(String script) throws Exception {
        file("build.gradle", script);
        effect = () -> file("build/install/hello/bin/hello", "#!/bin/sh");
        BuildResult result = build("");
        assertThat(ran.getFirst()).endsWith("installDist");
        assertThat(result.start()).contains(List.of("bin/hello"));
        assertThat(result.tree()).isEqualTo(source().resolve("build/install/hello"));
    }

    @ParameterizedTest
    @CsvSource({"node server.js --quiet,node", "node server.js && echo,npm", "PORT=1 node a.js,npm", "tsx server.ts,npm"
    })
    void aPlainNodeScriptIsStartedWithoutNpm(String script, String program) {
        assertThat(NodeBuilder.start(new Plan.Node(Optional.of(script), "server.js")))
                .startsWith(program);
    }

    @Test
    void nodeInstallsBuildsAndPrunes() throws Exception {
        file("package.json", """
                {"scripts": {"start": "node server.js", "build": "make"},
                 "dependencies": {"a": "1"}, "devDependencies": {"b": "1"}}""");
        file("package-lock.json", "{}");
        effect = () -> file("node_modules/a/index.js", "");
        BuildResult result = build("");

        assertThat(ran.stream().map(command -> command.get(1))).containsExactly("--version", "ci", "run", "prune");
        assertThat(ran.get(1)).contains("--include=dev");
        assertThat(result.summary()).isEqualTo("Node 20.11.1, npm ci, npm run build");
    }

    @Test
    void nodeWithoutALockFileSaysThatItIsSlowAndVague() throws Exception {
        file("package.json", "{\"scripts\": {\"start\": \"node server.js\"}, \"dependencies\": {\"a\": \"1\"}}");
        build("");
        assertThat(ran.getLast()).contains("install", "--omit=dev");
        assertThat(log).anyMatch(line -> line.contains("commit the lock file"));
    }

    @Test
    void theEnvironmentIsCleanSaveWhatRegistriesNeedAndTheAppAsks() throws Exception {
        build("build: {command: make, env: {CC: gcc}}\nstart: ./app");
        assertThat(environment)
                .containsEntry("https_proxy", "http://proxy")
                .containsEntry("CC", "gcc")
                .containsEntry("HOME", temporary.resolve("cache/work/home").toString())
                .containsEntry(
                        "PINISI_CACHE", temporary.resolve("cache/work/own").toString())
                .doesNotContainKey("AWS_SECRET_ACCESS_KEY");
    }

    @Test
    void aMissingSandboxIsSaidInTheLog() throws Exception {
        build("build: {command: make}\nstart: ./app");
        assertThat(log).containsExactly("no sandbox", "$ make", "v20.11.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"out", "link"})
    void anOutputFolderThatIsNotThereOrLeavesIsRefused(String output) throws Exception {
        file("Makefile", "");
        Files.createSymbolicLink(source().resolve("link"), Path.of("/etc"));
        assertThatThrownBy(() -> build("build: {command: make, output: %s}".formatted(output)))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("the build made no folder " + output);
    }
}
