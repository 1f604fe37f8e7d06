package org.pinisi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Drives a proxy from core 1, with the same tool and settings for every proxy of a row.
///
/// h2load writes a line for each request with a system call each, when asked for latencies, so it runs twice:
/// once for the rate, once, shorter, for the latencies.
final class EdgeLoad {
    static final String HOST = "localhost";
    private static final Duration LONGEST = Duration.ofSeconds(90);
    private static final Duration LATENCIES = Duration.ofMillis(500);
    private static final Duration QUIC_WARM = Duration.ofSeconds(4);
    private static final Pattern S_TIME = Pattern.compile("(?m)^(\\d+) connections in \\d+ real seconds");
    private static final Pattern REUSED = Pattern.compile("(?m)^[r*tds]+$");

    private final Path work;
    private final CoreShare share;

    EdgeLoad(Path work, CoreShare share) {
        this.work = work;
        this.share = share;
    }

    /// What one run gave.
    ///
    /// @param load the share of its core that the load had
    record Loaded(Run run, double load) {}

    /// Runs a row against a proxy.
    ///
    /// @throws BenchException if any request was not answered as it should be
    Loaded run(EdgeRow row, PinnedServer server, Duration time) {
        return switch (row.tool()) {
            case WRK, IDLE -> measured(row, server, () -> wrk(row, server, time));
            case QUIC -> quic(row, server, time);
            case S_TIME -> measured(row, server, () -> handshakes(row, server, time));
            case H2LOAD -> {
                Loaded loaded = measured(row, server, () -> h2load(row, server, time, List.of()));
                LoadOutput timed = h2loadWithTimes(row, server, row.isLarge() ? time : LATENCIES);
                Run run = loaded.run;
                yield new Loaded(
                        new Run(run.requests(), run.rate(), timed.p50(), timed.p99(), run.processor()), loaded.load);
            }
        };
    }

    /// A tool's run.
    private interface Measurement {
        LoadOutput run();
    }

    private Loaded measured(EdgeRow row, PinnedServer server, Measurement measurement) {
        double before = server.processorSeconds();
        CoreShare.Mark mark = share.mark();
        LoadOutput output = measurement.run();
        double load = share.since(mark);
        double processor = server.processorSeconds() - before;
        double requests = row.isLarge() ? output.bytes() / EdgeOrigin.LARGE : output.requests();
        Run run =
                new Run(requests, requests / output.seconds(), output.p50(), output.p99(), processor * 1e6 / requests);
        return new Loaded(run, load);
    }

    static String address(EdgeRow row, PinnedServer server) {
        int port = row.isSecure() ? server.ports().secure() : server.ports().plain();
        return (row.isSecure() ? "https://" : "http://") + HOST + ":" + port;
    }

    private LoadOutput wrk(EdgeRow row, PinnedServer server, Duration time) {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", "1", "wrk", "--latency", "-t", "1"));
        command.addAll(List.of("-c", Integer.toString(row.connections()), "-d", Math.max(1, time.toSeconds()) + "s"));
        row.fields().forEach(field -> command.addAll(List.of("-H", field)));
        command.add(address(row, server) + row.path());
        return LoadOutput.wrk(execute(command));
    }

    private LoadOutput h2load(EdgeRow row, PinnedServer server, Duration time, List<String> more) {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", "1", "h2load", "-t", "1"));
        command.addAll(List.of("-c", Integer.toString(row.connections()), "-m", Integer.toString(row.streams())));
        command.addAll(List.of("-D", time.toMillis() + "ms", "--npn-list=h2"));
        command.addAll(more);
        command.add(address(row, server) + row.path());
        return LoadOutput.h2load(execute(command), "h2");
    }

    /// The load warms itself first, so the processor's time is divided by all its requests.
    private Loaded quic(EdgeRow row, PinnedServer server, Duration time) {
        double before = server.processorSeconds();
        CoreShare.Mark mark = share.mark();
        String said = quicLoad(row, server, time);
        double load = share.since(mark);
        double processor = server.processorSeconds() - before;
        LoadOutput output = LoadOutput.quic(said);
        double rate = output.requests() / output.seconds();
        double each = processor * 1e6 / LoadOutput.quicRequests(said);
        return new Loaded(new Run(output.requests(), rate, output.p50(), output.p99(), each), load);
    }

    private String quicLoad(EdgeRow row, PinnedServer server, Duration time) {
        List<String> command = List.of(
                "taskset",
                "-c",
                "1",
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                QuicLoad.class.getName(),
                Integer.toString(server.ports().secure()),
                row.path(),
                Integer.toString(row.connections()),
                Integer.toString(row.streams()),
                Long.toString(QUIC_WARM.toMillis()),
                Long.toString(time.toMillis()),
                Integer.toString(row.bodyBytes()));
        return execute(command);
    }

    private LoadOutput h2loadWithTimes(EdgeRow row, PinnedServer server, Duration time) {
        Path log = work.resolve("h2load.log");
        try {
            Files.deleteIfExists(log);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return h2load(row, server, time, List.of("--log-file=" + log)).withTimes(log);
    }

    /// Several `openssl s_time` at once, each with one connection after the other. It says no latencies.
    private LoadOutput handshakes(EdgeRow row, PinnedServer server, Duration time) {
        // It writes "GET <path> HTTP/1.0" and an empty line; so what is more in the path makes it HTTP/1.1.
        String path = row.path() + " HTTP/1.1\r\nHost: " + HOST + "\r\nConnection: close\r\nX-Rest:";
        List<String> client = List.of(
                "taskset -c 1 openssl s_time -reuse -tls1_3 -connect",
                HOST + ":" + server.ports().secure(),
                "-time " + Math.max(1, time.toSeconds()),
                "-www '" + path + "' &");
        String script = (String.join(" ", client) + "\n").repeat(row.connections()) + "wait\n";
        String output = execute(List.of("sh", "-c", script));
        double requests = 0;
        Matcher count = S_TIME.matcher(output);
        while (count.find()) {
            requests += Double.parseDouble(count.group(1));
        }
        Matcher reused = REUSED.matcher(output);
        while (reused.find()) {
            if (reused.group().contains("*")) {
                throw new BenchException("sessions were not resumed:\n" + output);
            }
        }
        if (requests == 0) {
            throw new BenchException("openssl s_time made no connection:\n" + output);
        }
        // Its own clock counts whole seconds only.
        return new LoadOutput(requests, Math.max(1, time.toSeconds()), 0, Double.NaN, Double.NaN);
    }

    private String execute(List<String> command) {
        return Shell.run(work, Map.of("LC_ALL", "C"), LONGEST, command)
                .orFail(command)
                .output();
    }
}
