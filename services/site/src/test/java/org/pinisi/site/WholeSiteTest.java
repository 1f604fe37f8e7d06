package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Response;

/// A site of a folder where there is a fast path and nothing else, as in the edge.
@Timeout(60)
final class WholeSiteTest {
    @TempDir
    Path folder;

    private final Loops loops = Loops.create("whole", 1);
    private Optional<SiteCache> cache = Optional.empty();
    private Optional<HttpServer> server = Optional.empty();

    @BeforeEach
    void serve() throws IOException {
        Path top = folder.resolve("top");
        Files.createDirectories(top.resolve("docs"));
        Files.writeString(top.resolve("index.html"), "<h1>ship</h1>");
        Files.writeString(top.resolve("404.html"), "lost at sea");
        Files.writeString(top.resolve("docs/index.html"), "docs");
        Files.write(top.resolve("large.bin"), new byte[3 << 20]);
        Files.writeString(top.resolve("_headers"), "/docs/*\n  X-Deep: yes\n");
        Files.writeString(top.resolve("_redirects"), "/old /docs/ 301\n");
        SiteCache kept = SiteCache.builder()
                .memory(1 << 20)
                .disk(folder.resolve("cache"), 1 << 20)
                .build();
        cache = Optional.of(kept);
        Site site = Site.builder(kept).build();
        site.show(FolderTree.of(top, "v1", Optional.empty()));
        server = Optional.of(HttpServer.builder(
                        org.pinisi.http.Address.inet("127.0.0.1", 0), _ -> Response.text(599, "left alone"), loops)
                .fastPath(site.wholly())
                .start());
    }

    @AfterEach
    void close() {
        server.ifPresent(HttpServer::close);
        loops.close();
        cache.ifPresent(SiteCache::close);
    }

    private RawHttp.Answer ask(String method, String target, String... fields) throws IOException {
        return RawHttp.send(server.orElseThrow().address(), method, target, "", fields);
    }

    @Test
    void servesWhatIsNotHotYetAndThenWhatIs() throws Exception {
        for (int i = 0; i < 5; i++) {
            RawHttp.Answer page = ask("GET", "/");
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.body()).isEqualTo("<h1>ship</h1>");
            assertThat(page.field("ETag")).isPresent();
            assertThat(ask("GET", "/large.bin").body()).hasSize(3 << 20);
        }
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        RawHttp.Answer answer = ask("HEAD", "/large.bin");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("Content-Length")).contains(Integer.toString(3 << 20));
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void answersWhatIsMissingByThePageForIt() throws Exception {
        RawHttp.Answer answer = ask("GET", "/none");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("lost at sea");
    }

    @Test
    void followsTheRulesOfTheTree() throws Exception {
        assertThat(ask("GET", "/docs/").field("X-Deep")).contains("yes");
        RawHttp.Answer moved = ask("GET", "/old");
        assertThat(moved.status()).isEqualTo(301);
        assertThat(moved.field("Location")).contains("/docs/");
        assertThat(ask("GET", "/docs?a=b").field("Location")).contains("/docs/?a=b");
    }

    @Test
    void answersConditionsAndRanges() throws Exception {
        String tag = ask("GET", "/").field("ETag").orElseThrow();
        assertThat(ask("GET", "/", "If-None-Match: " + tag).status()).isEqualTo(304);
        RawHttp.Answer part = ask("GET", "/large.bin", "Range: bytes=10-19");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.field("Content-Range")).contains("bytes 10-19/" + (3 << 20));
        assertThat(part.body()).hasSize(10);
        assertThat(ask("GET", "/large.bin", "Range: bytes=9999999-").status()).isEqualTo(416);
    }

    @Test
    void refusesOtherMethodsAndMalformedPaths() throws Exception {
        RawHttp.Answer answer = ask("DELETE", "/");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.field("Allow")).contains("GET, HEAD, OPTIONS");
        assertThat(ask("GET", "/%zz").status()).isEqualTo(400);
        assertThat(ask("GET", "/../x").status()).isEqualTo(400);
        assertThat(ask("GET", "/%00").status()).isEqualTo(400);
    }
}
