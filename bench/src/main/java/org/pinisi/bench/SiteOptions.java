package org.pinisi.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// What `bench/run site` was asked for.
///
/// @param rows the rows to measure
/// @param peers who takes part, in the order of a round
/// @param rounds how often each is measured in each row, in turns
/// @param time how long each run is
/// @param warmUp how long each server is warmed before the first round of a row
/// @param coldRounds how often each is started afresh and measured at once
/// @param coldTime for how long
/// @param files how many small files the tree holds
/// @param json where the figures go
record SiteOptions(
        List<SiteRow> rows,
        List<SitePeer> peers,
        int rounds,
        Duration time,
        Duration warmUp,
        int coldRounds,
        Duration coldTime,
        int files,
        Path json) {
    SiteOptions {
        rows = List.copyOf(rows);
        peers = List.copyOf(peers);
    }

    static final String HELP = """
            bench/run site [--quick] [--rows=WORD,…] [--peers=WORD,…] [--rounds=N] [--seconds=N] [--cold=N] [--files=N] [--json=FILE]
              --quick    two rounds of one second, a small tree, one cold start
              --rows     those whose name holds one of the words: plain-1k, tls-64k, h2-, 304 …
              --peers    pinisi, nginx, caddy
              --cold     cold starts of each server; 0 for none""";

    static SiteOptions parse(List<String> arguments) {
        boolean quick = arguments.contains("--quick");
        SiteOptions options = new SiteOptions(
                SiteRow.all(),
                List.of(SitePeer.values()),
                quick ? 2 : 6,
                Duration.ofSeconds(1),
                Duration.ofSeconds(quick ? 2 : 3),
                quick ? 1 : 2,
                Duration.ofSeconds(3),
                quick ? 2_000 : 50_000,
                Pinisi.home().resolve("bench/target/site.json"));
        for (String argument : arguments) {
            options = options.with(argument);
        }
        return options;
    }

    private SiteOptions with(String argument) {
        String value = argument.substring(argument.indexOf('=') + 1);
        List<String> words = Arrays.asList(value.split(","));
        return switch (argument.substring(0, argument.length() - value.length())) {
            case "--rows=" ->
                rows(rows.stream()
                        .filter(row -> words.stream().anyMatch(row.name()::contains))
                        .toList());
            case "--peers=" ->
                peers(peers.stream().filter(peer -> words.contains(peer.word())).toList());
            case "--rounds=" -> rounds(number(argument, value));
            case "--seconds=" -> time(Duration.ofSeconds(number(argument, value)));
            case "--cold=" -> coldRounds(number(argument, value));
            case "--files=" -> files(number(argument, value));
            case "--json=" -> json(Path.of(value));
            case "" -> {
                if (!argument.equals("--quick")) {
                    throw new BenchException("unknown option " + argument + "\n" + HELP);
                }
                yield this;
            }
            default -> throw new BenchException("unknown option " + argument + "\n" + HELP);
        };
    }

    private static int number(String argument, String value) {
        try {
            return Integer.parseUnsignedInt(value);
        } catch (NumberFormatException failure) {
            throw new BenchException(argument + ": expected a number", failure);
        }
    }

    private SiteOptions rows(List<SiteRow> value) {
        return new SiteOptions(value, peers, rounds, time, warmUp, coldRounds, coldTime, files, json);
    }

    private SiteOptions peers(List<SitePeer> value) {
        return new SiteOptions(rows, value, rounds, time, warmUp, coldRounds, coldTime, files, json);
    }

    private SiteOptions rounds(int value) {
        return new SiteOptions(rows, peers, value, time, warmUp, coldRounds, coldTime, files, json);
    }

    private SiteOptions time(Duration value) {
        return new SiteOptions(rows, peers, rounds, value, warmUp, coldRounds, coldTime, files, json);
    }

    private SiteOptions coldRounds(int value) {
        return new SiteOptions(rows, peers, rounds, time, warmUp, value, coldTime, files, json);
    }

    private SiteOptions files(int value) {
        return new SiteOptions(rows, peers, rounds, time, warmUp, coldRounds, coldTime, value, json);
    }

    private SiteOptions json(Path value) {
        return new SiteOptions(rows, peers, rounds, time, warmUp, coldRounds, coldTime, files, value);
    }
}
