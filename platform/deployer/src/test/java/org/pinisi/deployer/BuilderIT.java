package org.pinisi.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.process.Limits;
import org.pinisi.process.Processes;

/// Builds small apps with the real compilers and package managers, in the sandbox where the machine has one.
final class BuilderIT {
    private static final String HELLO = """
            package hello;

            public final class Hello {
                public static void main(String[] arguments) {
                    System.out.println("hello from " + Hello.class.getName());
                }
            }
            """;

    @TempDir
    Path temporary;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Processes processes = Processes.detect();
    private Path source;
    private Builder builder;

    @BeforeEach
    void prepare() throws IOException {
        source = Files.createDirectories(temporary.resolve("scratch"));
        Path data = Files.createDirectories(temporary.resolve("data"));
        Files.writeString(data.resolve("secret"), "hunter2");
        BuildTools machine = BuildTools.ofThisMachine(List.of(data));
        BuildTools tools = new BuildTools(
                machine.javaHome(), machine.environment(), machine.path(), machine.hidden(), Limits.none());
        builder = Builder.of(tools, processes, "test");
    }

    private void file(String name, String content) throws IOException {
        Path file = source.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private BuildResult build(String config) throws InterruptedException {
        AppConfig parsed = AppConfig.parse(config, AppConfig.FILE);
        Plan plan = Detection.of(source, parsed, "app");
        return builder.build(new BuildRequest("app", source, temporary.resolve("cache"), parsed, plan), log::add);
    }

    /// Starts what was built, in its tree, and yields what it writes.
    private String output(BuildResult result) throws Exception {
        List<String> command = new ArrayList<>(result.start().orElseThrow());
        if (command.getFirst().equals("java")) {
            command.set(
                    0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        }
        Process process = new ProcessBuilder(command)
                .directory(result.tree().toFile())
                .redirectErrorStream(true)
                .start();
        try {
            String text = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return text.strip();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void javaSourceIsCompiledWithTheClassesBesideIt() throws Exception {
        file("Clock.java", "class Clock { public static void main(String[] a) { System.out.println(Face.TEXT); } }");
        file("Face.java", "class Face { static final String TEXT = \"it is \" + System.nanoTime() / Long.MAX_VALUE; }");
        BuildResult result = build("");
        assertThat(result.summary()).isEqualTo("javac, 2 classes");
        assertThat(output(result)).isEqualTo("it is 0");
    }

    @Test
    void aCompactSourceFileWorks() throws Exception {
        file("Main.java", "void main() { IO.println(\"compact\"); }");
        assertThat(output(build("java: {options: [\"-Xmx32m\"]}"))).isEqualTo("compact");
    }

    @Test
    void aJavaErrorIsShownAsTheCompilerSaysIt() throws Exception {
        file("Main.java", "void main() { IO.printn(\"typo\"); }");
        assertThatThrownBy(() -> build(""))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("Main.java:1: error")
                .hasMessageContaining("printn");
    }

    @Test
    void aNodeAppWithoutDependenciesNeedsNoInstallation() throws Exception {
        file("package.json", "{\"scripts\": {\"start\": \"node server.js\"}}");
        file("server.js", "console.log('ahoy')");
        BuildResult result = build("");
        assertThat(result.start()).contains(List.of("node", "server.js"));
        assertThat(result.summary()).endsWith("no dependencies");
        assertThat(output(result)).isEqualTo("ahoy");
    }

    @Test
    void aNodeBuildScriptRuns() throws Exception {
        file("package.json", "{\"scripts\": {\"build\": \"node make.js\"}}");
        file("make.js", "const fs = require('fs'); fs.mkdirSync('dist'); fs.writeFileSync('dist/index.html', 'built')");
        BuildResult result = build("build: {kind: auto, output: dist}");
        assertThat(result.start()).isEmpty();
        assertThat(result.tree().resolve("index.html")).hasContent("built");
    }

    @Test
    void dependenciesComeFromTheCacheWhileTheLockFileStaysTheSame() throws Exception {
        localDependency();
        assertThat(build("").summary()).endsWith("npm ci");
        localDependency();
        BuildResult second = build("");
        assertThat(second.summary()).endsWith("dependencies unchanged");
        assertThat(output(second)).isEqualTo("from the dependency");
    }

    /// A dependency inside the repository, so that no registry is needed.
    private void localDependency() throws IOException {
        BuildFiles.delete(source);
        file("package.json", """
                {"name": "app", "version": "1.0.0", "scripts": {"start": "node server.js"}, "dependencies": {"dep": "file:dep"}}""");
        file("package-lock.json", """
                {"name": "app", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {
                  "": {"name": "app", "version": "1.0.0", "dependencies": {"dep": "file:dep"}},
                  "dep": {"version": "1.0.0"},
                  "node_modules/dep": {"resolved": "dep", "link": true}}}""");
        file("dep/package.json", "{\"name\": \"dep\", \"version\": \"1.0.0\", \"main\": \"index.js\"}");
        file("dep/index.js", "module.exports = 'from the dependency'");
        file("server.js", "console.log(require('dep'))");
    }

    @Test
    void anotherNodeVersionThanTheWantedOneIsSaid() throws Exception {
        file("package.json", "{\"scripts\": {\"start\": \"node server.js\"}}");
        assertThatThrownBy(() -> build("node: {version: 4}"))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("wants Node 4")
                .hasMessageContaining("this machine has");
    }

    @Test
    @Tag("network")
    void aMavenAppIsPackagedAndStarts() throws Exception {
        file("pom.xml", pom("<manifest><mainClass>hello.Hello</mainClass></manifest>"));
        file("src/main/java/hello/Hello.java", HELLO);
        BuildResult result = build("");
        assertThat(result.start().orElseThrow()).endsWith("-jar", "app.jar");
        assertThat(output(result)).startsWith("hello from");
    }

    @Test
    @Tag("network")
    void aMavenAppWithoutAManifestIsStartedByItsOnlyMainClass() throws Exception {
        file("pom.xml", pom(""));
        file("src/main/java/hello/Hello.java", HELLO);
        BuildResult result = build("");
        assertThat(result.start().orElseThrow()).endsWith("-cp", "app.jar", "hello.Hello");
        assertThat(output(result)).startsWith("hello from");
    }

    @Test
    @Tag("network")
    void theLibrariesOfAMavenAppComeAlong() throws Exception {
        String dependency = "<dependencies><dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId>"
                + "<version>2.0.18</version></dependency></dependencies><build>";
        file("pom.xml", pom("").replace("<build>", dependency));
        file("src/main/java/hello/Hello.java", HELLO.replace("Hello.class", "org.slf4j.Logger.class"));
        BuildResult result = build("");
        assertThat(result.start().orElseThrow()).endsWith("-cp", "app.jar:lib/*", "hello.Hello");
        assertThat(result.summary()).endsWith("and 1 library");
        assertThat(output(result)).isEqualTo("hello from org.slf4j.Logger");
    }

    @Test
    @Tag("network")
    void aMavenErrorIsShownInTheMessage() throws Exception {
        file("pom.xml", pom(""));
        file("src/main/java/hello/Hello.java", "package hello; class Hello { int x = \"text\"; }");
        assertThatThrownBy(() -> build("")).isInstanceOf(BuildException.class).hasMessageContaining("Hello.java");
    }

    private static String pom(String archive) {
        return """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>example</groupId><artifactId>hello</artifactId><version>1.0</version>
                  <properties>
                    <maven.compiler.release>25</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                  <build><plugins>
                    <plugin><artifactId>maven-resources-plugin</artifactId><version>3.5.0</version></plugin>
                    <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.16.0</version></plugin>
                    <plugin><artifactId>maven-surefire-plugin</artifactId><version>3.6.1</version></plugin>
                    <plugin><artifactId>maven-jar-plugin</artifactId><version>3.5.1</version>
                      <configuration><archive>%s</archive></configuration></plugin>
                  </plugins></build>
                </project>
                """.formatted(archive);
    }

    @Test
    void aCommandOfTheAppsOwnRunsWithItsVariablesAndCache() throws Exception {
        String config = """
                build:
                  command: ["sh", "-c", "mkdir out && echo $GREETING > out/index.html && touch $PINISI_CACHE/seen"]
                  output: out
                  env: {GREETING: ahoy}
                """;
        BuildResult result = build(config);
        assertThat(result.start()).isEmpty();
        assertThat(result.tree().resolve("index.html")).hasContent("ahoy\n");
        assertThat(temporary.resolve("cache/work/own/seen")).exists();
    }

    @Test
    void aBuildSeesNeitherOurDataNorOurEnvironment() throws Exception {
        assumeTrue(processes.sandbox().available(), () -> processes.sandbox().detail());
        String config = """
                build:
                  command: ["sh", "-c", "cat %s; env; touch /usr/pinisi-was-here %s/written"]
                start: x
                """.formatted(temporary.resolve("data/secret"), temporary.resolve("data"));
        assertThatThrownBy(() -> build(config)).isInstanceOf(BuildException.class);
        assertThat(Path.of("/usr/pinisi-was-here")).doesNotExist();
        assertThat(temporary.resolve("data/written")).doesNotExist();
        assertThat(log).noneMatch(line -> line.contains("hunter2") || line.startsWith("USER="));
        assertThat(log).anyMatch(line -> line.equals("HOME=" + temporary.resolve("cache/work/home")));
    }

    @Test
    void aFailedCommandShowsItsLastLines() {
        String config = "build: {command: [sh, -c, 'seq 100; exit 3']}\nstart: x";
        assertThatThrownBy(() -> build(config))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("exit code 3")
                .hasMessageContaining("\n  100")
                .hasMessageNotContaining("\n  80\n");
    }

    @Test
    void aBuildThatTakesTooLongIsEnded() {
        String config = "build: {command: [sleep, '1234567'], timeout: 1s}\nstart: x";
        assertThatThrownBy(() -> build(config))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("longer than 1s");
        assertThat(living("1234567")).isZero();
    }

    @Test
    void anInterruptedBuildLeavesNoProcess() throws Exception {
        BlockingQueue<Throwable> ends = new LinkedBlockingQueue<>();
        AtomicReference<String> config =
                new AtomicReference<>("build: {command: [sh, -c, 'sleep 7654321 & sleep 7654321']}\nstart: x");
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                build(config.get());
            } catch (InterruptedException | RuntimeException end) {
                ends.add(end);
            }
        });
        Awaitility.await().until(() -> living("7654321") >= 2);
        thread.interrupt();

        assertThat(ends.poll(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(living("7654321")).isZero();
    }

    private static long living(String argument) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(List::of)
                        .orElse(List.of())
                        .contains(argument))
                .count();
    }
}
