package org.pinisi.bench;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `bench/run renewals` in short: fewer names, and an authority that is away for seconds.
@Timeout(900)
final class RenewalsUnderLoadIT {
    @TempDir
    Path work;

    @Test
    void losesNoRequestThroughAllRenewalsAndNoCertificateEnds() throws Exception {
        RenewalBench.run(work, new RenewalSettings(20, Duration.ofSeconds(5), 100, work.resolve("report.txt")));
    }
}
