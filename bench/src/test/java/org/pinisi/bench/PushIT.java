package org.pinisi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A push of each example, and what its pusher reads.
final class PushIT {
    @RegisterExtension
    static final Running running = new Running();

    @ParameterizedTest
    @CsvSource({
        "clock, 'fetch build start check switch', '{ \"time\": \"'",
        "site, 'fetch build switch', '<h1>Pinisi</h1>'",
        "node-hello, 'fetch build start check switch', 'Ahoy from Node'",
        "maven-hello, 'fetch build start check switch', 'Hello from Java 25'"
    })
    void everyExampleGoesLiveStepByStepAndAnswers(String example, String steps, String answer) {
        String said = running.push(example(example), example);

        List<String> lines = lines(said);
        assertThat(lines.getFirst()).startsWith(example + "  new app · commit ");
        assertThat(steps(lines)).containsExactly(steps.split(" "));
        assertThat(lines.getLast()).startsWith("live    http://" + example + ".localhost:");
        assertThat(running.get(example).body()).contains(answer);
    }

    @ParameterizedTest
    @CsvSource({
        "clock, Clock.java, '\\\"time\\\"', '\\\"hour\\\"', '\"hour\"'",
        "site, index.html, '<h1>Pinisi</h1>', '<h1>Phinisi</h1>', '<h1>Phinisi</h1>'",
        "node-hello, pinisi.yaml, 'Ahoy', 'Halo', 'Halo from Node'"
    })
    void aSecondPushChangesTheAnswer(String example, String file, String old, String fresh, String answer) {
        String app = example + "-again";
        Repository repository = example(example);
        running.push(repository, app);
        repository.replace(file, old, fresh).commit("two");

        String said = running.push(repository, app);

        assertThat(lines(said).getFirst()).startsWith(app + "  branch main · commit ");
        assertThat(lines(said).getLast()).startsWith("live ");
        assertThat(running.get(app).body()).contains(answer);
    }

    @Test
    void aSecondPushLosesNoRequest() {
        Repository app = running.liveNode("steady");

        String said = running.push(TestApp.version(app, 1, 2), "steady");

        assertThat(said).contains("switch").contains("0 requests lost");
    }

    @Test
    void aCommitWithTheSameFilesIsNotBuiltAgain() {
        Repository app = running.liveNode("same");

        String said = running.push(app.commit("nothing new"), "same");

        assertThat(lines(said)).anyMatch(line -> line.matches("2 build +unchanged"));
        assertThat(lines(said).getLast()).startsWith("live ");
    }

    @Test
    void anAppHasThePortItsNameAndItsReleaseInItsEnvironment() {
        Repository app = TestApp.node(running.folder())
                .replace(
                        "server.js",
                        "const version = 'v1'",
                        "const version = [process.env.PINISI_APP, process.env.PINISI_RELEASE, request_port()].join(' ')\nfunction request_port() { return process.env.PORT > 0 }")
                .commit("says its environment");

        running.push(app, "environment");

        assertThat(running.get("environment").body()).isEqualTo("environment 1 true");
    }

    @Test
    void aPushOfNothingDeployableTellsWhatWasLookedFor() {
        Repository empty = Repository.init(running.folder())
                .write("notes.txt", "nothing to run")
                .commit("one");

        String said = running.push(empty, "nothing");

        assertThat(said)
                .contains("nothing here tells how to build nothing")
                .contains("pom.xml")
                .contains("nothing served before, nothing serves now");
    }

    @Test
    void aCloneHasWhatWasPushed() {
        Repository app = running.liveNode("cloned");
        Repository clone = Repository.init(running.folder());

        clone.git("pull", "-q", running.pinisi().git("cloned"), "main").orFail(List.of("git pull"));

        assertThat(clone.head()).isEqualTo(app.head());
    }

    @Test
    void aTagIsKeptAndDeploysNothing() {
        Repository app = running.liveNode("tagged");
        app.git("tag", "v1.0");

        String said = running.push(app, "tagged", "v1.0");

        assertThat(said).contains("[new tag]");
        assertThat(running.pinisi().run("releases", "tagged").output().lines()).hasSize(2);
    }

    private static Repository example(String name) {
        return Repository.copyOf(Pinisi.home().resolve("examples").resolve(name), running.folder());
    }

    /// What the server said, without what Git itself adds.
    static List<String> lines(String said) {
        return said.lines()
                .filter(line -> line.startsWith("remote: ") && !line.contains("Updating references"))
                .map(line -> line.substring("remote: ".length()).strip())
                .toList();
    }

    /// The names of the steps that were told as done, in order.
    static List<String> steps(List<String> lines) {
        return lines.stream()
                .filter(line -> line.matches("\\d [a-z]+ .*") && !line.endsWith("…"))
                .map(line -> line.split(" +")[1])
                .toList();
    }
}
