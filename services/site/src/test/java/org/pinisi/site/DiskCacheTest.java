package org.pinisi.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is kept on the disk, and what goes.
final class DiskCacheTest {
    private static final String ONE = "1111111111111111111111111111111111111111";

    @TempDir
    Path folder;

    private final SetClock clock = new SetClock();

    private DiskCache open(long budget) {
        return DiskCache.open(folder.resolve("cache"), budget, clock);
    }

    private static DiskCache.Entry store(DiskCache cache, String blob, String text) throws IOException {
        return cache.store(blob, "gz", Long.MAX_VALUE, out -> out.write(text.getBytes(UTF_8)));
    }

    private static String text(DiskCache.Entry entry) throws IOException {
        try (InputStream in = entry.stream()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static String blob(int number) {
        return String.format(java.util.Locale.ROOT, "%040x", number);
    }

    @Test
    void whatIsStoredIsFoundAlsoAfterARestart() throws IOException {
        store(open(1000), ONE, "text");
        DiskCache again = open(1000);
        assertThat(text(again.find(ONE, "gz").orElseThrow())).isEqualTo("text");
        assertThat(again.find(ONE, "br")).isEmpty();
        assertThat(again.find(blob(2), "gz")).isEmpty();
        assertThat(again.weight()).isEqualTo(4 + DiskCache.HEAD_BYTES);
    }

    @Test
    void whatIsThereIsNotMadeAgain() throws IOException {
        DiskCache cache = open(1000);
        store(cache, ONE, "text");
        assertThat(text(store(cache, ONE, "other"))).isEqualTo("text");
    }

    @Test
    void whatIsNotWorthHavingIsRemembered() throws IOException {
        cacheNothing(open(1000));
        assertThat(open(1000).find(ONE, "gz").orElseThrow().size()).isZero();
    }

    private static void cacheNothing(DiskCache cache) throws IOException {
        DiskCache.Entry entry = cache.store(ONE, "gz", 3, out -> out.write("text".getBytes(UTF_8)));
        assertThat(entry.size()).isZero();
    }

    @Test
    void aDamagedFileIsNotGivenOut() throws IOException {
        for (int at : new int[] {0, 10, 20, DiskCache.HEAD_BYTES, DiskCache.HEAD_BYTES + 3}) {
            Path file = store(open(1000), ONE, "text").path();
            byte[] bytes = Files.readAllBytes(file);
            bytes[at] ^= 1;
            Files.write(file, bytes);
            assertThat(open(1000).find(ONE, "gz")).as("byte %d", at).isEmpty();
            Files.delete(file);
        }
    }

    @Test
    void aCutFileIsNotGivenOut() throws IOException {
        for (int length : new int[] {0, 5, DiskCache.HEAD_BYTES, DiskCache.HEAD_BYTES + 3}) {
            Path file = store(open(1000), ONE, "text").path();
            Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), length));
            assertThat(open(1000).find(ONE, "gz")).as("%d bytes", length).isEmpty();
            Files.deleteIfExists(file);
        }
    }

    @Test
    void aFailedWritingLeavesNothing() throws IOException {
        DiskCache cache = open(1000);
        assertThatThrownBy(() -> cache.store(ONE, "gz", 10, out -> {
                    out.write(1);
                    throw new IOException("full");
                }))
                .hasMessage("full");
        assertThat(cache.find(ONE, "gz")).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void whatACrashLeftBehindIsSweptAtTheStart() throws IOException {
        Path left = Files.createDirectories(folder.resolve("cache/11")).resolve(ONE + "-gz.5.tmp");
        Files.writeString(left, "half");
        open(1000);
        assertThat(files()).isEmpty();
    }

    @Test
    void theLeastUsedGoesFirstAndItsFileAMinuteLater() throws IOException {
        DiskCache cache = open(5 * (10 + DiskCache.HEAD_BYTES));
        for (int i = 0; i < 5; i++) {
            store(cache, blob(i), "0123456789");
        }
        DiskCache.Entry second = cache.find(blob(1), "gz").orElseThrow();
        cache.find(blob(0), "gz");
        cache.find(blob(1), "gz");
        store(cache, blob(5), "0123456789");
        store(cache, blob(6), "0123456789");
        assertThat(List.of(0, 1, 2, 3, 4, 5, 6))
                .filteredOn(i -> cache.find(blob(i), "gz").isPresent())
                .containsExactly(0, 1, 4, 5, 6);
        assertThat(second.isDoomed()).isFalse();
        assertThat(files()).hasSize(7);
        clock.forward(Duration.ofSeconds(61));
        store(cache, blob(7), "0123456789");
        assertThat(files()).hasSize(6);
        assertThat(cache.weight()).isLessThanOrEqualTo(5 * (10 + DiskCache.HEAD_BYTES));
    }

    @Test
    void aFileThatIsMadeAgainSoonIsNotDeleted() throws IOException {
        DiskCache cache = open(10 + DiskCache.HEAD_BYTES);
        DiskCache.Entry first = store(cache, ONE, "0123456789");
        store(cache, blob(2), "0123456789");
        assertThat(first.isDoomed()).isTrue();
        store(cache, ONE, "0123456789");
        clock.forward(Duration.ofSeconds(61));
        store(cache, ONE, "0123456789");
        assertThat(text(cache.find(ONE, "gz").orElseThrow())).isEqualTo("0123456789");
    }

    @Test
    void aSmallerBudgetIsKeptFromTheStart() throws IOException {
        DiskCache cache = open(1 << 20);
        for (int i = 0; i < 10; i++) {
            store(cache, blob(i), "0123456789");
        }
        assertThat(open(200).weight()).isLessThanOrEqualTo(200);
    }

    @Test
    void aFolderThatCannotBeUsedIsSaidAtOnce() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThatThrownBy(() -> DiskCache.open(file, 1, clock))
                .isInstanceOf(SiteException.class)
                .hasMessageContaining(file.toString());
    }
}
