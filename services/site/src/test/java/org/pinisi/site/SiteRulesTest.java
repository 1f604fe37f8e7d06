package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pinisi.http.Fields;
import org.pinisi.http.Handler;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

/// What settings and the rules in a tree change.
@ExtendWith(LeakCheck.class)
final class SiteRulesTest {
    @TempDir
    Path folder;

    private Served served(MapTree tree, UnaryOperator<Site.Builder> settings) {
        Served served = new Served(folder, settings);
        served.site.show(tree);
        return served;
    }

    private static MapTree tree() {
        return new MapTree("1")
                .file("index.html", "home")
                .file("404.html", "nothing")
                .file("a/index.html", "a");
    }

    @Test
    void cleanUrlsFindThePageWithoutItsExtension() throws IOException {
        MapTree tree = tree().file("about.html", "about")
                .file("a.html", "beside")
                .file("exact", "exact")
                .file("exact.html", "not this");
        try (Served site = served(tree, builder -> builder.cleanUrls(true))) {
            for (int i = 0; i < 2; i++) {
                assertThat(site.get("/about").body()).isEqualTo("about");
                assertThat(site.get("/about.html").body()).isEqualTo("about");
                assertThat(site.get("/a").body()).isEqualTo("beside");
                assertThat(site.get("/a/").body()).isEqualTo("a");
                assertThat(site.get("/exact").body()).isEqualTo("exact");
                assertThat(site.get("/missing").status()).isEqualTo(404);
            }
        }
        try (Served site = served(tree, builder -> builder)) {
            assertThat(site.get("/about").status()).isEqualTo(404);
        }
    }

    @Test
    void aSinglePageStandsForWhatIsMissingSaveFilesOfOtherTypes() throws IOException {
        try (Served site = served(tree(), builder -> builder.singlePage("/index.html"))) {
            for (String path : List.of("/deep/link", "/deep/link/", "/v1.2", "/x.html")) {
                Served.Answer answer = site.get(path);
                assertThat(answer.status()).as(path).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("home");
                assertThat(answer.field("Cache-Control")).isEqualTo("no-cache");
            }
            for (String path : List.of("/app.3f2a9c1b.js", "/x.png", "/deep/x.css")) {
                assertThat(site.get(path).status()).as(path).isEqualTo(404);
            }
        }
    }

    @Test
    void whatIsMissingCanBeElsewhere() throws IOException {
        try (Served site = served(tree(), builder -> builder.elsewhere("https://old.example/"))) {
            Served.Answer answer = site.get("/missing?x=1");
            assertThat(answer.status()).isEqualTo(302);
            assertThat(answer.field("Location")).isEqualTo("https://old.example/");
            assertThat(site.get("/").body()).isEqualTo("home");
        }
    }

