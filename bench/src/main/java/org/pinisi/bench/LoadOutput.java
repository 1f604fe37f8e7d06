package org.pinisi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `wrk`, `h2load` and [QuicLoad] print, understood.
///
/// @param requests how many were answered
/// @param seconds how long it took
/// @param bytes what was read, in bytes: with the heads by wrk, bodies alone by h2load
/// @param p50 median time of a request in microseconds; not a number when the tool does not say
/// @param p99 the time within which 99 of 100 were answered, in microseconds
record LoadOutput(double requests, double seconds, double bytes, double p50, double p99) {
    private static final Pattern WRK_COUNT =
            Pattern.compile("(\\d+) requests in ([0-9.]+)(us|ms|s|m), ([0-9.]+)([KMGT]?)B read");
    private static final Pattern QUIC = Pattern.compile(
            "(?m)^all=(\\d+) requests=(\\d+) seconds=([0-9.]+) bytes=(\\d+) p50=([0-9.]+) p99=([0-9.]+)$");
    private static final Pattern WRK_QUANTILE = Pattern.compile("(?m)^\\s+(50|99)%\\s+([0-9.]+)(us|ms|s|m)$");
    private static final Pattern WRK_ERRORS = Pattern.compile("(?m)^.*(Socket errors|Non-2xx).*$");
    private static final Pattern H2_STATUS =
            Pattern.compile("(?m)^requests: .* (\\d+) failed, (\\d+) errored, (\\d+) timeout$");
    private static final Pattern H2_CODES =
            Pattern.compile("(?m)^status codes: (\\d+) 2xx, (\\d+) 3xx, (\\d+) 4xx, (\\d+) 5xx$");
    private static final Pattern H2_FINISHED =
            Pattern.compile("(?m)^finished in ([0-9.]+)(us|ms|s|m), ([0-9.]+) req/s.*$");
    private static final Pattern H2_DATA = Pattern.compile("\\((\\d+)\\) data");

    /// @throws BenchException if a request was answered wrongly, or not at all
    static LoadOutput wrk(String output) {
        Matcher errors = WRK_ERRORS.matcher(output);
        if (errors.find()) {
            throw new BenchException("wrk: " + errors.group().strip() + "\n" + output);
        }
        Matcher count = found(WRK_COUNT, output);
        double seconds = micros(count.group(2), count.group(3)) / 1e6;
        Matcher quantile = found(WRK_QUANTILE, output);
        double p50 = micros(quantile.group(2), quantile.group(3));
        double p99 = quantile.find() ? micros(quantile.group(2), quantile.group(3)) : Double.NaN;
        double bytes = bytes(count.group(4), count.group(5));
        return new LoadOutput(Double.parseDouble(count.group(1)), seconds, bytes, p50, p99);
    }

    /// @param protocol what must have been agreed on: `h2`, `http/1.1`
    /// @throws BenchException if a request was answered wrongly, or not at all
    static LoadOutput h2load(String output, String protocol) {
        Matcher status = found(H2_STATUS, output);
        Matcher codes = found(H2_CODES, output);
        boolean right = status.group(1).equals("0")
                && status.group(2).equals("0")
                && status.group(3).equals("0")
                && codes.group(3).equals("0")
                && codes.group(4).equals("0")
                && output.contains("Application protocol: " + protocol);
        if (!right) {
            throw new BenchException("h2load got wrong answers:\n" + output);
        }
        Matcher finished = found(H2_FINISHED, output);
        double seconds = micros(finished.group(1), finished.group(2)) / 1e6;
        double requests = Double.parseDouble(finished.group(3)) * seconds;
        double bytes = Double.parseDouble(found(H2_DATA, output).group(1));
        return new LoadOutput(requests, seconds, bytes, Double.NaN, Double.NaN);
    }

    /// @throws BenchException if a request was answered wrongly, or not at all
    static LoadOutput quic(String output) {
        Matcher line = found(QUIC, output);
        return new LoadOutput(
                Double.parseDouble(line.group(2)),
                Double.parseDouble(line.group(3)),
                Double.parseDouble(line.group(4)),
                Double.parseDouble(line.group(5)),
                Double.parseDouble(line.group(6)));
    }

    /// All requests of [QuicLoad], those of its warming among them.
    static double quicRequests(String output) {
        return Double.parseDouble(found(QUIC, output).group(1));
    }

    /// The same with the times that h2load wrote into its log.
    LoadOutput withTimes(Path log) {
        try {
            double[] times = Files.readAllLines(log, StandardCharsets.US_ASCII).stream()
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf('\t') + 1)))
                    .toArray();
            Arrays.sort(times);
            return new LoadOutput(requests, seconds, bytes, quantile(times, 0.5), quantile(times, 0.99));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static double quantile(double[] sorted, double share) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
    }

    private static Matcher found(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new BenchException("the load tool said nothing like " + pattern + ":\n" + output);
        }
        return matcher;
    }

    private static double micros(String number, String unit) {
        double factor = switch (unit) {
            case "us" -> 1;
            case "ms" -> 1e3;
            case "s" -> 1e6;
            case "m" -> 60e6;
            default -> throw new BenchException("unknown unit of time " + unit);
        };
        return Double.parseDouble(number) * factor;
    }

    private static double bytes(String number, String unit) {
        int power = "KMGT".indexOf(unit) + 1;
        return Double.parseDouble(number) * Math.pow(1024, unit.isEmpty() ? 0 : power);
    }
}
