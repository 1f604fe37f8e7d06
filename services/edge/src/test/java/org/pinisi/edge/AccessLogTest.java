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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
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
        assertThat(lines(folder.resolve("access.log")).getFirst().get("status").asInt())
                .isZero();
    }

    @Test
    void beginsANewFileWhenOneIsLargeAndKeepsOnlyAFew() throws Exception {
        Path file = folder.resolve("access.log");
        try (AccessLog log = new AccessLog(file, 5000, 2, () -> Instant.EPOCH)) {
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
                AccessLog log = new AccessLog(pipe, 1 << 30, 1, () -> Instant.EPOCH)) {
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
        assertThatThrownBy(() -> new AccessLog(folder.resolve("access.log"), 5000, 2, () -> Instant.EPOCH))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("access-log: off");
    }
}
