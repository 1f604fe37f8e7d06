package org.pinisi.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BenchArgumentsTest {
    private static final Set<String> KEYS = Set.of("rounds", "rows", "json");

    private static BenchArguments parse(String... arguments) {
        return BenchArguments.parse(List.of(arguments), KEYS, "HELP");
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        BenchArguments given = parse();
        assertThat(given.quick()).isFalse();
        assertThat(given.number("rounds", 5)).isEqualTo(5);
        assertThat(given.path("json", Path.of("a"))).isEqualTo(Path.of("a"));
        assertThat(given.chosen("rows", List.of("x", "y"), String::equals)).containsExactly("x", "y");
    }

    @Test
    void aListOfWordsChooses() {
        assertThat(parse("--rows=plain,new").chosen("rows", List.of("plain-1k", "tls-1k", "new"), String::contains))
                .containsExactly("plain-1k", "new");
    }

    @Test
    void anUnknownKeyIsToldWithTheHelp() {
        assertThatThrownBy(() -> parse("--quick", "--round=3"))
                .isInstanceOf(BenchException.class)
                .hasMessage("unknown option --round=3\nHELP");
    }

    @Test
    void aNumberThatIsNoneIsTold() {
        assertThatThrownBy(() -> parse("--rounds=many").number("rounds", 1))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("--rounds=many: expected a number");
    }
}
