package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
final class StaticFolderTest {
    private static final Instant MODIFIED = Instant.parse("2024-02-03T04:05:06Z");
    private static final String SMALL = "<h1>Hello</h1>";
    private static final String MEDIUM = numbers(30_000);
    private static final String LARGE = numbers(300_000);

    private final CountDownLatch never = new CountDownLatch(1);
    private final Loops loops = Loops.create("test", 1);

    @TempDir
    Path folder;

    private Path root = Path.of("");
    private HttpServer server = HttpServer.builder(
                    Address.inet("127.0.0.1", 0), _ -> Response.text(200, "the handler"), loops)
            .start();

    @BeforeEach
    void serve() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        write("index.html", SMALL);
        write("docs/index.html", "docs");
        write("medium.txt", MEDIUM);
        write("large.bin", LARGE);
        write("empty.txt", "");
        write("a b+c.css", "css");
        write("a%20b.css", "percent");
        write(".hidden", "hidden");
        write(".git/config", "hidden");
        write(".well-known/acme", "token");
        Files.writeString(folder.resolve("outside.txt"), "outside");
        Files.createSymbolicLink(root.resolve("out"), folder.resolve("outside.txt"));
        Files.createSymbolicLink(root.resolve("up"), folder);
        Files.createSymbolicLink(root.resolve("in"), root.resolve("medium.txt"));
        Files.createSymbolicLink(root.resolve("in-hidden"), root.resolve(".hidden"));
        server.close();
        server = HttpServer.builder(Address.inet("127.0.0.1", 0), _ -> Response.text(200, "the handler"), loops)
                .fastPath(StaticFolder.of(root, Fields.of("Cache-Control", "no-cache"), 1 << 20))
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
        loops.close();
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(MODIFIED));
    }

    private static String numbers(int count) {
        StringBuilder text = new StringBuilder();
        IntStream.iterate(0, i -> i + 1)
                .takeWhile(_ -> text.length() < count)
                .forEach(i -> text.append(i).append(' '));
        return text.substring(0, count);
    }

    /// The answer's head, an empty line and the body, for a request with these further fields.
    private String ask(String method, String target, String... fields) throws IOException {
        try (Wire wire = new Wire(server.address())) {
            StringBuilder text =
                    new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n");
            for (String field : fields) {
                text.append(field).append("\r\n");
            }
            return wire.send(text.append("\r\n").toString()).rest();
        }
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private static String field(String answer, String name) {
        return answer.lines()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("none");
    }

    @Test
    void aSmallFileIsServedTheFirstTimeAndFromMemoryAfterwards() throws IOException {
        for (int i = 0; i < 3; i++) {
            String answer = ask("GET", "/index.html");
            assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n" + SMALL);
            assertThat(field(answer, "Content-Type")).isEqualTo("text/html; charset=utf-8");
            assertThat(field(answer, "Content-Length")).isEqualTo("" + SMALL.length());
            assertThat(field(answer, "Last-Modified")).isEqualTo("Sat, 03 Feb 2024 04:05:06 GMT");
            assertThat(field(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(field(answer, "Cache-Control")).isEqualTo("no-cache");
            assertThat(field(answer, "ETag")).matches("\"[A-Za-z0-9_-]{16}\"");
        }
    }

    @Test
    void filesOfEverySizeArriveWhole() throws IOException {
        for (int i = 0; i < 2; i++) {
            assertThat(body(ask("GET", "/medium.txt"))).isEqualTo(MEDIUM);
            assertThat(body(ask("GET", "/large.bin"))).isEqualTo(LARGE);
            assertThat(body(ask("GET", "/empty.txt"))).isEmpty();
        }
    }

    @Test
    void pipelinedRequestsForFilesOfAllKindsAreAnsweredInOrder() throws IOException {
        try (Wire wire = new Wire(server.address())) {
            String all = "";
            for (String path : new String[] {"/large.bin", "/", "/nothing", "/medium.txt", "/", "/large.bin"}) {
                all += "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
            }
            wire.send(all + all);
            for (int i = 0; i < 2; i++) {
                assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|" + LARGE);
                assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|" + SMALL);
                assertThat(wire.answer()).startsWith("HTTP/1.1 404 Not Found|");
                assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|" + MEDIUM);
                assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|" + SMALL);
                assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|" + LARGE);
            }
        }
    }

    @Test
    void aClientThatSendsRequestsAndReadsNoAnswersIsHeldBack() throws Exception {
        AtomicLong sent = new AtomicLong();
        String block = "GET /medium.txt HTTP/1.1\r\nHost: h\r\n\r\n".repeat(1000);
        Thread sender;
        try (Wire wire = new Wire(server.address(), 8192)) {
            sender = Thread.ofVirtual().start(() -> {
                try {
                    while (sent.addAndGet(block.length()) < 256L << 20) {
                        wire.send(block);
                    }
                } catch (IOException _) {
                    never.countDown();
                }
            });
            await().during(Duration.ofMillis(300)).until(new Steady(sent));
            assertThat(sent.get()).isLessThan(64L << 20);
        }
        sender.join();
    }

    @Test
    void headSaysTheSameWithoutBody() throws IOException {
        for (String path : new String[] {"/", "/large.bin", "/nothing"}) {
            String whole = ask("GET", path);
            String answer = ask("HEAD", path);
            assertThat(answer).isEqualTo(whole.substring(0, whole.indexOf("\r\n\r\n") + 4));
        }
    }

    @Test
    void aFolderMeansItsIndexAndIsRedirectedToItsSlash() throws IOException {
        assertThat(body(ask("GET", "/docs/"))).isEqualTo("docs");
        String answer = ask("GET", "/docs?x=1");
        assertThat(answer).startsWith("HTTP/1.1 301 Moved Permanently\r\n");
        assertThat(field(answer, "Location")).isEqualTo("/docs/?x=1");
    }

    @Test
    void aPageOfOnesOwnIsShownForWhatIsMissing() throws IOException {
        assertThat(ask("GET", "/nothing"))
                .startsWith("HTTP/1.1 404 Not Found\r\n")
                .endsWith("Not Found.\n");
        write("404.html", "nothing here");
        for (int i = 0; i < 2; i++) {
            String answer = ask("GET", "/nothing", "Range: bytes=0-1", "If-None-Match: *");
            assertThat(answer).startsWith("HTTP/1.1 404 Not Found\r\n").endsWith("nothing here");
        }
    }

    @Test
    void anotherMethodIsNotAllowed() throws IOException {
        assertThat(field(ask("DELETE", "/"), "Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void pathsAreDecodedOnce() throws IOException {
        for (int i = 0; i < 2; i++) {
            assertThat(body(ask("GET", "/a%20b+c.css"))).isEqualTo("css");
            assertThat(body(ask("GET", "/a%2520b.css"))).isEqualTo("percent");
            assertThat(ask("GET", "/a%20b.css")).startsWith("HTTP/1.1 404 ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../outside.txt",
                "/docs/../../outside.txt",
                "/%2e%2e/outside.txt",
                "/..%2foutside.txt",
                "/.%2e/outside.txt",
                "/docs/%2e%2e%2f%2e%2e%2foutside.txt",
                "/%252e%252e/outside.txt",
                "//outside.txt",
                "/./index.html",
                "/index.html/",
                "/index.html%00",
                "/index.html%00.png",
                "/%",
                "/%zz",
                "/%c0%ae%c0%ae/outside.txt",
                "/..\\outside.txt",
                "/docs%2findex.html",
                "/docs//index.html",
                "/.hidden",
                "/%2ehidden",
                "/.git/config",
                "/.git/",
                "/out",
                "/up/outside.txt",
                "/in-hidden",
                "/etc/passwd",
                "/CON"
            })
    void noPathLeadsOutOrToHiddenFiles(String path) throws IOException {
        // Asked twice, so that the cache is tried too.
        for (int i = 0; i < 2; i++) {
            assertThat(ask("GET", path)).matches("(?s)HTTP/1.1 40[04] .*").doesNotContain("outside", "hidden");
        }
    }

    @Test
    void linksInsideAndWellKnownFilesAreServed() throws IOException {
        assertThat(body(ask("GET", "/in"))).isEqualTo(MEDIUM);
        assertThat(body(ask("GET", "/.well-known/acme"))).isEqualTo("token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/large.bin"})
    void aFreshCopyIsNotSentAgain(String path) throws IOException {
        String tag = field(ask("GET", path), "ETag");
        for (String condition : new String[] {
            "If-None-Match: " + tag,
            "If-None-Match: \"x\", W/" + tag,
            "If-None-Match: *",
            "If-Modified-Since: Sat, 03 Feb 2024 04:05:06 GMT"
        }) {
            String answer = ask("GET", path, condition);
            assertThat(answer).as(condition).startsWith("HTTP/1.1 304 Not Modified\r\n");
            assertThat(body(answer)).isEmpty();
            assertThat(field(answer, "ETag")).isEqualTo(tag);
        }
        for (String[] conditions : new String[][] {
            {"If-None-Match: \"x\"", "If-Modified-Since: Sat, 03 Feb 2024 04:05:06 GMT"},
            {"If-Modified-Since: Sat, 03 Feb 2024 04:05:05 GMT"},
            {"If-Modified-Since: yesterday"}
        }) {
            assertThat(ask("GET", path, conditions)).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void aMeaninglessDateIsNotToldAndTheTagFollowsTheContent() throws IOException {
        write("x.txt", "one");
        write("y.txt", "two");
        Files.setLastModifiedTime(root.resolve("x.txt"), FileTime.fromMillis(0));

        String answer = ask("GET", "/x.txt");

        assertThat(field(answer, "Last-Modified")).isEqualTo("none");
        assertThat(field(answer, "ETag")).isNotEqualTo(field(ask("GET", "/y.txt"), "ETag"));
    }

    @Test
    void oneRangeIsServedFromMemoryAndFromTheFile() throws IOException {
        for (String[] file : new String[][] {{"/medium.txt", MEDIUM}, {"/large.bin", LARGE}}) {
            String all = file[1];
            int size = all.length();
            String answer = ask("GET", file[0], "Range: bytes=100-20099");
            assertThat(answer).startsWith("HTTP/1.1 206 Partial Content\r\n");
            assertThat(field(answer, "Content-Range")).isEqualTo("bytes 100-20099/" + size);
            assertThat(body(answer)).isEqualTo(all.substring(100, 20_100));
            assertThat(body(ask("GET", file[0], "Range: bytes=-5"))).isEqualTo(all.substring(size - 5));
            assertThat(body(ask("GET", file[0], "Range: bytes=" + (size - 3) + "-")))
                    .isEqualTo(all.substring(size - 3));
            String beyond = ask("GET", file[0], "Range: bytes=" + size + "-");
            assertThat(beyond).startsWith("HTTP/1.1 416 Range Not Satisfiable\r\n");
            assertThat(field(beyond, "Content-Range")).isEqualTo("bytes */" + size);
        }
    }

    @Test
    void whatIsNoSingleRangeGetsTheWholeFile() throws IOException {
        for (String range :
                new String[] {"bytes=0-1,3-4", "bytes=5-2", "bytes=a-b", "bytes=-", "lines=1-2", "bytes="}) {
            assertThat(ask("GET", "/", "Range: " + range)).as(range).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void aRangeIsGivenOnlyOfTheSameContent() throws IOException {
        String tag = field(ask("GET", "/"), "ETag");
        for (String same : new String[] {tag, "Sat, 03 Feb 2024 04:05:06 GMT"}) {
            assertThat(ask("GET", "/", "Range: bytes=0-1", "If-Range: " + same)).startsWith("HTTP/1.1 206 ");
        }
        for (String other : new String[] {"\"x\"", "W/" + tag, "Sat, 03 Feb 2024 04:05:07 GMT", "x"}) {
            assertThat(ask("GET", "/", "Range: bytes=0-1", "If-Range: " + other))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aRequestWithBodyGoesToTheHandler() throws IOException {
        assertThat(ask("POST", "/", "Content-Length: 0")).startsWith("HTTP/1.1 405 ");
        try (Wire wire = new Wire(server.address())) {
            wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|the handler");
        }
    }

    @Test
    void whatIsNoFolderCannotBeServed() {
        assertThatThrownBy(() -> StaticFolder.of(folder.resolve("outside.txt")))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("cannot serve the folder");
    }

    @Test
    void theCacheKeepsItsBudgetAndWhatIsUsed() {
        StaticCache cache = new StaticCache(40_000);
        for (int i = 0; i < 100; i++) {
            byte[] path = ("/" + i).getBytes(StandardCharsets.UTF_8);
            cache.put(path, new StaticEntry(root, 1, "\"x\"", Optional.empty(), "t", Fields.empty(), null));
            byte[] first = {'/', '0'};
            assertThat(cache.get(first, 0, 2)).isNotNull();
        }
        assertThat(cache.weight()).isPositive().isLessThanOrEqualTo(40_000);
    }
}
