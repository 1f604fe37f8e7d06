package org.pinisi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Which branches are deployed, and what becomes of the others.
final class BranchIT {
    @RegisterExtension
    static final Running running = new Running();

    @Test
    void anotherBranchIsBuiltAndCheckedAndNotDeployed() {
        Repository app = running.liveNode("one");
        branch(app, "feature");

        String said = running.push(TestApp.version(app, 1, 2), "one", "feature");

        assertThat(PushIT.lines(said).getFirst()).startsWith("one  branch feature · commit ");
        assertThat(PushIT.steps(PushIT.lines(said))).containsExactly("fetch", "build", "check");
        assertThat(PushIT.lines(said).getLast()).startsWith("checked ");
        assertThat(running.get("one").body()).isEqualTo("v1");
        assertThat(running.pinisi().units("one")).hasSize(1);
    }

    @Test
    void anotherBranchThatIsNotHealthyFailsItsCheck() {
        Repository app = running.liveNode("two");
        branch(app, "feature");

        String said = running.push(TestApp.unhealthy(app), "two", "feature");

        assertThat(said).contains("answered 500");
        assertThat(PushIT.lines(said).getLast()).startsWith("failed ").contains("serves on");
        assertThat(running.pinisi().units("two")).hasSize(1);
    }

    @Test
    void mergingACheckedBranchDoesNotBuildAgain() {
        Repository app = running.liveNode("three");
        branch(app, "feature");
        running.push(TestApp.version(app, 1, 2), "three", "feature");
        app.git("checkout", "-q", "main");
        app.git("merge", "-q", "--no-ff", "-m", "merged", "feature");

        String said = running.push(app, "three");

        assertThat(PushIT.lines(said)).anyMatch(line -> line.matches("2 build +unchanged"));
        assertThat(running.get("three").body()).isEqualTo("v2");
    }

    @Test
    void aDeletedBranchChangesNothingThatServes() {
        Repository app = running.liveNode("four");
        running.push(app, "four", "main:feature");

        String said = running.push(app, "four", ":feature");

        assertThat(said)
                .contains("branch feature deleted; what serves, serves on")
                .contains("[deleted]");
        assertThat(running.get("four").body()).isEqualTo("v1");
    }

    @Test
    void deletingTheDeployBranchLeavesTheAppServing() {
        Repository app = running.liveNode("five");

        String said = running.push(app, "five", ":main");

        assertThat(said).contains("branch main deleted; what serves, serves on");
        assertThat(running.get("five").body()).isEqualTo("v1");
    }

    @Test
    void liveIsADeployBranchToo() {
        Repository app = running.liveNode("six");

        String said = running.push(TestApp.version(app, 1, 2), "six", "main:live");

        assertThat(PushIT.lines(said).getLast()).startsWith("live ");
        assertThat(running.get("six").body()).isEqualTo("v2");
    }

    @Test
    void theFileSaysWhichBranchesAreDeployed() {
        Repository app = TestApp.node(running.folder())
                .write("pinisi.yaml", "branches: {deploy: [production]}\n")
                .commit("production only");

        String main = running.push(app, "seven", "main");
        String production = running.push(app, "seven", "main:production");

        assertThat(PushIT.lines(main).getLast()).startsWith("checked ");
        assertThat(PushIT.lines(production).getLast()).startsWith("live ");
        assertThat(running.get("seven").body()).isEqualTo("v1");
    }

    @Test
    void severalBranchesInOnePushAreEachTold() {
        Repository app = TestApp.node(running.folder());
        branch(app, "feature");
        TestApp.version(app, 1, 2);

        String said = running.push(app, "eight", "main", "feature");

        assertThat(PushIT.lines(said)).anyMatch(line -> line.startsWith("live "));
        assertThat(PushIT.lines(said)).anyMatch(line -> line.startsWith("checked "));
        assertThat(running.get("eight").body()).isEqualTo("v1");
    }

    private static void branch(Repository app, String name) {
        app.git("checkout", "-q", "-b", name);
    }
}
