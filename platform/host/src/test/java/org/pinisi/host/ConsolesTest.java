package org.pinisi.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConsolesTest {
    private static final UnitId ONE = new UnitId("one");
    private static final int LIMIT = 64 << 10;
    private static final String LINE = "x".repeat(99) + "\n";

    @TempDir
    Path folder;

    private Consoles consoles;

    @BeforeEach
    void make() {
        consoles = new Consoles(folder, LIMIT, 10);
    }

    @Test
    void aConsoleThatWasNeverWrittenIsEmpty() {
        assertThat(consoles.read(ONE, 0, true).bytes()).isEmpty();
        assertThat(consoles.tail(ONE, 5)).isEmpty();
        consoles.trim(ONE);
    }

    @Test
    void belowItsLimitNothingIsDropped() throws IOException {
        write(600);
        consoles.trim(ONE);
        assertThat(consoles.read(ONE, 0, false).from()).isZero();
    }

    @Test
    void beyondItsLimitTheOldestIsDroppedAndPositionsStay() throws IOException {
        write(1000);
        long before = consoles.read(ONE, 80_000, false).next();
        consoles.trim(ONE);
        ConsoleChunk oldest = consoles.read(ONE, 0, false);
        assertThat(oldest.from()).isBetween(100_000L - LIMIT / 2 - 4096, 100_000L - LIMIT / 2 + 4096);
        assertThat(oldest.text()).doesNotContain("\0");
        write(10);
        assertThat(consoles.read(ONE, before, false).text()).isEqualTo(LINE.repeat(10));
    }

    @Test
    void theDroppedPartReadsAsZerosForWhoeverOpensTheFile() throws IOException {
        write(1000);
        consoles.trim(ONE);
        assertThat(consoles.file(ONE)).hasSize(100_000);
        assertThat(Files.readString(consoles.file(ONE))).startsWith("\0").endsWith(LINE);
    }

    @Test
    void manyRoundsOfWritingAndDroppingLoseNothingThatWasFollowed() throws IOException {
        long position = 0;
        long lines = 0;
        for (int round = 0; round < 200; round++) {
            write(100);
            ConsoleChunk chunk = consoles.read(ONE, position, false);
            assertThat(chunk.from()).isEqualTo(position);
            lines += chunk.text().lines().count();
            position = chunk.next();
            consoles.trim(ONE);
        }
        assertThat(lines).isEqualTo(20_000);
        assertThat(position).isEqualTo(2_000_000);
    }

    @Test
    void theTailShowsWholeLinesOnly() throws IOException {
        write(1000);
        consoles.trim(ONE);
        assertThat(consoles.tail(ONE, 10_000)).isNotEmpty().allMatch(line -> line.length() == 99);
    }

    private void write(int lines) throws IOException {
        Files.writeString(consoles.file(ONE), LINE.repeat(lines), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
