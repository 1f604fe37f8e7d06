package org.pinisi.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

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
        BenchArguments given = BenchArguments.parse(
                arguments, Set.of("rows", "peers", "rounds", "seconds", "cold", "files", "json"), HELP);
        boolean quick = given.quick();
        return new SiteOptions(
                given.chosen("rows", SiteRow.all(), (row, word) -> row.name().contains(word)),
                given.chosen(
                        "peers",
                        List.of(SitePeer.values()),
                        (peer, word) -> peer.word().equals(word)),
                given.number("rounds", quick ? 2 : 6),
                given.seconds("seconds", 1),
                Duration.ofSeconds(quick ? 2 : 3),
                given.number("cold", quick ? 1 : 2),
                Duration.ofSeconds(3),
                given.number("files", quick ? 2_000 : 50_000),
                given.path("json", Pinisi.home().resolve("bench/target/site.json")));
    }
}
