package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pinisi.http.Address;

final class EdgeConfigTest {
    private static final Path FOLDER = Path.of("/data");

    @Test
    void hasDefaults() {
        assertThat(EdgeConfig.defaults(FOLDER))
                .isEqualTo(new EdgeConfig(
                        List.of(new Address.Inet("0.0.0.0", 8080)),
                        Path.of("/data/edge.sock"),
                        Path.of("/data/edge-routes.json"),
                        Path.of("/data/edge-access.log"),
                        16 << 20,
                        4,
                        LogStyle.defaults(),
                        null,
                        Runtime.getRuntime().availableProcessors(),
                        EdgeLimits.defaults(),
                        EdgeTls.none(),
                        EdgeTrust.nobody(),
                        EdgeHttp2.defaults()));
    }

    @Test
    void readsEveryKey() {
        Map<String, String> words = Map.ofEntries(
                Map.entry("listen", "127.0.0.1:1, unix:/tmp/e.sock"),
                Map.entry("admin-socket", "/run/a.sock"),
                Map.entry("routes-file", "r.json"),
                Map.entry("access-log", "off"),
                Map.entry("access-log-bytes", "5000"),
                Map.entry("access-log-files", "7"),
                Map.entry("access-log-format", "combined"),
                Map.entry("access-log-query", "masked"),
                Map.entry("metrics", "127.0.0.1:9100"),
                Map.entry("loops", "3"),
                Map.entry("head-bytes", "2048"),
                Map.entry("fields", "11"),
                Map.entry("body-bytes", "12"),
                Map.entry("connections", "13"),
                Map.entry("head-time", "1ms"),
                Map.entry("idle-time", "2s"),
                Map.entry("body-idle", "3m"),
                Map.entry("write-idle", "4h"),
                Map.entry("connect-time", "5s"),
                Map.entry("first-byte-time", "6s"),
                Map.entry("answer-idle", "7s"),
                Map.entry("tunnel-idle", "8s"),
                Map.entry("pool-idle", "9s"),
                Map.entry("pool-size", "14"),
                Map.entry("stop-time", "10s"),
                Map.entry("listen-tls", "127.0.0.1:2"),
                Map.entry("strict-names", "off"),
                Map.entry("handshake-time", "11s"),
                Map.entry("handshakes", "15"),
                Map.entry("http3", "on"),
                Map.entry("http3-port", "8443"),
                Map.entry("trusted-proxies", "10.0.0.0/8, 192.0.2.1"),
                Map.entry("proxy-protocol", "2001:db8::/32"),
                Map.entry("forwarded", "both"),
                Map.entry("h2c", "off"),
                Map.entry("http2-streams", "7"));
        assertThat(EdgeConfig.of(FOLDER, words))
                .isEqualTo(new EdgeConfig(
                        List.of(new Address.Inet("127.0.0.1", 1), new Address.Unix(Path.of("/tmp/e.sock"))),
                        Path.of("/run/a.sock"),
                        Path.of("/data/r.json"),
                        null,
                        5000,
                        7,
                        new LogStyle(LogStyle.Format.COMBINED, LogStyle.Query.MASKED),
                        new Address.Inet("127.0.0.1", 9100),
                        3,
                        new EdgeLimits(
                                2048,
                                11,
                                12,
                                13,
                                Duration.ofMillis(1),
                                Duration.ofSeconds(2),
                                Duration.ofMinutes(3),
                                Duration.ofHours(4),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(6),
                                Duration.ofSeconds(7),
                                Duration.ofSeconds(8),
                                Duration.ofSeconds(9),
                                14,
                                Duration.ofSeconds(10)),
                        new EdgeTls(
                                List.of(new Address.Inet("127.0.0.1", 2)),
                                false,
                                Duration.ofSeconds(11),
                                15,
                                true,
                                8443),
                        new EdgeTrust(
                                List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("192.0.2.1")),
                                List.of(AddressRange.parse("2001:db8::/32")),
                                ForwardedStyle.BOTH),
                        new EdgeHttp2(false, 7)));
    }

    @ParameterizedTest
    @CsvSource({
        "listen,nonsense",
        "listen,''",
        "access-log-bytes,1",
        "access-log-files,-1",
        "loops,0",
        "loops,many",
        "loops,99999999999",
        "head-bytes,10",
        "fields,0",
        "connections,0",
        "idle-time,5",
        "idle-time,0s",
        "idle-time,25h",
        "pool-size,-1",
        "listen-tls,nonsense",
        "http3,on",
        "http3,maybe",
        "http3-port,65536",
        "strict-names,yes",
        "handshake-time,6m",
        "handshakes,0",
        "trusted-proxies,10.0.0.1/8",
        "proxy-protocol,localhost",
        "h2c,maybe",
        "http2-streams,0",
        "http2-streams,10001",
        "forwarded,all"
    })
    void namesTheKeyThatCannotBeUsed(String key, String value) {
        assertThatThrownBy(() -> EdgeConfig.of(FOLDER, Map.of(key, value)))
                .isInstanceOf(EdgeException.class)
                .hasMessageStartingWith(key + ": ");
    }

    @Test
    void refusesAnUnknownKeyAndSaysWhichThereAre() {
        assertThatThrownBy(() -> EdgeConfig.of(FOLDER, Map.of("lissen", ":80")))
                .hasMessageStartingWith("lissen: no such setting (there are access-log,")
                .hasMessageContaining("listen");
    }
}
