package org.pinisi.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void masksEverySecretInWhatAnAppWrote() {
        assertThat(Masking.mask("login hunter2 with hunter2, pin 12", List.of("hunter2", "12")))
                .isEqualTo("login ••• with •••, pin 12");
    }

    @Test
    void givesTheLastLinesWholeOrNotAtAll() {
        byte[] text = "one\ntwo\nthree\n".getBytes(UTF_8);

        assertThat(lines(text, 0)).isEmpty();
        assertThat(lines(text, 1)).isEqualTo("three\n");
        assertThat(lines(text, 2)).isEqualTo("two\nthree\n");
        assertThat(lines(text, 9)).isEqualTo("one\ntwo\nthree\n");
        assertThat(lines("unfinished".getBytes(UTF_8), 1)).isEqualTo("unfinished");
        assertThat(lines("one\nunfinished".getBytes(UTF_8), 1)).isEqualTo("unfinished");
        assertThat(lines(new byte[0], 5)).isEmpty();
    }

    private static String lines(byte[] text, int count) {
        return new String(ConsoleTail.lastLines(text, count), UTF_8);
    }
}
