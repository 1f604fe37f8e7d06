package org.pinisi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Back to what served before: image and configuration together.
final class RollbackIT {
    private static final String SHOWS_SETTINGS =
            "const version = ['v1', process.env.MOOD, process.env.TOKEN].join(' ')";

    @RegisterExtension
    static final Running running = new Running();

    @Test
    void imageEnvironmentAndSecretComeBackTogetherWithoutALostRequest() {
        Repository app = settingsApp("together");
        running.pinisi().run("env", "set", "together", "MOOD=calm");
        running.pinisi().runWith("first-token\n", "secret", "set", "together", "TOKEN");
        assertThat(running.get("together").body()).isEqualTo("v1 calm first-token");
        Load.Report report;
        try (Load load = load("together")) {
            running.push(TestApp.version(app, 1, 2), "together");
            running.pinisi().run("env", "set", "together", "MOOD=wild");
            running.pinisi().runWith("second-token\n", "secret", "set", "together", "TOKEN");
            assertThat(running.get("together").body()).isEqualTo("v2 wild second-token");

            // Release 1 is the push, 2 the variable, 3 the secret.
            Shell.Result rollback = running.pinisi().run("rollback", "together", "3");

            assertThat(rollback.code()).as(rollback.output()).isZero();
            assertThat(running.get("together").body()).isEqualTo("v1 calm first-token");
            report = load.stop();
        }
        assertThat(report.notes()).isEmpty();
        assertThat(report.answered()).isPositive();
    }

    @Test
    void withoutANumberTheReleaseThatServedBeforeComesBack() {
        Repository app = running.liveNode("before");
        running.push(TestApp.version(app, 1, 2), "before");

        Shell.Result rollback = running.pinisi().run("rollback", "before");

        assertThat(rollback.code()).as(rollback.output()).isZero();
        assertThat(running.get("before").body()).isEqualTo("v1");
        assertThat(running.pinisi().run("apps").output()).containsPattern("before +live +1 \\(chosen\\)");
    }

    @Test
    void theReleaseBeforeIsOneThatServed() {
        Repository app = running.liveNode("skips");
        running.push(TestApp.unhealthy(app), "skips");
        running.push(TestApp.version(TestApp.healthyAgain(app), 1, 3), "skips");

        running.pinisi().run("rollback", "skips");

        assertThat(running.get("skips").body()).isEqualTo("v1");
    }

    @Test
    void thePushAfterARollbackIsDeployed() {
        Repository app = running.liveNode("onward");
        running.push(TestApp.version(app, 1, 2), "onward");
        running.pinisi().run("rollback", "onward");

        String said = running.push(TestApp.version(app, 2, 3), "onward");

        assertThat(PushIT.lines(said).getLast()).startsWith("live ");
        assertThat(running.get("onward").body()).isEqualTo("v3");
    }

    @Test
    void aSiteRollsBackToo() {
        Repository site =
                Repository.init(running.folder()).write("index.html", "one").commit("one");
        running.push(site, "pages");
        running.push(site.write("index.html", "two").commit("two"), "pages");

        running.pinisi().run("rollback", "pages");

        assertThat(running.get("pages").body()).isEqualTo("one");
    }

    @Test
    void anUnknownReleaseIsExitCode4() {
        running.liveNode("known");

        Shell.Result rollback = running.pinisi().run("rollback", "known", "99");

        assertThat(rollback.code()).isEqualTo(4);
        assertThat(rollback.output()).contains("known has no release 99");
        assertThat(running.get("known").body()).isEqualTo("v1");
    }

    @Test
    void anAppWithOneReleaseHasNothingToGoBackTo() {
        running.liveNode("only");

        Shell.Result rollback = running.pinisi().run("rollback", "only");

        assertThat(rollback.code()).isEqualTo(1);
        assertThat(rollback.output()).contains("only has no earlier release that has served");
    }

    private static Repository settingsApp(String app) {
        Repository repository = TestApp.node(running.folder())
                .replace("server.js", "const version = 'v1'", SHOWS_SETTINGS)
                .commit("shows its settings");
        PushesUnderLoad.live(repository.push(running.pinisi().git(app), "main"));
        return repository;
    }

    private static Load load(String app) {
        return new Load(
                running.pinisi().edgePort(),
                app + ".localhost",
                100,
                Duration.ofMinutes(2),
                body -> body.matches("v[12] (calm|wild) (first|second)-token"));
    }
}
