package org.pinisi.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;

/// What `bench/run renewals` was asked for.
///
/// @param names how many names get certificates, 10 to 1,000
/// @param away how long the authority is away while all certificates are due
/// @param rate requests a second, about; 10 to 2,000
/// @param report where the figures go, beside the standard output
record RenewalSettings(int names, Duration away, int rate, Path report) {
    static final String HELP = """
            bench/run renewals [--names=N] [--away=DURATION] [--rate=N] [--report=FILE]
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
        RenewalSettings settings = new RenewalSettings(
                50, Duration.ofMinutes(10), 200, Pinisi.home().resolve("bench/target/renewals.txt"));
        for (String argument : arguments) {
            settings = settings.with(argument);
        }
        return settings;
    }

    private RenewalSettings with(String argument) {
        String value = argument.substring(argument.indexOf('=') + 1);
        try {
            return switch (argument.substring(0, argument.length() - value.length())) {
                case "--names=" -> new RenewalSettings(Integer.parseInt(value), away, rate, report);
                case "--away=" ->
                    new RenewalSettings(names, Duration.parse("PT" + value.toUpperCase(Locale.ROOT)), rate, report);
                case "--rate=" -> new RenewalSettings(names, away, Integer.parseInt(value), report);
                case "--report=" -> new RenewalSettings(names, away, rate, Path.of(value));
                default -> throw new BenchException("unknown option " + argument + "\n" + HELP);
            };
        } catch (NumberFormatException | DateTimeParseException malformed) {
            throw new BenchException(argument + ": not understood\n" + HELP, malformed);
        }
    }
}
