package org.pinisi.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

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
            bench/run edge [--quick] [--rows=WORD,…] [--peers=WORD,…] [--rounds=N] [--seconds=N] [--warm=N] [--idle=N] [--json=FILE]
              --quick    two rounds of one second, 1,000 idle connections
              --rows     those whose name holds one of the words: plain-1k, tls-, h2-, h3-, new, resumed, idle …
              --peers    pinisi, haproxy, nginx, caddy
              --warm     seconds for which ours is warmed before each row (10); the others have one
              --idle     connections that do nothing in the idle rows (10,000)""";

    static EdgeOptions parse(List<String> arguments) {
        BenchArguments given = BenchArguments.parse(
                arguments, Set.of("rows", "peers", "rounds", "seconds", "warm", "idle", "json"), HELP);
        boolean quick = given.quick();
        return new EdgeOptions(
                given.chosen(
                        "rows",
                        List.of(EdgeRow.values()),
                        (row, word) -> row.word().contains(word)),
                given.chosen(
                        "peers",
                        List.of(EdgePeer.values()),
                        (peer, word) -> peer.word().equals(word)),
                given.number("rounds", quick ? 2 : 5),
                given.seconds("seconds", quick ? 1 : 2),
                given.seconds("warm", quick ? 3 : 10),
                given.number("idle", quick ? 1_000 : 10_000),
                given.path("json", Pinisi.home().resolve("bench/target/edge.json")));
    }
}
