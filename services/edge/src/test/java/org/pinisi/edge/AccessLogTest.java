package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@Timeout(60)
final class AccessLogTest {
    @TempDir
    Path folder;

    private static List<JsonNode> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> EdgeJson.parse(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    @Test
    void writesALineForEachRequestWithoutItsQuery() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder, "access-log", "log/access.log")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.get("App.test:80", "/a\"b?token=secret").answer();
                wire.get("nobody.test", "/").answer();
                wire.send("nonsense\r\n\r\n").answer();
            }
        }
        List<JsonNode> lines = lines(folder.resolve("log/access.log"));
        assertThat(lines).hasSize(3);
        JsonNode first = lines.getFirst();
        assertThat(first.get("client").asString()).isEqualTo("127.0.0.1");
        assertThat(first.get("host").asString()).isEqualTo("App.test");
        assertThat(first.get("method").asString()).isEqualTo("GET");
        assertThat(first.get("path").asString()).isEqualTo("/a\"b");
        assertThat(first.get("status").asInt()).isEqualTo(200);
        assertThat(first.get("bytes").asInt()).isEqualTo(43);
        assertThat(first.get("upstream").asString()).isEqualTo("app-1");
        assertThat(first.get("route").asString()).isEqualTo("app");
        assertThat(first.get("ms").isNumber()).isTrue();
        assertThat(Instant.parse(first.get("time").asString())).isAfter(Instant.EPOCH);
        assertThat(lines.get(1).get("status").asInt()).isEqualTo(404);
        assertThat(lines.get(1).get("route").isNull()).isTrue();
        assertThat(lines.get(2).get("status").asInt()).isEqualTo(400);
        assertThat(Files.readString(folder.resolve("log/access.log"))).doesNotContain("secret");
    }

    @Test
    void saysHowTheRequestCameAndHowLongEachPartTook() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder, "access-log", "access.log", "loops", "1")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send(Wire.lines("POST / HTTP/1.1", "Host: app.test", "Content-Length: 5") + "12345")
                        .answer();
                wire.get("app.test", "/").answer();
            }
        }
        List<JsonNode> lines = lines(folder.resolve("access.log"));
        JsonNode first = lines.getFirst();
        assertThat(first.get("protocol").asString()).isEqualTo("HTTP/1.1");
        assertThat(first.get("received").asInt())
                .isEqualTo("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 5\r\n\r\n12345".length());
        assertThat(first.get("connectMs").asDouble()).isPositive();
        assertThat(first.get("firstByteMs").asDouble()).isPositive();
        assertThat(first.get("ms").asDouble())
                .isGreaterThanOrEqualTo(first.get("firstByteMs").asDouble());
        assertThat(first.has("why")).isFalse();
        assertThat(first.has("tls")).isFalse();
        // The second request found the first one's connection.
        assertThat(lines.get(1).has("connectMs")).isFalse();
    }

    @Test
    void saysWhyTheEdgeAnsweredItself() throws Exception {
        Upstream gone;
        try (Origin origin = Origin.answering("never")) {
            gone = origin.upstream("down-1");
        }
        try (EdgeFixture edge = new EdgeFixture(folder, "access-log", "access.log", "loops", "1")) {
            edge.route("down", gone);
            edge.route("empty");
            try (Wire wire = edge.connect()) {
                wire.get("down.test", "/").answer();
                wire.get("empty.test", "/").answer();
                wire.get("nobody.test", "/").answer();
                wire.send("nonsense\r\n\r\n").answer();
            }
        }
        assertThat(lines(folder.resolve("access.log")))
                .extracting(line -> line.get("why").asString())
                .containsExactly("connect-failed", "no-upstream", "no-route", "malformed-request");
    }

    /// Everything that a request line and a Host field can carry past the parser, in three formats.
    @ParameterizedTest
    @ValueSource(strings = {"json", "combined", "common"})
    void noByteOfAStrangerCanEndALineOrAString(String format) throws Exception {
        StringBuilder sent = new StringBuilder();
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(
                        folder, "access-log", "access.log", "access-log-format", format, "access-log-query", "on")) {
            edge.route("app", origin.upstream("app-1"));
            for (int b = 1; b < 256; b++) {
                if (b == '\n') {
                    continue;
                }
                String odd = String.valueOf((char) b);
                try (Wire wire = edge.connect()) {
                    wire.send("GET /" + odd + "?q=" + odd + " HTTP/1.1\r\nHost: app.test\r\nUser-Agent: a" + odd
                            + "\" 200 1\r\nReferer: \\" + odd + "\r\nConnection: close\r\n\r\n");
                    wire.answer();
                    sent.append(b).append(' ');
                }
            }
        }
        byte[] log = Files.readAllBytes(folder.resolve("access.log"));
        int ends = 0;
        for (byte b : log) {
            assertThat(b == '\n' || (b >= ' ' && b < 0x7f)).isTrue();
            ends += b == '\n' ? 1 : 0;
        }
        assertThat(ends).isEqualTo(sent.toString().split(" ").length);
        for (String line : Files.readAllLines(folder.resolve("access.log"))) {
            if (format.equals("json")) {
                assertThat(EdgeJson.parse(line.getBytes(StandardCharsets.UTF_8)).has("status"))
                        .isTrue();
            } else {
                String quoted = "\"[^\"]*\"";
                assertThat(line)
                        .matches("127\\.0\\.0\\.1 - - \\[[^\\]]+ \\+0000] " + quoted + " [0-9]{3} [0-9]+"
                                + (format.equals("combined") ? " " + quoted + " " + quoted : ""));
            }
        }
    }

    @Test
    void writesTheCombinedFormatThatOtherProgramsRead() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge =
                        new EdgeFixture(folder, "access-log", "access.log", "access-log-format", "combined")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send(Wire.lines(
                                "GET /a?token=1 HTTP/1.1",
                                "Host: app.test",
                                "Referer: https://from.test/page?session=2",
                                "User-Agent: Test/1 \"quoted\""))
                        .answer();
                wire.send("nonsense\r\n\r\n").answer();
            }
        }
        List<String> lines = Files.readAllLines(folder.resolve("access.log"));
        assertThat(lines.getFirst())
                .matches("127\\.0\\.0\\.1 - - \\[\\d\\d/[A-Z][a-z][a-z]/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000] "
                        + "\"GET /a HTTP/1\\.1\" 200 43 \"https://from\\.test/page\" \"Test/1 \\\\x22quoted\\\\x22\"");
        assertThat(lines.get(1)).contains("\"-\" 400").endsWith("\"-\" \"-\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "off | a=1&b=2 | ",
                "on | a=1&b=2 | a=1&b=2",
                "masked | a=1&b=2 | a=*&b=*",
                "masked | token | *",
                "masked | a=x=y&&c= | a=*&&c=*"
            })
    void showsOfAQueryOnlyWhatWasAskedFor(String style, String query, @Nullable String shown) throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder, "access-log", "access.log", "access-log-query", style);
                Wire wire = edge.connect()) {
            wire.get("app.test", "/p?" + query).answer();
        }
        JsonNode line = lines(folder.resolve("access.log")).getFirst();
        assertThat(line.path("query").asString("")).isEqualTo(shown == null ? "" : shown);
        assertThat(line.get("path").asString()).isEqualTo("/p");
    }

    @Test
    void notesARequestThatItsClientGaveUp() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.in().read();
                    return false;
                });
                EdgeFixture edge = new EdgeFixture(folder, "access-log", "access.log")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.get("app.test", "/gone");
                Awaitility.await().until(() -> origin.heads().size() == 1);
            }
            Awaitility.await().until(() -> !lines(folder.resolve("access.log")).isEmpty());
        }
        JsonNode line = lines(folder.resolve("access.log")).getFirst();
        assertThat(line.get("status").asInt()).isZero();
        assertThat(line.get("why").asString()).isEqualTo("client-gone");
    }

    @Test
    void beginsANewFileWhenOneIsLargeAndKeepsOnlyAFew() throws Exception {
        Path file = folder.resolve("access.log");
        try (AccessLog log = new AccessLog(file, 5000, 2, LogStyle.defaults(), () -> Instant.EPOCH)) {
            AccessLog.Lines lines = log.lines();
            for (int i = 0; i < 10; i++) {
                lines.add(("line " + i + "x".repeat(1992) + "\n").getBytes(StandardCharsets.US_ASCII), 1999);
                lines.handOver();
            }
        }
        assertThat(Files.size(file)).isLessThanOrEqualTo(5000);
        assertThat(folder.resolve("access.log.1")).exists();
        assertThat(folder.resolve("access.log.2")).exists();
        assertThat(folder.resolve("access.log.3")).doesNotExist();
        assertThat(Files.readString(file)).contains("line 9");
    }

    @Test
    void dropsAndCountsWhatItCannotKeepUpWith() throws Exception {
        Path pipe = folder.resolve("access.log");
        // A pipe that nobody reads: the writer is stuck in the middle of a write.
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        try (java.nio.channels.FileChannel reader = java.nio.channels.FileChannel.open(
                        pipe, java.nio.file.StandardOpenOption.READ, java.nio.file.StandardOpenOption.WRITE);
                AccessLog log = new AccessLog(pipe, 1 << 30, 1, LogStyle.defaults(), () -> Instant.EPOCH)) {
            AccessLog.Lines lines = log.lines();
            byte[] line = ("x".repeat(999) + "\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 20_000; i++) {
                lines.add(line, line.length);
            }
            assertThat(log.dropped()).isPositive();
            assertThat(reader.isOpen()).isTrue();
        }
    }

    @Test
    void saysAtTheStartThatItCannotWrite() throws Exception {
        Files.createDirectory(folder.resolve("access.log"));
        assertThatThrownBy(() ->
                        new AccessLog(folder.resolve("access.log"), 5000, 2, LogStyle.defaults(), () -> Instant.EPOCH))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("access-log: off");
    }
}
