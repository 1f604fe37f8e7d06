package org.pinisi.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What dies while requests come in, and pushes that come quickly one after the other. `bench/run` has the same with
/// larger
/// numbers.
final class FaultsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RATE = 200;
    private static final long SEED = 7;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void eightPushesInARowLoseNoRequestThoughTwoBetweenAreNotHealthy() {
        PushesUnderLoad.Result result = PushesUnderLoad.run(folder, 8, RATE, 4);

        assertThat(result.pushed()).isEqualTo(8);
        assertThat(result.refused()).isEqualTo(2);
        nothingLost(result.load());
    }

    @Test
    void theNewerOfTwoPushesServesAndTheOlderOnesProcessesAreGone() throws InterruptedException {
        TwoPushes.Result result = TwoPushes.run(folder);

        assertThat(result.serves()).isEqualTo("v3");
        assertThat(result.leftOver()).isZero();
        assertThat(PushIT.lines(result.first()).getLast()).containsAnyOf("cancelled", "superseded");
        assertThat(PushIT.lines(result.second()).getLast()).startsWith("live ");
    }

    @Test
    void aControlPlaneKilledInTheMiddleOfAPushLosesNoRequestAndGoesOn() throws InterruptedException {
        Kills.Result result = Kills.run(folder, 3, SEED, false);

        assertThat(result.recovered().count()).isEqualTo(3);
        nothingLost(result.load());
    }

    @Test
    void aKilledEdgeComesBackWithItsRoutes() {
        try (Pinisi pinisi = Pinisi.up(folder.resolve("data"))) {
            PushesUnderLoad.live(TestApp.node(folder.resolve("app")).push(pinisi.git("app"), "main"));
            long edge = pinisi.edge();

            Pinisi.kill(edge);

            await().atMost(PATIENCE)
                    .until(() ->
                            Kills.Answer.of(pinisi.edgePort(), "app.localhost").equals("v1"));
            assertThat(pinisi.edge()).isNotEqualTo(edge);
        }
    }

    @Test
    void controlPlaneAndEdgeKilledTogetherComeBackWithUp() {
        try (Pinisi pinisi = Pinisi.up(folder.resolve("data"))) {
            PushesUnderLoad.live(TestApp.node(folder.resolve("app")).push(pinisi.git("app"), "main"));
            List<Long> units = pinisi.units("app");
            long edge = pinisi.edge();
            Pinisi.kill(pinisi.controlPlane());
            Pinisi.kill(edge);
            await().atMost(PATIENCE)
                    .until(() -> ProcessHandle.of(edge)
                            .map(process -> !process.isAlive())
                            .orElse(true));

            pinisi.up();

            await().atMost(PATIENCE)
                    .until(() ->
                            Kills.Answer.of(pinisi.edgePort(), "app.localhost").equals("v1"));
            assertThat(pinisi.units("app")).isEqualTo(units);
        }
    }

    @Test
    void aKilledUnitIsStartedAgain() {
        try (Pinisi pinisi = Pinisi.up(folder.resolve("data"))) {
            PushesUnderLoad.live(TestApp.node(folder.resolve("app")).push(pinisi.git("app"), "main"));
            List<Long> before = pinisi.units("app");

            before.forEach(Pinisi::kill);

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(Kills.Answer.of(pinisi.edgePort(), "app.localhost")).isEqualTo("v1");
                assertThat(pinisi.units("app")).hasSize(1).doesNotContainAnyElementsOf(before);
            });
        }
    }

    @Test
    void whileAPushCarriesOnItsLoadIsAnsweredByTheOldRelease() {
        try (Pinisi pinisi = Pinisi.up(folder.resolve("data"))) {
            Repository app = TestApp.node(folder.resolve("app"));
            PushesUnderLoad.live(app.push(pinisi.git("app"), "main"));
            // The new release needs a second until it listens.
            TestApp.version(app, 1, 2)
                    .replace(
                            "server.js",
                            "server.listen(process.env.PORT, '127.0.0.1')",
                            "setTimeout(() => server.listen(process.env.PORT, '127.0.0.1'), 1000)")
                    .commit("slow to start");
            Load.Report report;
            try (Load load = new Load(pinisi.edgePort(), "app.localhost", RATE, PATIENCE, TestApp::isVersion)) {
                PushesUnderLoad.live(app.push(pinisi.git("app"), "main"));
                await().atMost(PATIENCE)
                        .until(() -> Kills.Answer.of(pinisi.edgePort(), "app.localhost")
                                .equals("v2"));
                report = load.stop();
            }
            nothingLost(report);
            assertThat(report.bodies()).containsKey("v1");
        }
    }

    private static void nothingLost(Load.Report report) {
        assertThat(report.notes()).isEmpty();
        assertThat(report.lost()).isZero();
        assertThat(report.answered()).isPositive();
    }
}
