package org.pinisi.site;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.http.ContentCoding;

/// Compressed forms: which there are, who gets them, and what they say.
@ExtendWith(LeakCheck.class)
final class SiteCodingTest {
    private static final String TEXT = SiteTest.numbers(20_000);
    private static final String LARGE = SiteTest.numbers(3_000_000);

    @TempDir
    Path folder;

    private Served served = unset();

    @SuppressWarnings("NullAway") // set before each test
    private static Served unset() {
        return null;
    }

    @BeforeEach
    void serve() throws IOException {
        served = Served.of(folder, tree());
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private static MapTree tree() throws IOException {
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        return new MapTree("1")
                .file("app.js", TEXT)
                .file("large.js", LARGE)
                .file("short.js", "let x")
                .file("noise.js", noise)
                .file("photo.png", TEXT)
                .file("own.js", TEXT)
                .file("own.js.gz", zipped("brought along"))
                .file("404.html", TEXT);
    }

    private static byte[] zipped(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    /// Asks until every form is there.
    private Served.Answer settled(String path, String accepted) throws IOException {
        served.get(path, "Accept-Encoding: " + accepted);
        served.settle();
        return served.get(path, "Accept-Encoding: " + accepted);
    }

    @Test
    void thePlainBytesGoOutUntilAFormIsReadyWhichIsThenUsed() throws IOException {
        Served.Answer first = served.get("/app.js", "Accept-Encoding: gzip");
        assertThat(first.field("Content-Encoding")).isEqualTo("none");
        assertThat(first.body()).isEqualTo(TEXT);
        served.settle();
        for (int i = 0; i < 2; i++) {
            Served.Answer next = served.get("/app.js", "Accept-Encoding: gzip");
            assertThat(next.field("Content-Encoding")).isEqualTo("gzip");
            assertThat(next.field("Content-Length")).isEqualTo("" + next.body().length());
            assertThat(next.body().length()).isLessThan(TEXT.length() / 2);
            assertThat(next.unzipped()).isEqualTo(TEXT);
        }
    }

    @Test
    void aHotPageGetsItsFormsOnceSomebodyWantsThem() throws IOException {
        served.get("/app.js");
        served.get("/app.js");
        assertThat(settled("/app.js", "gzip").field("Content-Encoding")).isEqualTo("gzip");
    }

    @Test
    void everyCodingDecodesToTheSame() throws IOException {
        Brotli4jLoader.ensureAvailability();
        for (String path : new String[] {"/app.js", "/large.js"}) {
            String text = path.equals("/app.js") ? TEXT : LARGE;
            assertThat(settled(path, "gzip").unzipped()).isEqualTo(text);
            Served.Answer brotli = settled(path, "br");
            assertThat(brotli.field("Content-Encoding")).isEqualTo("br");
            try (InputStream in = new BrotliInputStream(bytes(brotli))) {
                assertThat(new String(in.readAllBytes(), ISO_8859_1)).isEqualTo(text);
            }
            Served.Answer zstd = settled(path, "zstd");
            assertThat(zstd.field("Content-Encoding")).isEqualTo("zstd");
            try (InputStream in = new ZstdInputStream(bytes(zstd))) {
                assertThat(new String(in.readAllBytes(), ISO_8859_1)).isEqualTo(text);
            }
        }
    }

    private static InputStream bytes(Served.Answer answer) {
        return new ByteArrayInputStream(answer.body().getBytes(ISO_8859_1));
    }

    @Test
    void theSmallestFormThatTheClientTakesIsSent() throws IOException {
        Served.Answer any = settled("/app.js", "gzip, deflate, br, zstd");
        int smallest = Stream.of("gzip", "br", "zstd")
                .mapToInt(coding -> length(coding))
                .min()
                .orElseThrow();
        assertThat(any.body().length()).isEqualTo(smallest);
    }

    private int length(String coding) {
        try {
            return served.get("/app.js", "Accept-Encoding: " + coding).body().length();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatTheClientDoesNotTakeIsNotSent() throws IOException {
        settled("/app.js", "gzip, br, zstd");
        for (String accepted :
                new String[] {"", "identity", "deflate", "gzip;q=0", "gzip;q=0, br;q=0.0, zstd;q=0", "*;q=0"}) {
            Served.Answer answer = served.get("/app.js", "Accept-Encoding: " + accepted);
            assertThat(answer.field("Content-Encoding")).as(accepted).isEqualTo("none");
            assertThat(answer.body()).isEqualTo(TEXT);
        }
        assertThat(served.get("/app.js", "Accept-Encoding: *, gzip;q=0, br;q=0").field("Content-Encoding"))
                .isEqualTo("zstd");
    }

    @Test
    void eachFormHasATagOfItsOwnAndAllSayThatTheyVary() throws IOException {
        settled("/app.js", "gzip");
        String plain = served.get("/app.js").field("ETag");
        for (String[] coding : new String[][] {{"gzip", "-gz"}, {"br", "-br"}, {"zstd", "-zst"}}) {
            Served.Answer answer = served.get("/app.js", "Accept-Encoding: " + coding[0]);
            assertThat(answer.field("ETag")).isEqualTo(plain.substring(0, plain.length() - 1) + coding[1] + "\"");
            assertThat(answer.field("Vary")).isEqualTo("Accept-Encoding");
        }
        assertThat(served.get("/app.js").field("Vary")).isEqualTo("Accept-Encoding");
        assertThat(served.get("/photo.png").field("Vary")).isEqualTo("none");
    }

    @Test
    void aCopyInAnyFormThatTheClientTakesIsFresh() throws IOException {
        settled("/app.js", "gzip");
        String plain = served.get("/app.js").field("ETag");
        String zipped = served.get("/app.js", "Accept-Encoding: gzip").field("ETag");
        Served.Answer answer = served.get("/app.js", "Accept-Encoding: gzip", "If-None-Match: " + plain);
        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.field("ETag")).isEqualTo(plain);
        assertThat(served.get("/app.js", "If-None-Match: " + zipped).status()).isEqualTo(200);
    }

    @Test
    void aRangeIsOneOfThePlainBytes() throws IOException {
        settled("/app.js", "gzip");
        Served.Answer answer = served.get("/app.js", "Accept-Encoding: gzip", "Range: bytes=10-19");
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.field("Content-Encoding")).isEqualTo("none");
        assertThat(answer.body()).isEqualTo(TEXT.substring(10, 20));
    }

    @Test
    void whatDoesNotShrinkOrIsNoTextStaysPlain() throws IOException {
        for (String path : new String[] {"/short.js", "/noise.js", "/photo.png"}) {
            assertThat(settled(path, "gzip, br, zstd").field("Content-Encoding"))
                    .as(path)
                    .isEqualTo("none");
        }
    }

    @Test
    void aFormThatTheTreeBringsAlongIsUsedAtOnce() throws IOException {
        Served.Answer answer = served.get("/own.js", "Accept-Encoding: gzip");
        assertThat(answer.field("Content-Encoding")).isEqualTo("gzip");
        assertThat(answer.unzipped()).isEqualTo("brought along");
        assertThat(answer.field("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        Served.Answer itself = served.get("/own.js.gz");
        assertThat(itself.field("Content-Type")).isEqualTo("application/gzip");
        assertThat(itself.field("Content-Encoding")).isEqualTo("none");
        assertThat(itself.field("ETag")).isNotEqualTo(answer.field("ETag"));
    }

    @Test
    void thePageForWhatIsMissingIsCompressedToo() throws IOException {
        served.get("/404.html", "Accept-Encoding: gzip");
        served.settle();
        Served.Answer answer = served.get("/missing", "Accept-Encoding: gzip");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.unzipped()).isEqualTo(TEXT);
    }

    @Test
    void formsSurviveARestartAndDamagedOnesAreMadeAnew() throws IOException {
        settled("/app.js", "gzip");
        served.close();
        served = Served.of(folder, tree());
        assertThat(served.get("/app.js", "Accept-Encoding: gzip").unzipped()).isEqualTo(TEXT);
        served.close();
        damage();
        served = Served.of(folder, tree());
        assertThat(served.get("/app.js", "Accept-Encoding: gzip").body()).isEqualTo(TEXT);
        served.settle();
        assertThat(served.get("/app.js", "Accept-Encoding: gzip").unzipped()).isEqualTo(TEXT);
    }

    private void damage() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length - 1] ^= 1;
                Files.write(file, bytes);
            }
        }
    }

    @Test
    void onlyWhatIsWantedIsCompressed() throws IOException {
        try (Served plain =
                new Served(folder.resolve("plain"), site -> site.compressed(type -> type.startsWith("text/html"), 1))) {
            plain.site.show(tree());
            plain.get("/app.js", "Accept-Encoding: gzip");
            plain.settle();
            assertThat(plain.get("/app.js", "Accept-Encoding: gzip").body()).isEqualTo(TEXT);
        }
    }

    @Test
    void onlyTheCodingsThatAreWantedAreMade() throws IOException {
        try (Served plain = new Served(folder.resolve("plain"), site -> site.codings(Set.of(ContentCoding.ZSTD)))) {
            plain.site.show(tree());
            plain.get("/app.js", "Accept-Encoding: gzip, zstd");
            plain.settle();
            assertThat(plain.get("/app.js", "Accept-Encoding: gzip").body()).isEqualTo(TEXT);
            assertThat(plain.get("/app.js", "Accept-Encoding: gzip, zstd").field("Content-Encoding"))
                    .isEqualTo("zstd");
        }
    }
}
