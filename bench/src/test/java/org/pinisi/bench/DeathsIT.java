package org.pinisi.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What dies by `kill -9` while requests come in, and what becomes of it. All share one installation, so each test
/// leaves
/// it up.
final class DeathsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RATE = 200;

    @RegisterExtension
    static final Running running = new Running();

    @Test
    void aKilledEdgeComesBackWithItsRoutes() {
        running.liveNode("edge");
        long edge = running.pinisi().edge();
        try (Load load = load("edge")) {
            Pinisi.kill(edge);

            answers("edge", "v1");
            assertThat(running.pinisi().edge()).isNotEqualTo(edge);
            stillAnswers(load);
        }
    }

    @Test
    void aKilledControlPlaneIsNotMissedByAnyRequest() {
        running.liveNode("plane");
        List<Long> units = running.pinisi().units("plane");
        Load.Report report;
        try (Load load = load("plane")) {
            kill(running.pinisi().controlPlane());
            running.pinisi().up();
            stillAnswers(load);
            report = load.stop();
        }

        assertThat(report.notes()).isEmpty();
        assertThat(running.pinisi().units("plane")).isEqualTo(units);
    }

    @Test
    void controlPlaneAndEdgeKilledTogetherComeBackWithUp() {
        running.liveNode("both");
        List<Long> units = running.pinisi().units("both");
        long edge = running.pinisi().edge();
        kill(running.pinisi().controlPlane());
        kill(edge);

        running.pinisi().up();

        answers("both", "v1");
        assertThat(running.pinisi().units("both")).isEqualTo(units);
    }

    @Test
    void aKilledUnitIsStartedAgainUnderLoad() {
        running.liveNode("unit");
        List<Long> before = running.pinisi().units("unit");
        try (Load load = load("unit")) {
            before.forEach(Pinisi::kill);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(running.pinisi().units("unit"))
                            .hasSize(1)
                            .doesNotContainAnyElementsOf(before));
            answers("unit", "v1");
            stillAnswers(load);
        }
    }

    @Test
    void whileANewReleaseStartsTheOldOneAnswersEveryRequest() {
        Repository app = running.liveNode("slow");
        TestApp.version(app, 1, 2)
                .replace(
                        "server.js",
                        "server.listen(process.env.PORT, '127.0.0.1')",
                        "setTimeout(() => server.listen(process.env.PORT, '127.0.0.1'), 1000)")
                .commit("slow to start");
        Load.Report report;
        try (Load load = load("slow")) {
            running.push(app, "slow");
            answers("slow", "v2");
            stillAnswers(load);
            report = load.stop();
        }

        assertThat(report.notes()).isEmpty();
        assertThat(report.bodies()).containsOnlyKeys("v1", "v2");
    }

    @Test
    void aPusherWhoLeavesDoesNotEndTheRun() {
        Repository app = running.liveNode("left");
        TestApp.version(app, 1, 2)
                .write("pinisi.yaml", "build: {kind: run, command: [sleep, '2']}\nstart: [node, server.js]\n")
                .commit("slow to build");
        Process push = app.start("push", running.pinisi().git("left"), "main");
        await().atMost(PATIENCE)
                .until(() -> running.pinisi().run("apps", "--json").output().contains("DEPLOYING"));

        push.destroyForcibly();

        answers("left", "v2");
    }

    private static Load load(String app) {
        return new Load(running.pinisi().edgePort(), app + ".localhost", RATE, PATIENCE, TestApp::isVersion);
    }

    /// Until as many requests again have been answered as a quarter of a second brings.
    private static void stillAnswers(Load load) {
        long now = load.answered();
        await().atMost(PATIENCE).until(() -> load.answered() > now + RATE / 4);
    }

    private static void answers(String app, String body) {
        await().atMost(PATIENCE)
                .until(() -> Kills.Answer.of(running.pinisi().edgePort(), app + ".localhost")
                        .equals(body));
    }

    private static void kill(long process) {
        Pinisi.kill(process);
        await().atMost(PATIENCE)
                .until(() ->
                        ProcessHandle.of(process).map(alive -> !alive.isAlive()).orElse(true));
    }
}
