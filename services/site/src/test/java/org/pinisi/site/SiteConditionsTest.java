package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 9110, sections 13 and 14, as a table; each row for a page that is hot, one that is cold, and one
/// that lies in a file. `T` stands for the page's own tag, its date is 3 February 2024, 04:05:06.
@ExtendWith(LeakCheck.class)
final class SiteConditionsTest {
    private static final String SAME = "Sat, 03 Feb 2024 04:05:06 GMT";
    private static final String EARLIER = "Sat, 03 Feb 2024 04:05:05 GMT";
    private static final String LATER = "Sat, 03 Feb 2024 04:05:07 GMT";
    private static final String SMALL = SiteTest.numbers(5_000);
    private static final String LARGE = SiteTest.numbers(400_000);
    private static final List<String> PAGES = List.of("/small.bin", "/cold.bin", "/large.bin");

    @TempDir
    Path folder;

    private Served served = unset();

    @SuppressWarnings("NullAway") // set before each test
    private static Served unset() {
        return null;
    }

    @BeforeEach
    void serve() throws IOException {
        served = Served.of(
                folder,
                new MapTree("1")
                        .file("small.bin", SMALL)
                        .file("cold.bin", SMALL)
                        .file("large.bin", LARGE)
                        .file("nothing.bin", "")
                        .file("404.html", "nothing here"));
        served.get("/small.bin");
        served.get("/large.bin");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private static String contents(String page) {
        return page.equals("/large.bin") ? LARGE : SMALL;
    }

    private String[] fields(String page, String conditions) throws IOException {
        String tag = served.ask("HEAD", page).field("ETag");
        return conditions
                .replace("T", tag)
                .replace("same", SAME)
                .replace("earlier", EARLIER)
                .replace("later", LATER)
                .split(" & ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                // If-None-Match, compared weakly
                "304 | If-None-Match: T",
                "304 | If-None-Match: W/T",
                "304 | If-None-Match: *",
                "304 | If-None-Match: \"x\", T",
                "304 | If-None-Match: \"x\",W/T , \"y\"",
                "304 | If-None-Match: \"a,b\", T",
                "304 | if-none-match: T",
                "200 | If-None-Match: \"x\"",
                "200 | If-None-Match: x",
                "200 | If-None-Match: \"T",
                "200 | If-None-Match:",
                // it takes precedence over the date
                "304 | If-None-Match: T & If-Modified-Since: earlier",
                "200 | If-None-Match: \"x\" & If-Modified-Since: later",
                // If-Modified-Since
                "304 | If-Modified-Since: same",
                "304 | If-Modified-Since: later",
                "200 | If-Modified-Since: earlier",
                "200 | If-Modified-Since: yesterday",
                "200 | If-Modified-Since:",
                // If-Match, compared strongly
                "200 | If-Match: T",
                "200 | If-Match: *",
                "200 | If-Match: \"x\", T",
                "200 | If-Match: \"x\" & If-Match: T",
                "412 | If-Match: W/T",
                "412 | If-Match: \"x\"",
                // it takes precedence over the date
                "200 | If-Match: T & If-Unmodified-Since: earlier",
                "412 | If-Match: \"x\" & If-Unmodified-Since: later",
                // If-Unmodified-Since
                "200 | If-Unmodified-Since: same",
                "200 | If-Unmodified-Since: later",
                "412 | If-Unmodified-Since: earlier",
                "200 | If-Unmodified-Since: yesterday",
                // both: first the one that may fail, then the one that saves
                "304 | If-Match: T & If-None-Match: T",
                "412 | If-Match: \"x\" & If-None-Match: T",
                "304 | If-Unmodified-Since: same & If-Modified-Since: same",
                "412 | If-Unmodified-Since: earlier & If-None-Match: T",
                // ranges come last
                "206 | Range: bytes=0-9",
                "304 | Range: bytes=0-9 & If-None-Match: T",
                "412 | Range: bytes=0-9 & If-Match: \"x\"",
                "206 | Range: bytes=0-9 & If-Match: T",
                "206 | Range: bytes=0-9 & If-Range: T",
                "206 | Range: bytes=0-9 & If-Range: same",
                "200 | Range: bytes=0-9 & If-Range: W/T",
                "200 | Range: bytes=0-9 & If-Range: \"x\"",
                "200 | Range: bytes=0-9 & If-Range: later",
                "200 | Range: bytes=0-9 & If-Range: earlier",
                "416 | Range: bytes=9999999-",
                "200 | Range: bytes=9999999- & If-Range: \"x\"",
                "416 | Range: bytes=-0",
                // what is no single range of bytes is ignored
                "200 | Range: bytes=0-1,3-4",
                "200 | Range: bytes=5-2",
                "200 | Range: bytes=a-b",
                "200 | Range: bytes=-",
                "200 | Range: bytes=",
                "200 | Range: lines=1-2",
                "200 | Range: bytes=99999999999999999999-",
            })
    void conditionsAreJudgedAsRfc9110Says(int status, String conditions) throws IOException {
        for (String page : PAGES) {
            String[] fields = fields(page, conditions);
            Served.Answer answer = served.get(page, fields);
            assertThat(answer.status()).as(page).isEqualTo(status);
            if (status == 200) {
                assertThat(answer.body()).isEqualTo(contents(page));
            }
            if (status == 206) {
                assertThat(answer.body()).isEqualTo(contents(page).substring(0, 10));
            }
        }
    }

    @Test
    void aFreshCopyIsToldWhatACacheNeeds() throws IOException {
        for (String page : PAGES) {
            Served.Answer answer = served.get(page, fields(page, "If-None-Match: T"));
            assertThat(answer.body()).isEmpty();
            assertThat(answer.fields())
                    .containsOnlyKeys("date", "connection", "etag", "last-modified", "cache-control");
        }
    }

    @Test
    void aRangeSaysWhereItLies() throws IOException {
        for (String page : PAGES) {
            String all = contents(page);
            int size = all.length();
            Served.Answer answer = served.get(page, "Range: bytes=100-2099");
            assertThat(answer.field("Content-Range")).isEqualTo("bytes 100-2099/" + size);
            assertThat(answer.field("Content-Length")).isEqualTo("2000");
            assertThat(answer.body()).isEqualTo(all.substring(100, 2100));
            assertThat(served.get(page, "Range: bytes=-5").body()).isEqualTo(all.substring(size - 5));
            assertThat(served.get(page, "Range: bytes=-9999999").body()).isEqualTo(all);
            assertThat(served.get(page, "Range: bytes=" + (size - 3) + "-").body())
                    .isEqualTo(all.substring(size - 3));
            assertThat(served.get(page, "Range: bytes=4-9999999").body()).isEqualTo(all.substring(4));
            assertThat(served.get(page, "Range: BYTES= 0-0").body()).isEqualTo(all.substring(0, 1));
            Served.Answer beyond = served.get(page, "Range: bytes=" + size + "-");
            assertThat(beyond.field("Content-Range")).isEqualTo("bytes */" + size);
        }
    }

    @Test
    void nothingHasNoRanges() throws IOException {
        for (int i = 0; i < 2; i++) {
            assertThat(served.get("/nothing.bin", "Range: bytes=0-").status()).isEqualTo(416);
            assertThat(served.get("/nothing.bin").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Range: bytes=0-9", "If-Range: \"x\"", "Accept-Ranges: bytes"})
    void headIgnoresRanges(String field) throws IOException {
        for (String page : PAGES) {
            Served.Answer answer = served.ask("HEAD", page, field);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.field("Content-Length"))
                    .isEqualTo("" + contents(page).length());
        }
    }

    @Test
    void aPageForWhatIsMissingKnowsNoConditions() throws IOException {
        for (String condition : List.of("If-None-Match: *", "If-Modified-Since: " + LATER, "Range: bytes=0-1")) {
            Served.Answer answer = served.get("/missing", condition);
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo("nothing here");
            assertThat(answer.field("ETag")).isEqualTo("none");
            assertThat(answer.field("Last-Modified")).isEqualTo("none");
        }
    }
}