    @Test
    void aPageOfTheTreesOwnIsShownForWhatIsMissing() throws IOException {
        try (Served site = served(tree(), builder -> builder)) {
            for (int i = 0; i < 2; i++) {
                Served.Answer answer = site.get("/missing");
                assertThat(answer.status()).isEqualTo(404);
                assertThat(answer.body()).isEqualTo("nothing");
                assertThat(answer.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
            }
            assertThat(site.get("/404.html").status()).isEqualTo(200);
        }
    }

    @Test
    void redirectsAndRewritesOfTheTreeAreObeyed() throws IOException {
        MapTree tree = tree().file("_redirects", """
                        /old/*  /new/:splat
                        /app/*  /a/index.html  200
                        /gone   /404.html  410
                        /index.html  /  301!
                        /a  v=2  /second  302!
                        /dead  /nowhere.html  200
                        /up/*  /:splat  200
                        """).file("second", "second");
        try (Served site = served(tree, builder -> builder)) {
            for (int i = 0; i < 2; i++) {
                assertThat(site.get("/old/x?y").field("Location")).isEqualTo("/new/x?y");
                assertThat(site.get("/app/deep").body()).isEqualTo("a");
                assertThat(site.get("/gone").status()).isEqualTo(410);
                assertThat(site.get("/gone").body()).isEqualTo("nothing");
                assertThat(site.get("/index.html").field("Location")).isEqualTo("/");
                assertThat(site.get("/a/").body()).isEqualTo("a");
                assertThat(site.get("/a/?v=2").field("Location")).isEqualTo("/second");
                assertThat(site.get("/dead").status()).isEqualTo(404);
                assertThat(site.get("/up/%2e%2e%2fx").status()).isEqualTo(404);
                assertThat(site.get("/_redirects").status()).isEqualTo(404);
            }
        }
    }

    @Test
    void fieldsOfTheTreeAreBorneAndHaveTheLastWord() throws IOException {
        MapTree tree = tree().file(
                        "_headers",
                        "/*\n  X-Frame-Options: DENY\n  Cache-Control: max-age=5\n/a/*\n  Content-Type: text/plain\n");
        Fields extra = Fields.of("X-Frame-Options", "SAMEORIGIN", "X-Extra", "yes");
        try (Served site = served(tree, builder -> builder.fields(extra))) {
            for (int i = 0; i < 2; i++) {
                Served.Answer answer = site.get("/a/");
                assertThat(answer.field("X-Frame-Options")).isEqualTo("DENY");
                assertThat(answer.field("X-Extra")).isEqualTo("yes");
                assertThat(answer.field("Cache-Control")).isEqualTo("max-age=5");
                assertThat(answer.field("Content-Type")).isEqualTo("text/plain");
                assertThat(site.get("/missing").field("X-Frame-Options")).isEqualTo("DENY");
            }
            assertThat(site.get("/_headers").status()).isEqualTo(404);
            assertThat(site.ask("OPTIONS", "/a/").field("X-Frame-Options")).isEqualTo("DENY");
        }
    }

    @Test
    void aTreeWithMalformedRulesIsNotShownAndTheOldOneStays() throws IOException {
        try (Served site = served(tree(), builder -> builder)) {
            MapTree bad = new MapTree("2").file("index.html", "new").file("_redirects", "/a /b\nnonsense\n");
            assertThatThrownBy(() -> site.site.show(bad))
                    .isInstanceOf(SiteException.class)
                    .hasMessageStartingWith("_redirects:2: ");
            MapTree binary = new MapTree("3").file("_headers", new byte[] {(byte) 0xff, (byte) 0xfe});
            assertThatThrownBy(() -> site.site.show(binary)).hasMessageContaining("_headers is not UTF-8");
            assertThat(site.get("/").body()).isEqualTo("home");
            assertThat(site.site.version()).contains("1");
        }
    }

    @Test
    void typesCanBeGivenForPathsAndForTheRest() throws IOException {
        MapTree tree = tree().file("feed", "f").file("other", "o").file("page.php", "p");
        try (Served site = served(
                tree,
                builder -> builder.type("/feed", "application/atom+xml").defaultType("text/plain; charset=utf-8"))) {
            assertThat(site.get("/feed").field("Content-Type")).isEqualTo("application/atom+xml");
            assertThat(site.get("/other").field("Content-Type")).isEqualTo("text/plain; charset=utf-8");
            assertThat(site.get("/").field("Content-Type")).isEqualTo("text/html; charset=utf-8");
        }
        try (Served site = served(tree, builder -> builder)) {
            assertThat(site.get("/other").field("Content-Type")).isEqualTo("application/octet-stream");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app.3f2a9c1b.js          | forever",
                "app-3F2A9C1B.css.map     | forever",
                "img.0123456789abcdef.png | forever",
                "index-BX3k2_aD.js        | forever",
                "assets/logo-Dq9_fW2x.svg | forever",
                "logo-Dq9_fW2x.svg        | asked",
                "report-20240131.pdf      | asked",
                "my-document.pdf          | asked",
                "deadbeef.js              | asked",
                "page.3f2a9c1b.html       | asked",
                "index.html               | asked",
                "api/list.json            | minute",
                "api/app.3f2a9c1b.js      | minute",
            })
    void cacheControlFollowsTheNameAndTheRulesGiven(String file, String expected) throws IOException {
        MapTree tree = tree().file(file, "x");
        try (Served site = served(tree, builder -> builder.cacheControl("/api/*", "max-age=60"))) {
            String told = site.get("/" + file).field("Cache-Control");
            assertThat(told)
                    .isEqualTo(
                            switch (expected) {
                                case "forever" -> "public, max-age=31536000, immutable";
                                case "minute" -> "max-age=60";
                                default -> "no-cache";
                            });
        }
    }

    @Test
    void aListingShowsNamesEscapedAndSorted() throws IOException {
        MapTree tree = new MapTree("1")
                .file("b.txt", "x".repeat(2048))
                .file("a&<\"'>.txt", "")
                .file("c:d%e.txt", "")
                .file("sub/x", "")
                .file(".hidden", "")
                .file("_headers", "/sub/\n  X-Listed: yes\n");
        try (Served site = served(tree, builder -> builder.listing(true))) {
            Served.Answer top = site.get("/");
            assertThat(top.status()).isEqualTo(200);
            assertThat(top.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
            assertThat(top.body())
                    .containsSubsequence(
                            "<a href=\"./sub/\">sub/</a>",
                            "<a href=\"./a&amp;%3C%22&#39;%3E.txt\">a&amp;&lt;&quot;&#39;&gt;.txt</a>",
                            "<a href=\"./b.txt\">b.txt</a><td>2.0 KiB",
                            "<a href=\"./c:d%25e.txt\">")
                    .doesNotContain("hidden", "_headers", "..");
            assertThat(site.get("/sub").field("Location")).isEqualTo("/sub/");
            assertThat(site.get("/sub/").body()).contains("<h1>/sub/</h1>", "<a href=\"../\">..</a>");
            assertThat(site.get("/sub/").field("X-Listed")).isEqualTo("yes");
        }
    }

    @Test
    void linksCanBeRedirects() throws IOException {
        MapTree tree = tree().link("l", "a/index.html")
                .link("far", "https://example.org/ü")
                .link("dir", "a");
        try (Served site = served(tree, builder -> builder.linksRedirect(true))) {
            assertThat(site.get("/l").status()).isEqualTo(301);
            assertThat(site.get("/l").field("Location")).isEqualTo("a/index.html");
            assertThat(site.get("/far").field("Location")).isEqualTo("https://example.org/%C3%BC");
            assertThat(site.get("/dir/").body()).isEqualTo("a");
        }
    }

    @Test
    void aFileOverTheLimitIsRefused() throws IOException {
        MapTree tree = tree().file("big.bin", new byte[2000]);
        try (Served site = served(tree, builder -> builder.mostFileBytes(1999))) {
            assertThat(site.get("/big.bin").status()).isEqualTo(403);
            assertThat(site.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void aPreviewShowsAnotherTreeBelowItsPrefix() throws IOException {
        try (Served site = served(tree(), builder -> builder)) {
            MapTree other = new MapTree("2")
                    .file("index.html", "preview")
                    .file("d/index.html", "d")
                    .file("_redirects", "/x /y\n/z https://example.org/\n");
            Handler preview = site.site.preview(other, "/@abc");
            assertThat(ask(preview, "/@abc/").bodyAsText()).isEqualTo("preview");
            assertThat(ask(preview, "/@abc/").fields().first("X-Robots-Tag")).contains("noindex");
            assertThat(ask(preview, "/@abc/d").fields().first("Location")).contains("/@abc/d/");
            assertThat(ask(preview, "/@abc/x").fields().first("Location")).contains("/@abc/y");
            assertThat(ask(preview, "/@abc/z").fields().first("Location")).contains("https://example.org/");
            assertThat(ask(preview, "/@abc/missing").status()).isEqualTo(404);
            assertThat(ask(preview, "/@abcd/").status()).isEqualTo(404);
            assertThat(site.get("/").body()).isEqualTo("home");
        }
    }

    private static Response ask(Handler handler, String target) throws IOException {
        try {
            return handler.handle(Request.of("GET", target, Fields.empty(), java.io.InputStream.nullInputStream()));
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        try (Served site = new Served(folder, builder -> builder)) {
            Site.Builder builder = Site.builder(site.cache);
            assertThatThrownBy(() -> builder.type("feed", "text/x")).hasMessageContaining("expected: a path");
            assertThatThrownBy(() -> builder.type("/feed", "a\r\nb")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> builder.singlePage("index.html")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> builder.cacheControl("x", "y")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> builder.mostFileBytes(-1)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
