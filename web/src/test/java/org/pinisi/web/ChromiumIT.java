package org.pinisi.web;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Looks at the pages with a real browser. The pictures stay under `target/screenshots` for people to look at.
@Timeout(180)
final class ChromiumIT {
    private static final Path PICTURES = Path.of("target", "screenshots");
    private final FakeDeployments fake = Scene.whole();
    private final PagesServer full = new PagesServer(fake, FakeNames.whole(), InstantSource.fixed(Scene.NOW));
    private final PagesServer empty = new PagesServer(new FakeDeployments(), InstantSource.fixed(Scene.NOW));

    @TempDir
    private Path profiles = Path.of("");

    @AfterEach
    void close() {
        full.close();
        empty.close();
    }

    @ParameterizedTest
    @CsvSource({
        "home, /, 1280, 1300, light",
        "home, /, 400, 2300, dark",
        "app, /apps/clock, 1280, 1350, dark",
        "app, /apps/shop, 400, 2000, light",
        "run, /runs/40, 1280, 1250, light",
        "run, /runs/39, 400, 1500, dark",
        "names, /names, 1280, 800, light",
        "names, /names, 400, 1100, dark",
        "name, /names/clock.example.org, 1280, 1500, light",
        "name, /names/clock.example.org, 1280, 1500, dark",
        "name, /names/clock.example.org, 400, 2600, dark",
        "trouble, /names/shop.example.org, 400, 2400, light",
        "trouble, /names/shop.example.org, 1280, 1400, dark",
        "first, first, 1280, 800, light",
        "first, first, 400, 900, dark"
    })
    void aPageIsPaintedWideAndNarrowLightAndDark(String name, String target, int width, int height, String scheme)
            throws Exception {
        Files.createDirectories(PICTURES);
        Path picture =
                PICTURES.resolve(name + "-" + width + "-" + scheme + ".png").toAbsolutePath();
        Files.deleteIfExists(picture);
        URI uri = target.equals("first") ? empty.at("/") : full.at(target);
        browse(
                uri,
                "--screenshot=" + picture,
                "--window-size=" + width + "," + height,
                "--hide-scrollbars",
                "--timeout=3000",
                "--blink-settings=preferredColorScheme=" + (scheme.equals("dark") ? 0 : 1));
        try (DataInputStream png = new DataInputStream(Files.newInputStream(picture))) {
            assertThat(png.readLong()).isEqualTo(0x89504e470d0a1a0aL);
            png.skipNBytes(8);
            assertThat(png.readInt()).isEqualTo(width);
            assertThat(png.readInt()).isEqualTo(height);
        }
        // A page that was not painted compresses to next to nothing.
        assertThat(Files.size(picture)).isGreaterThan(20_000);
    }

    @Test
    void theScriptFollowsTheLogAndReadsThePageAgainAfterAChange() throws Exception {
        Process browser = start(full.at("/runs/41"), "--remote-debugging-port=0");
        try {
            // The page itself, the look whether the log is there, and the stream.
            await().atMost(ofSeconds(60))
                    .untilAsserted(() -> assertThat(fake.opened).hasValue(3));
            assertThat(fake.looks).hasValue(1);
            fake.changes.signal();
            await().atMost(ofSeconds(60))
                    .untilAsserted(() -> assertThat(fake.looks).hasValue(2));
            // Reading again opens the log for the page, and leaves the stream alone.
            assertThat(fake.opened).hasValue(4);
            await().atMost(ofSeconds(60))
                    .untilAsserted(() -> assertThat(fake.open).hasValue(1));
        } finally {
            end(browser);
        }
        await().atMost(ofSeconds(60)).untilAsserted(() -> assertThat(fake.open).hasValue(0));
    }

    private void browse(URI uri, String... options) throws IOException, InterruptedException {
        Process browser = start(uri, options);
        try {
            assertThat(browser.waitFor(60, TimeUnit.SECONDS))
                    .as("chromium ended in time")
                    .isTrue();
        } finally {
            end(browser);
        }
    }

    private Process start(URI uri, String... options) throws IOException {
        Path profile = Files.createTempDirectory(profiles, "profile");
        List<String> command = new ArrayList<>(List.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile));
        command.addAll(List.of(options));
        command.add(uri.toString());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("output.txt").toFile())
                .start();
    }

    private static void end(Process browser) throws InterruptedException {
        browser.descendants().forEach(ProcessHandle::destroyForcibly);
        browser.destroyForcibly().waitFor();
    }
}
