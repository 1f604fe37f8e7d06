package org.pinisi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Drives a server from core 1: `wrk` over HTTP/1.1, `h2load` over HTTP/2; the same tool and settings for
/// every server of a row.
///
/// h2load writes a line for each request with a system call each, when asked for latencies, so it runs twice:
/// once for the rate, once, shorter, for the latencies.
final class SiteLoad {
    private static final Duration LONGEST = Duration.ofSeconds(90);
    private static final Duration LATENCIES = Duration.ofMillis(500);

    private static final Pattern WRK_COUNT =
            Pattern.compile("(\\d+) requests in ([0-9.]+)(us|ms|s|m), ([0-9.]+)([KMGT]?)B read");
    private static final Pattern WRK_QUANTILE = Pattern.compile("(?m)^\\s+(50|99)%\\s+([0-9.]+)(us|ms|s|m)$");
    private static final Pattern WRK_ERRORS = Pattern.compile("(?m)^.*(Socket errors|Non-2xx).*$");
    private static final Pattern H2_STATUS =
            Pattern.compile("(?m)^requests: .* (\\d+) failed, (\\d+) errored, (\\d+) timeout$");
    private static final Pattern H2_CODES =
            Pattern.compile("(?m)^status codes: (\\d+) 2xx, (\\d+) 3xx, (\\d+) 4xx, (\\d+) 5xx$");
    private static final Pattern H2_FINISHED =
            Pattern.compile("(?m)^finished in ([0-9.]+)(us|ms|s|m), ([0-9.]+) req/s.*$");
    private static final Pattern H2_DATA = Pattern.compile("\\((\\d+)\\) data");

    private final Path work;
    private final SiteFiles files;

