package org.pinisi.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnsiTextTest {
    @Test
    void plainTextIsOneSpan() {
        assertThat(spans("one\ntwo\n")).containsExactly(new TextSpan("", "one\ntwo\n"));
    }

    @Test
    void coloursAndWeightsBecomeStyles() {
        assertThat(spans("\u001b[1;31mbad\u001b[0m good \u001b[92mgreen\u001b[39m."))
                .containsExactly(
                        new TextSpan("bold red", "bad"),
                        new TextSpan("", " good "),
                        new TextSpan("green", "green"),
                        new TextSpan("", "."));
    }

    @Test
    void coloursBeyondTheSixteenAreLeftOutWithTheirNumbers() {
        assertThat(spans("\u001b[38;5;31mone\u001b[38;2;1;4;31mtwo\u001b[48;5;1;1mthree"))
                .containsExactly(new TextSpan("", "one"), new TextSpan("", "two"), new TextSpan("bold", "three"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001b[2J",
                "\u001b[1A",
                "\u001b[?25l",
                "\u001b]0;a title\u0007",
                "\u001b]8;;http://x\u001b\\",
                "\u001bM",
                "\u001b(B",
                "\u0007",
                "\u0000",
                "\b\b",
                "\u009b",
                "\u202e",
                "\u2066",
                "\u200f"
            })
    void whatCouldHideOrTurnLinesIsDropped(String hostile) {
        assertThat(text("a" + hostile + "b")).isEqualTo("ab");
    }

    @Test
    void markupStaysText() {
        assertThat(spans("<script>alert(1)</script>")).containsExactly(new TextSpan("", "<script>alert(1)</script>"));
    }

    @Test
    void aLoneCarriageReturnEndsALineSoThatNothingIsOverwritten() {
        assertThat(text("10%\r20%\r\ndone\r\n")).isEqualTo("10%\n20%\ndone\n");
    }

    @Test
    void aSequenceWithoutEndSwallowsNoMoreThanItsBound() {
        String after = "x".repeat(400);
        assertThat(text("\u001b]0;" + after).length()).isGreaterThan(100);
        assertThat(text("\u001b[" + "1".repeat(400)).length()).isGreaterThan(100);
    }

    @Test
    void aSequenceCutOffByALineEndsWithIt() {
        assertThat(text("\u001b]0;title\nnext")).isEqualTo("\nnext");
    }

    @Test
    void malformedUtf8BecomesTheReplacementCharacter() {
        assertThat(AnsiText.of(new byte[] {'a', (byte) 0xff, 'b'})).containsExactly(new TextSpan("", "a\ufffdb"));
    }

    @Test
    void piecesOfEverySizeGiveTheSameStyledText() {
        byte[] whole = "\u001b[1;34mBäume\u001b[0m 🌊 \r\n\u001b]0;t\u0007\u001b[38;5;9mend\u001b[0m\n".getBytes(UTF_8);
        List<String> expected = characters(AnsiText.of(whole));
        for (int size = 1; size <= whole.length; size++) {
            AnsiText text = new AnsiText();
            List<TextSpan> spans = new ArrayList<>();
            for (int at = 0; at < whole.length; at += size) {
                spans.addAll(text.next(Arrays.copyOfRange(whole, at, Math.min(whole.length, at + size))));
            }
            assertThat(characters(spans)).as("pieces of %d bytes", size).isEqualTo(expected);
        }
    }

    private static List<String> characters(List<TextSpan> spans) {
        return spans.stream()
                .flatMap(span -> span.text().chars().mapToObj(c -> span.style() + ":" + (char) c))
                .toList();
    }

    private static List<TextSpan> spans(String text) {
        return AnsiText.of(text.getBytes(UTF_8));
    }

    private static String text(String text) {
        return spans(text).stream().map(TextSpan::text).collect(Collectors.joining());
    }
}
