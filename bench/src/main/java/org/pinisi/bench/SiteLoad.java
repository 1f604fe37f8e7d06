package org.pinisi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Drives a server from core 1: `wrk` over HTTP/1.1, `h2load` over HTTP/2; the same tool and settings for
/// every server of a row.
///
/// h2load writes a line for each request with a system call each, when asked for latencies, so it runs twice:
/// once for the rate, once, shorter, for the latencies.
final class SiteLoad {
    private static final Duration LONGEST = Duration.ofSeconds(90);
    private static final Duration LATENCIES = Duration.ofMillis(500);

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

    /// Runs a row against a server.
    ///
    /// @param fields request fields, `Name: value`
    /// @throws BenchException if any request was not answered as it should be
    Run run(SiteRow row, PinnedServer server, List<String> fields, Duration time) {
        return row.wire() == SiteRow.Wire.H2 ? h2load(row, server, fields, time) : wrk(row, server, fields, time);
    }

    /// Asks for each of the many small files once, so that what is measured after that is warm for whoever
    /// keeps them.
    void askForAll(SiteRow.Wire wire, PinnedServer server) {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", "1", "h2load", "-t", "1", "-c", "1"));
        command.addAll(List.of("-n", Integer.toString(files.many().size())));
        command.addAll(wire == SiteRow.Wire.H2 ? List.of("-m", "32", "--npn-list=h2") : List.of("--h1"));
        command.addAll(List.of(
                "-B",
                server.address(wire.isSecure()),
                "-i",
                work.resolve("many.txt").toString()));
        Shell.run(work, Map.of("LC_ALL", "C"), LONGEST, command).orFail(command);
    }

    private Run wrk(SiteRow row, PinnedServer server, List<String> fields, Duration time) {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", "1", "wrk", "--latency", "-t", "1"));
        command.addAll(List.of("-c", Integer.toString(row.connections()), "-d", Math.max(1, time.toSeconds()) + "s"));
        fields.forEach(field -> command.addAll(List.of("-H", field)));
        boolean many = row.content() == SiteRow.Content.MANY;
        if (many) {
            command.addAll(List.of("-s", work.resolve("many.lua").toString()));
        }
        command.add(server.address(row.wire().isSecure()) + (many ? "/" : files.path(row.content())));

        double before = server.processorSeconds();
        LoadOutput output = LoadOutput.wrk(execute(command));
        double processor = server.processorSeconds() - before;
        return result(row, output, processor);
    }

    /// Runs a row once only, for a server that is cold the first time alone. Over HTTP/2 the latencies cost the
    /// load's core a part of the rate.
    Run once(SiteRow row, PinnedServer server, Duration time) {
        return row.wire() == SiteRow.Wire.H2
                ? h2loadWithTimes(row, server, List.of(), time)
                : wrk(row, server, List.of(), time);
    }

    private Run h2load(SiteRow row, PinnedServer server, List<String> fields, Duration time) {
        double before = server.processorSeconds();
        String output = execute(h2loadCommand(row, server, fields, time, List.of()));
        double processor = server.processorSeconds() - before;
        Run run = result(row, LoadOutput.h2load(output, "h2"), processor);
        Duration shorter = row.content() == SiteRow.Content.LARGE ? time : LATENCIES;
        Run timed = h2loadWithTimes(row, server, fields, shorter);
        return new Run(run.requests(), run.rate(), timed.p50(), timed.p99(), run.processor());
    }

    private Run h2loadWithTimes(SiteRow row, PinnedServer server, List<String> fields, Duration time) {
        Path log = work.resolve("h2load.log");
        try {
            Files.deleteIfExists(log);
            double before = server.processorSeconds();
            String output = execute(h2loadCommand(row, server, fields, time, List.of("--log-file=" + log)));
            double processor = server.processorSeconds() - before;
            return result(row, LoadOutput.h2load(output, "h2").withTimes(log), processor);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private List<String> h2loadCommand(
            SiteRow row, PinnedServer server, List<String> fields, Duration time, List<String> more) {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", "1", "h2load", "-t", "1"));
        command.addAll(List.of("-c", Integer.toString(row.connections()), "-m", Integer.toString(row.streams())));
        command.addAll(List.of("-D", time.toMillis() + "ms", "--npn-list=h2"));
        fields.forEach(field -> command.addAll(List.of("-H", field)));
        command.addAll(more);
        String address = server.address(row.wire().isSecure());
        command.addAll(
                row.content() == SiteRow.Content.MANY
                        ? List.of("-B", address, "-i", work.resolve("many.txt").toString())
                        : List.of(address + files.path(row.content())));
        return command;
    }

    private String execute(List<String> command) {
        return Shell.run(work, Map.of("LC_ALL", "C"), LONGEST, command)
                .orFail(command)
                .output();
    }

    private static Run result(SiteRow row, LoadOutput output, double processor) {
        double requests =
                row.content() == SiteRow.Content.LARGE ? output.bytes() / SiteFiles.LARGE_BYTES : output.requests();
        return new Run(requests, requests / output.seconds(), output.p50(), output.p99(), processor * 1e6 / requests);
    }
}
