package org.pinisi.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The commands, as a person at a terminal uses them.
final class CommandsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final Running running = new Running();

    @Test
    void appsTellHowTheyFareAndWhere() {
        running.liveNode("listed");

        assertThat(run("apps").output())
                .containsPattern("listed +live +1 +[0-9a-f]{7} .* http://listed\\.localhost:\\d+");
    }

    @Test
    void appsAreDataToo() {
        running.liveNode("data");

        JsonNode view = json("apps", "--json")
                .valueStream()
                .filter(app -> app.get("name").asString().equals("data"))
                .findFirst()
                .orElseThrow();

        assertThat(view.get("state").asString()).isEqualTo("LIVE");
        assertThat(view.get("live").get("number").asInt()).isEqualTo(1);
        assertThat(view.get("lastRun").get("by").asString()).isNotBlank().doesNotContain("path");
        assertThat(view.get("units").get(0).get("serves").asBoolean()).isTrue();
    }

    @Test
    void releasesMarkTheOneThatServes() {
        Repository app = running.liveNode("releases");
        running.push(TestApp.version(app, 1, 2), "releases");

        List<String> lines = run("releases", "releases").output().lines().toList();

        assertThat(lines.get(1)).matches("\\* +2 .*v2");
        assertThat(lines.get(2)).matches(" +1 .*v1");
        assertThat(json("releases", "releases", "--json")).hasSize(2);
    }

    @Test
    void logsShowWhatAnAppWrites() {
        Repository app = TestApp.node(running.folder())
                .replace(
                        "server.js",
                        "const version",
                        "console.log('anchors aweigh'); console.error('and a warning')\nconst version")
                .commit("talks");
        running.push(app, "talks");

        assertThat(run("logs", "talks").output()).contains("anchors aweigh").contains("and a warning");
        assertThat(run("logs", "-n", "1", "talks").output().lines()).hasSize(1);
    }

    @Test
    void followedLogsGoOnOverAChangeOfRelease() throws IOException {
        Repository app = TestApp.node(running.folder())
                .replace("server.js", "server.listen", "console.log('begins ' + version)\nserver.listen")
                .commit("talks");
        running.push(app, "followed");
        Path output = running.folder();
        Process follow = new ProcessBuilder(
                        Pinisi.home().resolve("pinisi").toString(),
                        "--data",
                        running.pinisi().data().toString(),
                        "logs",
                        "-f",
                        "followed")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            await().atMost(PATIENCE).until(() -> Files.readString(output).contains("begins v1"));

            running.push(TestApp.version(app, 1, 2), "followed");

            await().atMost(PATIENCE).until(() -> Files.readString(output).contains("begins v2"));
        } finally {
            follow.destroy();
            follow.onExit().join();
        }
    }

    @Test
    void theDoctorFindsAWorkingInstallationWell() {
        Shell.Result doctor = run("doctor");

        assertThat(doctor.code()).as(doctor.output()).isZero();
        assertThat(doctor.output())
                .contains("java")
                .contains("sandbox")
                .doesNotContain("BAD")
                .doesNotContain("[");
        assertThat(json("doctor", "--json").size()).isPositive();
    }

    @Test
    void theCompletionIsAScriptThatBashUnderstands() throws IOException {
        Shell.Result completion = run("completion");
        Path script = running.folder();
        Files.writeString(script, completion.output());

        List<String> check = List.of("bash", "-n", script.toString());
        assertThat(Shell.run(Pinisi.home(), Map.of(), PATIENCE, check).output()).isEmpty();
        assertThat(completion.output()).contains("rollback").contains("secret");
    }

    @ParameterizedTest
    @CsvSource({"java, 'time'", "site, '<h1>Pinisi</h1>'", "node, 'from Node'", "maven, 'Hello from Java 25'"})
    void whatNewMakesCanBePushed(String kind, String answer) throws IOException {
        String name = "new-" + kind;
        Path parent = Files.createDirectories(running.folder());
        List<String> make = List.of(Pinisi.home().resolve("pinisi").toString(), "new", "--kind", kind, name);
        assertThat(Shell.run(parent, Map.of(), PATIENCE, make).orFail(make).output())
                .contains("git push");
        Repository app = Repository.init(parent.resolve(name)).commit("one");

        String said = running.push(app, name);

        assertThat(PushIT.lines(said).getLast()).startsWith("live ");
        assertThat(running.get(name).body()).contains(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "down",
                "status",
                "new",
                "apps",
                "deploy",
                "releases",
                "rollback",
                "logs",
                "env",
                "env set",
                "secret",
                "secret set",
                "doctor",
                "completion",
                "clock"
            })
    void everyCommandHasReadableHelp(String command) {
        String[] arguments = (command + " --help").split(" ");

        Shell.Result help = run(arguments);

        assertThat(help.code()).as(help.output()).isZero();
        assertThat(help.output()).containsAnyOf("Usage: ", "SYNOPSIS");
        assertThat(help.output().lines()).allMatch(line -> line.length() <= 100, "at most 100 characters wide");
    }

    @Test
    void theHelpListsTheExitCodes() {
        assertThat(run("--help").output())
                .contains("2  the command line was not understood")
                .contains("5  the deployment failed; what served before serves on");
    }

    @Test
    void anUnknownCommandIsExitCode2() {
        Shell.Result unknown = run("stauts");

        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.output()).contains("status").contains("Try 'pinisi --help'");
    }

    @Test
    void aMissingArgumentIsExitCode2() {
        Shell.Result missing = run("releases");

        assertThat(missing.code()).isEqualTo(2);
        assertThat(missing.output()).contains("APP").contains("Try 'pinisi releases --help'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"releases", "logs", "deploy", "rollback"})
    void anUnknownAppIsExitCode4(String command) {
        Shell.Result unknown = run(command, "nobody");

        assertThat(unknown.code()).as(unknown.output()).isEqualTo(4);
        assertThat(unknown.output()).contains("there is no app nobody");
    }

    @Test
    void aDeploymentThatFailsIsExitCode5() {
        Repository app = running.liveNode("fails");
        running.push(TestApp.unhealthy(app), "fails");

        Shell.Result deploy = run("deploy", "fails");

        assertThat(deploy.code()).as(deploy.output()).isEqualTo(5);
        assertThat(deploy.output().strip().lines().toList().getLast()).startsWith("failed ");
    }

    @Test
    void deployMakesANewReleaseOfTheSameCommit() {
        running.liveNode("deployed");

        Shell.Result deploy = run("deploy", "deployed");

        assertThat(deploy.code()).as(deploy.output()).isZero();
        assertThat(run("apps").output()).containsPattern("deployed +live +2 ");
    }

    private static Shell.Result run(String... arguments) {
        return running.pinisi().run(arguments);
    }

    private static JsonNode json(String... arguments) {
        return JsonMapper.shared().readTree(run(arguments).output());
    }
}
