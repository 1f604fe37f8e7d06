package org.pinisi.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigCommandTest {
    @Test
    void wordsAreSeparatedByAnyBlanks() {
        assertThat(ConfigCommand.split("  a \t b\nc ")).isEqualTo(List.of("a", "b", "c"));
    }

    @Test
    void quotesKeepBlanksTogetherAndMayBeEmpty() {
        assertThat(ConfigCommand.split("a 'b c' \"d e\" '' f\"g h\"'i j'"))
                .isEqualTo(List.of("a", "b c", "d e", "", "fg hi j"));
    }

    @Test
    void aBackslashTakesTheNextCharacterAsItIs() {
        assertThat(ConfigCommand.split("a\\ b \\$HOME \"say \\\"hi\\\" \\n\" 'c\\d'"))
                .isEqualTo(List.of("a b", "$HOME", "say \"hi\" \\n", "c\\d"));
    }

    @Test
    void whatAShellWouldExpandMayStandInSingleQuotes() {
        assertThat(ConfigCommand.split("sh -c 'exec app --port $PORT | cat'"))
                .isEqualTo(List.of("sh", "-c", "exec app --port $PORT | cat"));
    }

    @Test
    void aTildeOrNumberSignInsideAWordIsPlain() {
        assertThat(ConfigCommand.split("a#b v1~2")).isEqualTo(List.of("a#b", "v1~2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a | b", "a && b", "a > b", "a; b", "$A", "\"$A\"", "`a`", "a*", "~/a", "# a", "(a)", "'a", "\"a", "a\\"
            })
    void whatNeedsAShellOrIsUnfinishedIsRefused(String line) {
        assertThatThrownBy(() -> ConfigCommand.split(line)).isInstanceOf(IllegalArgumentException.class);
    }
}
