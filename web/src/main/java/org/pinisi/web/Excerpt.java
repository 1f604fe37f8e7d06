package org.pinisi.web;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.pinisi.deployer.Tail;

/// The end of a log as it is now, for a page to show at once.
///
/// @param begin where it begins; above 0 when earlier lines are left out
/// @param end where it ends, and where the stream goes on
/// @param ended whether nothing more will come
record Excerpt(List<TextSpan> spans, long begin, long end, boolean ended) {
    /// As much of a log as a page shows, in bytes.
    static final int MOST = 96 << 10;

    Excerpt {
        spans = List.copyOf(spans);
    }

    /// A log that is not there yet.
    static Excerpt empty() {
        return new Excerpt(List.of(), 0, 0, false);
    }

    /// Says why there is none.
    static Excerpt note(RuntimeException reason) {
        return new Excerpt(List.of(new TextSpan("dim", String.valueOf(reason.getMessage()))), 0, 0, true);
    }

    /// Reads what there is, without waiting for more.
    static Excerpt of(Tail tail) throws InterruptedException {
        long start = tail.offset();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!tail.ended() && read.size() < 2 * MOST) {
            byte[] bytes = tail.read(Duration.ZERO);
            if (bytes.length == 0) {
                break;
            }
            read.writeBytes(bytes);
        }
        LogPieces pieces = new LogPieces();
        byte[] text = pieces.next(read.toByteArray(), false);
        int skipped = start > 0 ? firstLine(text) : 0;
        AnsiText styles = new AnsiText();
        return new Excerpt(
                styles.next(Arrays.copyOfRange(text, skipped, text.length)),
                start + skipped,
                tail.offset() - pieces.held(),
                tail.ended());
    }

    private static int firstLine(byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '\n') {
                return i + 1;
            }
        }
        return 0;
    }

    boolean isCut() {
        return begin > 0;
    }

    boolean isEmpty() {
        return spans.isEmpty();
    }
}
