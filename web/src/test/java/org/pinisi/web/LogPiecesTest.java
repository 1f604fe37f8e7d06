package org.pinisi.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class LogPiecesTest {
    @Test
    void whileLinesComeItCutsAfterTheLastWholeOne() {
        LogPieces pieces = new LogPieces();
        assertThat(next(pieces, "one\ntw", true)).isEqualTo("one\n");
        assertThat(pieces.held()).isEqualTo(2);
        assertThat(next(pieces, "o\n", true)).isEqualTo("two\n");
        assertThat(pieces.held()).isZero();
    }

    @Test
    void whenNothingMoreComesItShowsAnUnfinishedLine() {
        LogPieces pieces = new LogPieces();
        next(pieces, "downloading", true);
        assertThat(next(pieces, "", false)).isEqualTo("downloading");
    }

    @Test
    void aCharacterIsNeverCut() {
        for (String character : new String[] {"é", "✓", "🌊"}) {
            byte[] bytes = character.getBytes(UTF_8);
            for (int cut = 1; cut < bytes.length; cut++) {
                LogPieces pieces = new LogPieces();
                assertThat(pieces.next(Arrays.copyOf(bytes, cut), false)).isEmpty();
                assertThat(pieces.held()).isEqualTo(cut);
                assertThat(pieces.next(Arrays.copyOfRange(bytes, cut, bytes.length), false))
                        .isEqualTo(bytes);
            }
        }
    }

    @Test
    void aLineWithoutEndIsCutAtItsBound() {
        LogPieces pieces = new LogPieces();
        String part = "x".repeat(10_000);
        assertThat(next(pieces, part, true)).isEmpty();
        assertThat(next(pieces, part, true)).isEmpty();
        assertThat(next(pieces, part, true)).hasSize(30_000);
    }

    private static String next(LogPieces pieces, String text, boolean more) {
        return new String(pieces.next(text.getBytes(UTF_8), more), UTF_8);
    }
}
