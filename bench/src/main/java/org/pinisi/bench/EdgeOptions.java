package org.pinisi.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// What `bench/run edge` was asked for.
///
/// @param rows the rows to measure
/// @param peers who takes part, in the order of a round
/// @param rounds how often each is measured in each row, in turns
/// @param time how long each run is
/// @param warmUp how long ours is warmed before the first round of a row
/// @param idle how many connections do nothing in the idle rows
/// @param json where the figures go
record EdgeOptions(
        List<EdgeRow> rows, List<EdgePeer> peers, int rounds, Duration time, Duration warmUp, int idle, Path json) {
    EdgeOptions {
        rows = List.copyOf(rows);
        peers = List.copyOf(peers);
    }

    static final String HELP = """
            bench/run edge [--quick] [--rows=WORD,…] [--peers=WORD,…] [--rounds=N] [--seconds=N] [--idle=N] [--json=FILE]
              --quick    two rounds of one second, 1,000 idle connections
              --rows     those whose name holds one of the words: plain-1k, tls-, h2-, new, resumed, idle …
              --peers    pinisi, haproxy, nginx, caddy
              --idle     connections that do nothing in the idle rows (10,000)""";

    static EdgeOptions parse(List<String> arguments) {
        boolean quick = arguments.contains("--quick");
        EdgeOptions options = new EdgeOptions(
                List.of(EdgeRow.values()),
                List.of(EdgePeer.values()),
                quick ? 2 : 5,
                Duration.ofSeconds(quick ? 1 : 2),
                Duration.ofSeconds(quick ? 3 : 5),
                quick ? 1_000 : 10_000,
                Pinisi.home().resolve("bench/target/edge.json"));
        for (String argument : arguments) {
            options = options.with(argument);
        }
        return options;
    }

    private EdgeOptions with(String argument) {
        String value = argument.substring(argument.indexOf('=') + 1);
        List<String> words = Arrays.asList(value.split(","));
        return switch (argument.substring(0, argument.length() - value.length())) {
            case "--rows=" ->
                rows(rows.stream()
                        .filter(row -> words.stream().anyMatch(row.word()::contains))
                        .toList());
            case "--peers=" ->
                peers(peers.stream().filter(peer -> words.contains(peer.word())).toList());
            case "--rounds=" -> rounds(number(argument, value));
            case "--seconds=" -> time(Duration.ofSeconds(number(argument, value)));
            case "--idle=" -> idle(number(argument, value));
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

    private EdgeOptions rows(List<EdgeRow> value) {
        return new EdgeOptions(value, peers, rounds, time, warmUp, idle, json);
    }

    private EdgeOptions peers(List<EdgePeer> value) {
        return new EdgeOptions(rows, value, rounds, time, warmUp, idle, json);
    }

    private EdgeOptions rounds(int value) {
        return new EdgeOptions(rows, peers, value, time, warmUp, idle, json);
    }

    private EdgeOptions time(Duration value) {
        return new EdgeOptions(rows, peers, rounds, value, warmUp, idle, json);
    }

    private EdgeOptions idle(int value) {
        return new EdgeOptions(rows, peers, rounds, time, warmUp, value, json);
    }

    private EdgeOptions json(Path value) {
        return new EdgeOptions(rows, peers, rounds, time, warmUp, idle, value);
    }
}
