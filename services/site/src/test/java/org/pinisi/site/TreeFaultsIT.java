package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pinisi.git.CommitId;

/// Trees that are odd, pushes at bad moments, and requests that mean no good.
@Timeout(180)
final class TreeFaultsIT {
    /// How many requests each of the pushes is under.
    private static final int LOAD = 2_000;

    @TempDir
    Path folder;

    private Scene scene;

    @BeforeEach
    void begin() throws Exception {
        scene = new Scene(folder);
    }

    @AfterEach
    void end() throws Exception {
        scene.close();
    }

    private Scene.Running serving(String... namesAndContents) throws Exception {
        scene.author().publish(namesAndContents);
        Scene.Running site = scene.local();
        site.pull();
        return site;
    }

    private CommitId shown(Scene.Running site) {
        return site.status().shown().orElseThrow();
    }

    @Test
    void aPushWhileManyAskMixesNoTrees() throws Exception {
        int pages = 8;
        scene.author();
        Scene.Running site = serving(version(0, pages));
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answers = new AtomicInteger();
        // A set of pages on one connection, one after the other: versions may only grow, and never skip back.
        Callable<List<String>> asker = () -> {
            List<String> wrong = new ArrayList<>();
            while (!over.get()) {
                int newest = 0;
                for (int page = 0; page < pages; page++) {
                    String body = site.page("/page-" + page + ".html");
                    int version = Integer.parseInt(body.substring(0, body.indexOf(' ')));
                    if (!body.equals(text(version, page)) || version < newest) {
                        wrong.add("page " + page + " after version " + newest + ": " + body);
                    }
                    newest = Math.max(newest, version);
                    answers.incrementAndGet();
                }
            }
            return wrong;
        };
        try (ExecutorService askers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("asker-", 0).factory())) {
            List<Future<List<String>>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(askers.submit(asker));
            }
            for (int version = 1; version <= 5; version++) {
                int before = answers.get();
                CommitId commit = scene.author().publish(version(version, pages));
                await().atMost(Scene.PATIENCE).until(() -> site.shows(commit));
                // The load goes on across the switch until it was no small one.
                await().atMost(Scene.PATIENCE).until(() -> answers.get() >= before + LOAD);
            }
            over.set(true);
            for (Future<List<String>> result : results) {
                assertThat(result.get()).isEmpty();
            }
        }
    }

    private static String[] version(int version, int pages) {
        List<String> all = new ArrayList<>();
        for (int page = 0; page < pages; page++) {
            all.addAll(List.of("page-" + page + ".html", text(version, page)));
        }
        return all.toArray(String[]::new);
    }

    private static String text(int version, int page) {
        return version + " is the version of page " + page;
    }

    static List<String> tricks() {
        return List.of(
                "/..",
                "/../secret",
                "/%2e%2e/secret",
                "/.%2e/secret",
                "/a/../../secret",
                "/a/%2e%2e%2f%2e%2e%2fsecret",
                "/%2e",
                "/./index.html",
                "/..%5csecret",
                "/..\\secret",
                "/\\..\\secret",
                "/index.html%00.png",
                "/%00",
                "/.git/config",
                "/.git/",
                "/.git",
                "/%2egit/config",
                "/.hidden",
                "/a/.hidden/b",
                "//",
                "//index.html",
                "/index.html/",
                "/index.html/x",
                "/%ff",
                "/%c0%ae%c0%ae/secret",
                "/%",
                "/%zz",
                "/%2",
                "/a%2findex.html",
                "/" + "a".repeat(4000),
                "/" + "a/".repeat(2000),
                "/_redirects",
                "/_headers",
                "/@main/",
                "/file:///etc/passwd",
                "/?x=/../../secret");
    }

    @ParameterizedTest
    @MethodSource("tricks")
    void aTrickOfAPathLeadsNowhere(String path) throws Exception {
        Files.writeString(folder.resolve("secret"), "the secret");
        Scene.Running site = serving(
                "index.html", "the page", ".hidden", "the secret", "a/.hidden/b", "the secret", "a/index.html", "deep");
        RawHttp.Answer answer = site.get(path);
        assertThat(answer.body()).doesNotContain("the secret", "root:", "bare = ");
        assertThat(answer.status()).isIn(path.startsWith("/?") ? List.of(200) : List.of(301, 308, 400, 404, 414));
        assertThat(site.page("/")).isEqualTo("the page");
    }

    @Test
    void aRedirectsFileThatIsMalformedLeavesTheOldTreeAndNamesTheLine() throws Exception {
        Scene.Running site = serving("index.html", "one");
        CommitId first = shown(site);
        scene.author().publish("index.html", "two", "_redirects", "/a /b\n/c\n");
        RawHttp.Answer hook = site.get("/hook");
        assertThat(hook.status()).isEqualTo(500);
        assertThat(hook.body()).contains("_redirects:2");
        assertThat(site.page("/")).isEqualTo("one");
        assertThat(shown(site)).isEqualTo(first);
        CommitId third = scene.author().publish("_redirects", "/a /b\n");
        site.pull();
        assertThat(shown(site)).isEqualTo(third);
        assertThat(site.page("/")).isEqualTo("two");
        assertThat(site.get("/a").field("Location")).contains("/b");
    }

    @Test
    void aHeadersFileThatIsMalformedLeavesTheOldTreeAndNamesTheLine() throws Exception {
        Scene.Running site = serving("index.html", "one");
        scene.author().publish("index.html", "two", "_headers", "/*\n  X-A: b\n  no colon here\n");
        assertThat(site.get("/hook").body()).contains("_headers:3");
        assertThat(site.page("/")).isEqualTo("one");
    }

    @Test
    void rulesThatAreMalformedInTheFirstCommitAreAPageThatAsksForPatience() throws Exception {
        scene.author().publish("index.html", "one", "_redirects", "nonsense\n");
        Scene.Running site = scene.local();
        assertThat(site.pull()).isInstanceOf(PullResult.Failed.class);
        assertThat(site.get("/").status()).isEqualTo(503);
        scene.author().publish("_redirects", "");
        await().atMost(Scene.PATIENCE).until(() -> site.get("/").status() == 200);
    }

    @Test
    void linksThatLeadInACircleAreNotThere() throws Exception {
        Path copy = scene.author().copy();
        Files.createSymbolicLink(copy.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(copy.resolve("b"), Path.of("a"));
        Files.createSymbolicLink(copy.resolve("self"), Path.of("self"));
        Files.createSymbolicLink(copy.resolve("here"), Path.of("."));
        Scene.Running site = serving("index.html", "one");
        assertThat(site.get("/a").status()).isEqualTo(404);
        assertThat(site.get("/self").status()).isEqualTo(404);
        assertThat(site.get("/" + "here/".repeat(200) + "index.html").status()).isIn(200, 404);
        assertThat(site.page("/")).isEqualTo("one");
    }

    @Test
    void linksThatLeadOutAreNotThere() throws Exception {
        Files.writeString(folder.resolve("secret"), "the secret");
        Path copy = scene.author().copy();
        Files.createSymbolicLink(copy.resolve("out"), Path.of("../secret"));
        Files.createSymbolicLink(copy.resolve("absolute"), folder.resolve("secret"));
        Files.createSymbolicLink(copy.resolve("etc"), Path.of("/etc"));
        Files.createDirectories(copy.resolve("deep"));
        Files.createSymbolicLink(copy.resolve("deep/up"), Path.of("../../site.git/config"));
        Scene.Running site = serving("index.html", "one");
        for (String path : List.of("/out", "/absolute", "/etc/passwd", "/deep/up")) {
            assertThat(site.get(path).status()).as(path).isEqualTo(404);
        }
    }

    @Test
    void aFolderOfManyFilesIsServed() throws Exception {
        Path many = Files.createDirectories(scene.author().copy().resolve("many"));
        for (int i = 0; i < 20_000; i++) {
            Files.writeString(many.resolve("file-" + i + ".txt"), Integer.toString(i));
        }
        scene.ruled(rules -> rules.listing(true));
        Scene.Running site = serving("index.html", "one");
        assertThat(site.page("/many/file-19999.txt")).isEqualTo("19999");
        assertThat(site.get("/many/file-20000.txt").status()).isEqualTo(404);
        assertThat(site.page("/many/")).contains("file-0.txt");
    }

    @Test
    void aSubmoduleIsNotThere() throws Exception {
        scene.author().write("index.html", "one");
        scene.author().git("update-index", "--add", "--cacheinfo", "160000," + "1".repeat(40) + ",module");
        scene.author().git("add", "index.html");
        scene.author().git("commit", "-q", "-m", "module");
        scene.author().push();
        Scene.Running site = scene.local();
        site.pull();
        assertThat(site.get("/module").status()).isEqualTo(404);
        assertThat(site.get("/module/").status()).isEqualTo(404);
        assertThat(site.get("/module/x").status()).isEqualTo(404);
        assertThat(site.page("/")).isEqualTo("one");
    }

    @Test
    void aFileThatBecomesAFolderAndBackIsServedAsWhatItIs() throws Exception {
        Scene.Running site = serving("index.html", "one", "thing", "a file");
        assertThat(site.page("/thing")).isEqualTo("a file");
        scene.author().remove("thing");
        scene.author().publish("thing/index.html", "a folder");
        site.pull();
        assertThat(site.get("/thing").field("Location")).contains("/thing/");
        assertThat(site.page("/thing/")).isEqualTo("a folder");
        scene.author().remove("thing");
        scene.author().publish("thing", "a file again");
        site.pull();
        assertThat(site.page("/thing")).isEqualTo("a file again");
        assertThat(site.get("/thing/").status()).isIn(301, 308, 404);
    }

    @Test
    void namesThatDifferInCaseAreDifferentFiles() throws Exception {
        Scene.Running site = serving("index.html", "one", "Readme.txt", "upper", "readme.txt", "lower");
        assertThat(site.page("/Readme.txt")).isEqualTo("upper");
        assertThat(site.page("/readme.txt")).isEqualTo("lower");
        assertThat(site.get("/README.TXT").status()).isEqualTo(404);
        assertThat(site.get("/INDEX.HTML").status()).isEqualTo(404);
    }

    @Test
    void namesBeyondAsciiAreServedByTheirUtf8() throws Exception {
        Scene.Running site = serving("index.html", "one", "çay bahçesi/日本.txt", "tea");
        assertThat(site.page("/%C3%A7ay%20bah%C3%A7esi/%E6%97%A5%E6%9C%AC.txt")).isEqualTo("tea");
        String raw = new String("/çay%20bahçesi/日本.txt".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(site.get(raw).status()).isIn(200, 400, 404);
    }

    @Test
    void anEmptyTreeIsServedAsNothing() throws Exception {
        scene.author().commit();
        scene.author().push();
        Scene.Running site = scene.local();
        assertThat(site.pull()).isInstanceOf(PullResult.class);
        assertThat(site.status().shown()).isPresent();
        assertThat(site.get("/").status()).isEqualTo(404);
        assertThat(site.get("/x").status()).isEqualTo(404);
    }

    @Test
    void emptyFilesAreServed() throws Exception {
        Scene.Running site = serving("index.html", "", "empty.css", "");
        RawHttp.Answer answer = site.get("/");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(site.get("/empty.css", "Range: bytes=0-1").status()).isIn(200, 416);
    }

    @Test
    void aCommitThatReachesIntoThePastIsServed() throws Exception {
        scene.author().write("index.html", "one");
        scene.author().git("add", "-A");
        scene.author().git("commit", "-q", "-m", "old", "--date=1980-01-01T00:00:00Z");
        scene.author().push();
        Scene.Running site = scene.local();
        site.pull();
        assertThat(site.page("/")).isEqualTo("one");
    }

    @Test
    void aFloodOfHookCallsLeavesTheSiteServing() throws Exception {
        Scene.Running site = serving("index.html", "one");
        List<Future<Integer>> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("caller-", 0).factory())) {
            for (int i = 0; i < 300; i++) {
                answers.add(callers.submit(() -> site.get("/hook").status()));
            }
            assertThat(site.page("/")).isEqualTo("one");
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isIn(200, 429);
            }
        }
    }

    @Test
    void aHookWithABodyThatNeverEndsIsGivenUp() throws Exception {
        Scene.Running site = serving("index.html", "one");
        RawHttp.Answer answer = RawHttp.send(
                site.address(), "POST", "/hook", "", "Content-Type: application/json", "Content-Length: 999999999");
        assertThat(answer.status()).isEqualTo(413);
    }
}
