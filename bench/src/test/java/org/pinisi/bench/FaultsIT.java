package org.pinisi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What dies while requests come in, and pushes that come quickly one after the other. `bench/run` has the same with
/// larger
/// numbers.
final class FaultsIT {
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

    private static void nothingLost(Load.Report report) {
        assertThat(report.notes()).isEmpty();
        assertThat(report.lost()).isZero();
        assertThat(report.answered()).isPositive();
    }
}