    SiteLoad(Path work, SiteFiles files) {
        this.work = work;
        this.files = files;
        try {
            Files.write(work.resolve("many.txt"), files.many());
            Files.writeString(work.resolve("many.lua"), """
                    local requests = {}
                    function init(arguments)
                      math.randomseed(20261121)
                      for path in io.lines("many.txt") do
                        requests[#requests + 1] = wrk.format("GET", path)
                      end
                    end
                    function request()
                      return requests[math.random(#requests)]
                    end
                    """);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// What one run gave.
    ///
    /// @param requests how many were answered; for large bodies, how many bodies' worth of bytes came
    /// @param rate those, a second
    /// @param p50 median time of a request in microseconds
    /// @param p99 the time within which 99 of 100 were answered, in microseconds
    /// @param processor processor time of the server for each request, in microseconds
    record Run(double requests, double rate, double p50, double p99, double processor) {}

    /// Runs a row against a server.
    ///
    /// @param fields request fields, `Name: value`
    /// @throws BenchException if any request was not answered as it should be
    Run run(SiteRow row, SiteServer server, List<String> fields, Duration time) {
        return row.wire() == SiteRow.Wire.H2 ? h2load(row, server, fields, time) : wrk(row, server, fields, time);
    }

    /// Asks for each of the many small files once, so that what is measured after that is warm for whoever keeps
    /// them.
    void askForAll(SiteRow.Wire wire, SiteServer server) {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", "1", "h2load", "-t", "1", "-c", "1"));
        command.addAll(List.of("-n", Integer.toString(files.many().size())));
        command.addAll(wire == SiteRow.Wire.H2 ? List.of("-m", "32", "--npn-list=h2") : List.of("--h1"));
        command.addAll(List.of(
                "-B", server.address(wire), "-i", work.resolve("many.txt").toString()));
        Shell.run(work, Map.of("LC_ALL", "C"), LONGEST, command).orFail(command);
    }

    private Run wrk(SiteRow row, SiteServer server, List<String> fields, Duration time) {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", "1", "wrk", "--latency", "-t", "1"));
        command.addAll(List.of("-c", Integer.toString(row.connections()), "-d", Math.max(1, time.toSeconds()) + "s"));
        fields.forEach(field -> command.addAll(List.of("-H", field)));
        boolean many = row.content() == SiteRow.Content.MANY;
        if (many) {
            command.addAll(List.of("-s", work.resolve("many.lua").toString()));
        }
        command.add(server.address(row.wire()) + (many ? "/" : files.path(row.content())));

        double before = server.processorSeconds();
        String output = execute(command);
        double processor = server.processorSeconds() - before;
        Matcher errors = WRK_ERRORS.matcher(output);
        if (errors.find()) {
            throw new BenchException(
                    String.join(" ", command) + ": " + errors.group().strip() + "\n" + output);
        }
        Matcher count = found(WRK_COUNT, output);
        double seconds = micros(count.group(2), count.group(3)) / 1e6;
        double requests = row.content() == SiteRow.Content.LARGE
                ? bytes(count.group(4), count.group(5)) / SiteFiles.LARGE_BYTES
                : Double.parseDouble(count.group(1));
        Matcher quantile = found(WRK_QUANTILE, output);
        double p50 = micros(quantile.group(2), quantile.group(3));
        double p99 = quantile.find() ? micros(quantile.group(2), quantile.group(3)) : Double.NaN;
        return result(requests, seconds, p50, p99, processor);
    }

    /// Runs a row once only, for a server that is cold the first time alone. Over HTTP/2 the latencies cost the
    /// load's core a part of the rate.
    Run once(SiteRow row, SiteServer server, Duration time) {
        return row.wire() == SiteRow.Wire.H2
                ? h2loadWithTimes(row, server, List.of(), time)
                : wrk(row, server, List.of(), time);
    }

    private Run h2load(SiteRow row, SiteServer server, List<String> fields, Duration time) {
        Run run = h2load(row, server, fields, time, List.of());
        Duration shorter = row.content() == SiteRow.Content.LARGE ? time : LATENCIES;
        Run timed = h2loadWithTimes(row, server, fields, shorter);
        return new Run(run.requests, run.rate, timed.p50, timed.p99, run.processor);
    }

    private Run h2loadWithTimes(SiteRow row, SiteServer server, List<String> fields, Duration time) {
        Path log = work.resolve("h2load.log");
        try {
            Files.deleteIfExists(log);
            Run run = h2load(row, server, fields, time, List.of("--log-file=" + log));
            double[] times = Files.readAllLines(log, StandardCharsets.US_ASCII).stream()
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf('\t') + 1)))
                    .toArray();
            Arrays.sort(times);
            return new Run(run.requests, run.rate, quantile(times, 0.5), quantile(times, 0.99), run.processor);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Run h2load(SiteRow row, SiteServer server, List<String> fields, Duration time, List<String> more) {
        double before = server.processorSeconds();
        String output = execute(h2loadCommand(row, server, fields, time, more));
        double processor = server.processorSeconds() - before;
        Matcher finished = found(H2_FINISHED, output);
        double seconds = micros(finished.group(1), finished.group(2)) / 1e6;
        double requests = row.content() == SiteRow.Content.LARGE
                ? Double.parseDouble(found(H2_DATA, output).group(1)) / SiteFiles.LARGE_BYTES
                : Double.parseDouble(finished.group(3)) * seconds;
        return result(requests, seconds, Double.NaN, Double.NaN, processor);
    }

    private List<String> h2loadCommand(
            SiteRow row, SiteServer server, List<String> fields, Duration time, List<String> more) {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", "1", "h2load", "-t", "1"));
        command.addAll(List.of("-c", Integer.toString(row.connections()), "-m", Integer.toString(row.streams())));
        command.addAll(List.of("-D", time.toMillis() + "ms", "--npn-list=h2"));
        fields.forEach(field -> command.addAll(List.of("-H", field)));
        command.addAll(more);
        String address = server.address(row.wire());
        command.addAll(
                row.content() == SiteRow.Content.MANY
                        ? List.of("-B", address, "-i", work.resolve("many.txt").toString())
                        : List.of(address + files.path(row.content())));
        return command;
    }

    private String execute(List<String> command) {
        String output = Shell.run(work, Map.of("LC_ALL", "C"), LONGEST, command)
                .orFail(command)
                .output();
        if (command.contains("h2load")) {
            Matcher status = found(H2_STATUS, output);
            Matcher codes = found(H2_CODES, output);
            boolean right = status.group(1).equals("0")
                    && status.group(2).equals("0")
                    && status.group(3).equals("0")
                    && codes.group(3).equals("0")
                    && codes.group(4).equals("0")
                    && output.contains("Application protocol: h2");
            if (!right) {
                throw new BenchException(String.join(" ", command) + " got wrong answers:\n" + output);
            }
        }
        return output;
    }

    private static Run result(double requests, double seconds, double p50, double p99, double processor) {
        return new Run(requests, requests / seconds, p50, p99, processor * 1e6 / requests);
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
