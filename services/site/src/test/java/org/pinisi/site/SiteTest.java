package org.pinisi.site;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a site answers as it comes, each time cold and hot.
@ExtendWith(LeakCheck.class)
final class SiteTest {
    private static final String SMALL = "<h1>Hello</h1>";
    private static final String MEDIUM = numbers(60_000);
    private static final String LARGE = numbers(700_000);

    @TempDir
    Path folder;

    private Served served = unset();

    @SuppressWarnings("NullAway") // set before each test
    private static Served unset() {
        return null;
    }

    @BeforeEach
    void serve() {
        served = Served.of(
                folder,
                new MapTree("1")
                        .file("index.html", SMALL)
                        .file("docs/index.html", "docs")
                        .file("empty/deep/file.txt", "deep")
                        .file("medium.bin", MEDIUM)
                        .file("large.bin", LARGE)
                        .file("nothing.txt", "")
                        .file("a b+c.css", "css")
                        .file("a%20b.css", "percent")
                        .file(".hidden", "hidden")
                        .file(".git/config", "hidden")
                        .file("docs/.htaccess", "hidden")
                        .file(".well-known/acme", "token")
                        .file("app.3f2a9c1b.js", "hashed")
                        .file("pointer.bin", "version https://git-lfs.github.com/spec/v1\n")
                        .link("in", "medium.bin")
                        .link("to-docs", "docs")
                        .link("docs/up", "../index.html")
                        .link("out", "../outside.txt")
                        .link("absolute", "/etc/passwd")
                        .link("in-hidden", ".hidden")
                        .link("circle", "circle")
                        .link("dangling", "nowhere")
                        .submodule("module"));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    static String numbers(int count) {
        StringBuilder text = new StringBuilder();
        IntStream.iterate(0, i -> i + 1)
                .takeWhile(_ -> text.length() < count)
                .forEach(i -> text.append(i).append(' '));
        return text.substring(0, count);
    }

    @Test
    void aFileIsServedTheFirstTimeAndFromMemoryAfterwards() throws IOException {
        for (int i = 0; i < 3; i++) {
            Served.Answer answer = served.get("/index.html");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(SMALL);
            assertThat(answer.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
            assertThat(answer.field("Content-Length")).isEqualTo("" + SMALL.length());
            assertThat(answer.field("Last-Modified")).isEqualTo("Sat, 03 Feb 2024 04:05:06 GMT");
            assertThat(answer.field("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.field("Accept-Ranges")).isEqualTo("bytes");
            assertThat(answer.field("Cache-Control")).isEqualTo("no-cache");
            assertThat(answer.field("Vary")).isEqualTo("Accept-Encoding");
            // echo -n '<h1>Hello</h1>' | git hash-object --stdin
            assertThat(answer.field("ETag")).isEqualTo("\"3b2634d5414ce45796a9da01b6f1fde618d9e34a\"");
        }
    }

    @Test
    void aHotFileIsNotReadAgain() throws IOException {
        MapTree tree = new MapTree("2").file("x.txt", "x");
        served.site.show(tree);
        served.get("/x.txt");
        int opened = tree.opened.get();
        for (int i = 0; i < 3; i++) {
            assertThat(served.get("/x.txt").body()).isEqualTo("x");
        }
        assertThat(tree.opened).hasValue(opened);
    }

    @Test
    void filesOfEverySizeArriveWhole() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(served.get("/medium.bin").body()).isEqualTo(MEDIUM);
            assertThat(served.get("/large.bin").body()).isEqualTo(LARGE);
            assertThat(served.get("/nothing.txt").body()).isEmpty();
        }
    }

    @Test
    void pipelinedRequestsForFilesOfAllKindsAreAnsweredInOrder() throws IOException {
        StringBuilder all = new StringBuilder();
        StringBuilder wanted = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            for (String path : List.of("/large.bin", "/", "/nothing", "/medium.bin", "/docs", "/", "/large.bin")) {
                all.append("GET ").append(path).append(" HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            wanted.append(LARGE)
                    .append(SMALL)
                    .append("Not found.\n")
                    .append(MEDIUM)
                    .append(SMALL)
                    .append(LARGE);
        }
        all.append("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        String got = served.raw(all.toString());
        String bodies = got.replaceAll("HTTP/1\\.1 [0-9]{3} [^\r]*\r\n([^\r\n]+\r\n)*\r\n", "");
        assertThat(bodies).isEqualTo(wanted.append(SMALL).toString());
    }

    @Test
    void headSaysTheSameWithoutBody() throws IOException {
        for (int i = 0; i < 3; i++) {
            for (String path : List.of("/", "/large.bin", "/nothing", "/docs")) {
                Served.Answer whole = served.get(path);
                Served.Answer head = served.ask("HEAD", path);
                assertThat(head.status()).isEqualTo(whole.status());
                assertThat(head.body()).isEmpty();
                head.fields().remove("date");
                whole.fields().remove("date");
                assertThat(head.fields()).isEqualTo(whole.fields());
            }
        }
    }

    @Test
    void aFolderMeansItsIndexAndIsRedirectedToItsSlash() throws IOException {
        for (int i = 0; i < 2; i++) {
            assertThat(served.get("/docs/").body()).isEqualTo("docs");
            Served.Answer answer = served.get("/docs?x=1&y=%2F");
            assertThat(answer.status()).isEqualTo(301);
            assertThat(answer.field("Location")).isEqualTo("/docs/?x=1&y=%2F");
        }
    }

    @Test
    void aFolderWithoutIndexIsNotThere() throws IOException {
        for (String path : List.of("/empty", "/empty/", "/empty/deep/")) {
            assertThat(served.get(path).status()).as(path).isEqualTo(404);
        }
    }

    @Test
    void onlyGetAndHeadAreAllowedAndOptionsSaysSo() throws IOException {
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND")) {
            Served.Answer answer = served.ask(method, "/", "Content-Length: 0");
            assertThat(answer.status()).as(method).isEqualTo(405);
            assertThat(answer.field("Allow")).isEqualTo("GET, HEAD, OPTIONS");
        }
        for (String target : List.of("/", "*")) {
            Served.Answer options = served.ask("OPTIONS", target);
            assertThat(options.status()).isEqualTo(204);
            assertThat(options.field("Allow")).isEqualTo("GET, HEAD, OPTIONS");
        }
    }

    @Test
    void pathsAreDecodedOnce() throws IOException {
        for (int i = 0; i < 2; i++) {
            assertThat(served.get("/a%20b+c.css").body()).isEqualTo("css");
            assertThat(served.get("/a%20b%2Bc.css").body()).isEqualTo("css");
            assertThat(served.get("/a%2520b.css").body()).isEqualTo("percent");
            assertThat(served.get("/a%20b.css").status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%",
                "/%2",
                "/%zz",
                "/index.html%00",
                "/index.html%00.png",
                "/%c0%ae%c0%ae/x",
                "/%ff",
                "/..",
                "/../x",
                "/docs/..",
                "/docs/../index.html",
                "/.",
                "/./index.html",
                "/%2e%2e/x",
                "/%2E%2E",
                "/.%2e/x",
                "/docs/%2e"
            })
    void aMalformedPathIsABadRequest(String path) throws IOException {
        for (int i = 0; i < 2; i++) {
            assertThat(served.get(path).status()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..%2foutside.txt",
                "/docs/%2e%2e%2f%2e%2e%2foutside.txt",
                "/%252e%252e/outside.txt",
                "//index.html",
                "//example.org/docs",
                "/docs//index.html",
                "/index.html/",
                "/index.html/x",
                "/docs%2findex.html",
                "/docs%5cindex.html",
                "/%2findex.html",
                "/INDEX.HTML",
                "/docs/index.html%20",
                "/.hidden",
                "/%2ehidden",
                "/.git/config",
                "/.git/",
                "/.git",
                "/docs/.htaccess",
                "/.well-known/.x",
                "/out",
                "/absolute",
                "/in-hidden",
                "/circle",
                "/dangling",
                "/module",
                "/module/",
                "/module/x",
                "/etc/passwd",
                "/_redirects",
                "/_headers",
                "/...",
                "/CON",
                "/index.html;x=1"
            })
    void nothingIsThere(String path) throws IOException {
        for (int i = 0; i < 2; i++) {
            Served.Answer answer = served.get(path);
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo("Not found.\n");
        }
    }

    @Test
    void linksInsideAndWellKnownFilesAreServed() throws IOException {
        for (int i = 0; i < 2; i++) {
            assertThat(served.get("/in").body()).isEqualTo(MEDIUM);
            assertThat(served.get("/to-docs/").body()).isEqualTo("docs");
            assertThat(served.get("/to-docs").field("Location")).isEqualTo("/to-docs/");
            assertThat(served.get("/docs/up").body()).isEqualTo(SMALL);
            assertThat(served.get("/to-docs/up").body()).isEqualTo(SMALL);
            assertThat(served.get("/.well-known/acme").body()).isEqualTo("token");
        }
    }

    @Test
    void aNameWithAHashIsSaidNeverToChange() throws IOException {
        assertThat(served.get("/app.3f2a9c1b.js").field("Cache-Control"))
                .isEqualTo("public, max-age=31536000, immutable");
    }

    @Test
    void anLfsPointerIsServedAsItIs() throws IOException {
        assertThat(served.get("/pointer.bin").body()).startsWith("version https://git-lfs");
    }

    @Test
    void beforeThereIsATreeTheAnswerIsThatTheSiteIsNotReady() throws IOException {
        try (Served empty = new Served(folder.resolve("other"), builder -> builder)) {
            Served.Answer answer = empty.get("/");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.field("Retry-After")).isEqualTo("5");
        }
    }

    @Test
    void aClientThatGoesInTheMiddleOfAnAnswerHarmsNobody() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (Socket socket = served.connect()) {
                socket.getOutputStream().write("GET /large.bin HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(ISO_8859_1));
                socket.getInputStream().readNBytes(100);
            }
        }
        assertThat(served.get("/large.bin").body()).isEqualTo(LARGE);
    }
}
