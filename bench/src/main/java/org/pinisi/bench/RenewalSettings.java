package org.pinisi.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What `bench/run renewals` was asked for.
///
/// @param names how many names get certificates, 10 to 1,000
/// @param away how long the authority is away while all certificates are due
/// @param rate requests a second, about; 10 to 2,000
/// @param report where the figures go, beside the standard output
record RenewalSettings(int names, Duration away, int rate, Path report) {
    static final String HELP = """
            bench/run renewals [--quick] [--names=N] [--away=DURATION] [--rate=N] [--report=FILE]
              --quick    20 names, half a minute away
              --names    how many names get certificates (50)
              --away     how long the authority is away while all of them are due: 30s, 10m (10m)
              --rate     requests a second, about (200)
              --report   where the figures go (bench/target/renewals.txt)""";

    RenewalSettings {
        if (names < 10 || names > 1_000 || rate < 10 || rate > 2_000 || away.isNegative()) {
            throw new BenchException(
                    "--names: 10 to 1000, --rate: 10 to 2000, --away: not before it has begun\n" + HELP);
        }
    }

    static RenewalSettings parse(List<String> arguments) {
        BenchArguments given = BenchArguments.parse(arguments, Set.of("names", "away", "rate", "report"), HELP);
        return new RenewalSettings(
                given.number("names", given.quick() ? 20 : 50),
                duration(given.values().getOrDefault("away", given.quick() ? "30s" : "10m")),
                given.number("rate", 200),
                given.path("report", Pinisi.home().resolve("bench/target/renewals.txt")));
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
        } catch (DateTimeParseException malformed) {
            throw new BenchException("--away=" + text + ": expected is 30s, 10m or 1h30m", malformed);
        }
    }
}
