package org.pinisi.bench;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The hour of mixed load in short, with every buffer looked after.
@Timeout(300)
final class EdgeHourIT {
    @TempDir
    Path work;

    @Test
    void losesNothingAndLeaksNothingWhileUpstreamsAreKilledAndReplaced() throws Exception {
        EdgeHour.run(work, Duration.ofSeconds(40), true, work.resolve("report.txt"));
    }
}
