package org.pinisi.edge;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Address;

/// How an edge is set up. Immutable; [#of] reads it from words, as a command line or a file has them.
///
/// @param listen where clients connect: at least one address; port 0 means any free port
/// @param adminSocket the unix socket of the admin interface, made with mode 0600
/// @param routesFile where routes are kept
/// @param accessLog the access log, or null for none
/// @param accessLogBytes size at which the log begins a new file (16 MiB)
/// @param accessLogFiles how many old log files are kept (4)
/// @param accessLogStyle what a line of the log looks like (JSON, without queries)
/// @param metrics where metrics and the state of names are told over plain HTTP to whoever asks, or null
///     for nowhere;
///     the admin socket tells them always
/// @param loops event loops, each one thread (one for each core)
/// @param limits the bounds for clients and upstreams
/// @param tls TLS with clients (none)
/// @param trust who is believed about clients (nobody)
/// @param http2 how HTTP/2 is spoken with clients
public record EdgeConfig(
        List<Address> listen,
        Path adminSocket,
        Path routesFile,
        @Nullable Path accessLog,
        long accessLogBytes,
        int accessLogFiles,
        LogStyle accessLogStyle,
        @Nullable Address metrics,
        int loops,
        EdgeLimits limits,
        EdgeTls tls,
        EdgeTrust trust,
        EdgeHttp2 http2) {
    private static final int MOST_LOOPS = 256;
    private static final long SMALLEST_LOG = 4096;

    /// @throws EdgeException when a value is out of its range, naming the key
    public EdgeConfig {
        listen = List.copyOf(listen);
        if (listen.isEmpty()) {
            throw new EdgeException("listen: no address (expected at least one, such as 0.0.0.0:80)");
        }
        if (accessLogBytes < SMALLEST_LOG) {
            throw new EdgeException(
                    "access-log-bytes: " + accessLogBytes + " (expected: " + SMALLEST_LOG + " or more)");
        }
        if (accessLogFiles < 0 || accessLogFiles > 1000) {
            throw new EdgeException("access-log-files: " + accessLogFiles + " (expected: 0 to 1000)");
        }
        if (loops < 1 || loops > MOST_LOOPS) {
            throw new EdgeException("loops: " + loops + " (expected: 1 to " + MOST_LOOPS + ")");
        }
    }

    /// The set-up of an edge whose files are in `folder`: listens on port 8080 of all addresses, keeps
    /// its access log.
    public static EdgeConfig defaults(Path folder) {
        return of(folder, Map.of());
    }

    /// Reads a set-up from words; what is not named keeps its default.
    ///
    /// Keys: `listen` (addresses, parted by commas), `admin-socket`, `routes-file`, `access-log` (a path,
    /// or `off`), `access-log-bytes`, `access-log-files`, `access-log-format` (`json`, `combined`,
    /// `common`), `access-log-query` (`off`, `masked`, `on`), `metrics` (an address, or `off`), `loops`,
    /// each part of [EdgeLimits] as `head-bytes`, `idle-time` and so on; of [EdgeTls] `listen-tls`
    /// (addresses), `strict-names` (`on`, `off`), `handshake-time`, `handshakes`, `http3` (`on`, `off`)
    /// and `http3-port`; of [EdgeTrust] `trusted-proxies` and `proxy-protocol` (addresses or blocks such
    /// as `10.0.0.0/8`, parted by commas) and `forwarded` (`x-forwarded`, `forwarded`, `both`); of
    /// [EdgeHttp2] `h2c` (`on`, `off`) and `http2-streams`. Paths are taken from `folder`; times are
    /// written `250ms`, `5s`, `10m`, `1h`.
    ///
    /// @throws EdgeException when a key is unknown or a value cannot be used, naming both
    public static EdgeConfig of(Path folder, Map<String, String> settings) {
        EdgeSettings words = new EdgeSettings(settings);
        EdgeLimits usual = EdgeLimits.defaults();
        String log = words.text("access-log", "edge-access.log");
        String metrics = words.text("metrics", "off");
        EdgeConfig config = new EdgeConfig(
                words.addresses("listen", "0.0.0.0:8080"),
                folder.resolve(words.text("admin-socket", "edge.sock")),
                folder.resolve(words.text("routes-file", "edge-routes.json")),
                log.equals("off") ? null : folder.resolve(log),
                words.number("access-log-bytes", 16L << 20),
                words.count("access-log-files", 4),
                LogStyle.of(words.text("access-log-format", "json"), words.text("access-log-query", "off")),
                metrics.equals("off") ? null : words.addresses("metrics", "off").getFirst(),
                words.count("loops", Runtime.getRuntime().availableProcessors()),
                new EdgeLimits(
                        words.count("head-bytes", usual.headBytes()),
                        words.count("fields", usual.fields()),
                        words.number("body-bytes", usual.bodyBytes()),
                        words.count("connections", usual.connections()),
                        words.time("head-time", usual.headTime()),
                        words.time("idle-time", usual.idleTime()),
                        words.time("body-idle", usual.bodyIdle()),
                        words.time("write-idle", usual.writeIdle()),
                        words.time("connect-time", usual.connectTime()),
                        words.time("first-byte-time", usual.firstByteTime()),
                        words.time("answer-idle", usual.answerIdle()),
                        words.time("tunnel-idle", usual.tunnelIdle()),
                        words.time("pool-idle", usual.poolIdle()),
                        words.count("pool-size", usual.poolSize()),
                        words.time("stop-time", usual.stopTime())),
                EdgeTls.of(words),
                EdgeTrust.of(words),
                EdgeHttp2.of(words));
        words.refuseUnknown();
        return config;
    }
}
