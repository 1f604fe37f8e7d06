package org.pinisi.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DetectionTest {
    private static final String MAIN = "class A { public static void main(String[] arguments) {} }";

    @TempDir
    Path source;

    private void file(String name, String content) throws IOException {
        Path file = source.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private Plan detect(String config) {
        return Detection.of(source, AppConfig.parse(config, AppConfig.FILE), "my-clock");
    }

    @Test
    void aPackageWithAStartScriptIsANodeApp() throws Exception {
        file("package.json", "{\"scripts\": {\"start\": \"node server.js\"}}");
        file("pom.xml", "<project/>");
        Plan plan = detect("");
        assertThat(plan).isEqualTo(new Plan.Node(Optional.of("node server.js"), "server.js"));
        assertThat(plan.line()).isEqualTo("Node app (package.json, npm start)");
    }

    @Test
    void aPackageWithAServerFileIsANodeApp() throws Exception {
        file("package.json", "{}");
        file("server.mjs", "");
        assertThat(detect("").line()).isEqualTo("Node app (package.json, node server.mjs)");
    }

    @Test
    void aPackageOfToolsBesideASiteLeavesItASite() throws Exception {
        file("package.json", "{\"devDependencies\": {\"prettier\": \"3\"}}");
        file("index.html", "");
        assertThat(detect("")).isEqualTo(new Plan.Static(".", 2));
    }

    @Test
    void aPackageThatIsNoJsonIsRefusedWithThePlace() throws Exception {
        file("package.json", "{\n  \"scripts\": {,}\n}");
        assertThatThrownBy(() -> detect("")).isInstanceOf(BuildException.class).hasMessageContaining("package.json:2:");
    }

    @Test
    void aPomIsAMavenApp() throws Exception {
        file("pom.xml", "<project/>");
        file("index.html", "");
        assertThat(detect("").line()).isEqualTo("Maven app (pom.xml)");
    }

    @ParameterizedTest
    @CsvSource({"build.gradle", "build.gradle.kts"})
    void aBuildFileIsAGradleApp(String name) throws Exception {
        file(name, "");
        assertThat(detect("")).isEqualTo(new Plan.Gradle(name, List.of("gradle")));
    }

    @Test
    void aGradleWrapperIsPreferred() throws Exception {
        file("build.gradle", "");
        file("gradlew", "");
        assertThat(source.resolve("gradlew").toFile().setExecutable(true)).isTrue();
        assertThat(detect("")).isEqualTo(new Plan.Gradle("build.gradle", List.of("./gradlew")));
    }

    @Test
    void theOneJavaFileWithAMainMethodIsRun() throws Exception {
        file("Clock.java", MAIN);
        file("Face.java", "class Face { String s = \"void main(\"; /* void main( */ }");
        file("index.html", "");
        assertThat(detect("").line()).isEqualTo("Java source (Clock.java), listens on $PORT");
    }

    @ParameterizedTest
    @CsvSource({"Main.java", "MyClock.java"})
    void amongSeveralTheOneNamedMainOrLikeTheAppIsRun(String name) throws Exception {
        file(name, MAIN);
        file("Other.java", MAIN);
        assertThat(detect("")).isEqualTo(new Plan.JavaSource(name));
    }

    @Test
    void severalMainMethodsAreAskedAbout() throws Exception {
        file("One.java", MAIN);
        file("Two.java", "void main() {}");
        assertThatThrownBy(() -> detect(""))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("One.java, Two.java")
                .hasMessageContaining("java: {main: ...}");
    }

    @Test
    void theNamedMainFileIsTaken() throws Exception {
        file("src/One.java", MAIN);
        assertThat(detect("java: {main: src/One.java}")).isEqualTo(new Plan.JavaSource("src/One.java"));
    }

    @ParameterizedTest
    @CsvSource({".", "public", "dist", "docs"})
    void anIndexFileIsAStaticSite(String folder) throws Exception {
        file(folder + "/index.html", "");
        file(folder + "/style.css", "");
        file(folder + "/.hidden", "");
        assertThat(detect("")).isEqualTo(new Plan.Static(folder, 2));
    }

    @Test
    void aStaticSiteSaysHowManyFilesItHas() throws Exception {
        file("index.html", "");
        file("pinisi.yaml", "");
        assertThat(detect("").line()).isEqualTo("static site, 1 file");
    }

    @Test
    void aNamedFolderIsServedEvenWithoutAnIndex() throws Exception {
        file("pom.xml", "<project/>");
        file("files/a.txt", "");
        assertThat(detect("folder: files")).isEqualTo(new Plan.Static("files", 1));
    }

    @Test
    void aFolderBehindALinkIsRefused() throws Exception {
        Files.createSymbolicLink(source.resolve("public"), Path.of("/etc"));
        assertThatThrownBy(() -> detect("folder: public"))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("there is no folder public");
    }

    @Test
    void aStartCommandAloneIsRunAsItIs() throws Exception {
        file("app", "");
        assertThat(detect("start: ./app")).isEqualTo(new Plan.Run(List.of()));
    }

    @Test
    void theConfiguredKindWins() throws Exception {
        file("package.json", "{\"scripts\": {\"start\": \"node server.js\"}}");
        file("index.html", "");
        file("pom.xml", "<project/>");
        assertThat(detect("build: static")).isInstanceOf(Plan.Static.class);
        assertThat(detect("build: java")).isInstanceOf(Plan.Maven.class);
        assertThat(detect("build: node")).isInstanceOf(Plan.Node.class);
        assertThat(detect("build: {command: make}\nstart: ./x")).isEqualTo(new Plan.Run(List.of("make")));
    }

    @Test
    void whereNothingIsFoundTheMessageNamesWhatWasLookedFor() throws Exception {
        file("README.md", "");
        assertThatThrownBy(() -> detect(""))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("my-clock")
                .hasMessageContaining("package.json")
                .hasMessageContaining("pom.xml")
                .hasMessageContaining("index.html")
                .hasMessageContaining("pinisi.yaml");
    }

    @ParameterizedTest
    @CsvSource({"static,index.html", "java,pom.xml", "node,package.json"})
    void aKindWithoutItsFilesIsRefused(String kind, String missing) {
        assertThatThrownBy(() -> detect("build: " + kind))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining(missing);
    }
}
