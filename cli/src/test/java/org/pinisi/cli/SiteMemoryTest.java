package org.pinisi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a site's cache takes by default.
final class SiteMemoryTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final long HEAP = 512 * MEBIBYTE;

    @TempDir
    Path folder;

    @Test
    void itIsAnEighthOfTheMachineWithinBounds() {
        assertThat(new SiteMemory(1024 * MEBIBYTE, HEAP).forFiles()).isEqualTo(128 * MEBIBYTE);
        assertThat(new SiteMemory(1 << 20, HEAP).forFiles()).isEqualTo(8 * MEBIBYTE);
        assertThat(new SiteMemory(64L << 30, HEAP).forFiles()).isEqualTo(256 * MEBIBYTE);
    }

    @Test
    void itIsNeverMoreThanHalfOfTheHeap() {
        assertThat(new SiteMemory(64L << 30, 100 * MEBIBYTE).forFiles()).isEqualTo(50 * MEBIBYTE);
    }

    @Test
    void aContainersLimitCountsWhenItIsLess() throws IOException {
        Path information = Files.writeString(folder.resolve("meminfo"), "MemTotal:        2048000 kB\nMemFree: 1 kB\n");
        Path limit = folder.resolve("memory.max");

        assertThat(SiteMemory.machine(information, limit, 1)).isEqualTo(2_048_000L << 10);
        Files.writeString(limit, "max\n");
        assertThat(SiteMemory.machine(information, limit, 1)).isEqualTo(2_048_000L << 10);
        Files.writeString(limit, "536870912\n");
        assertThat(SiteMemory.machine(information, limit, 1)).isEqualTo(512 * MEBIBYTE);
    }

    @Test
    void theHeapCountsWhenNothingIsKnown() {
        assertThat(SiteMemory.machine(folder.resolve("none"), folder.resolve("neither"), HEAP))
                .isEqualTo(HEAP);
    }
}
