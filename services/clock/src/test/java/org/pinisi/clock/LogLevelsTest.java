package org.pinisi.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.pinisi.clock.LogLevels.Level;

final class LogLevelsTest {
    @Test
    void theDefaultIsInfoForEverySource() {
        assertThat(LogLevels.DEFAULT.of("http")).isEqualTo(Level.INFO);
        assertThat(LogLevels.DEFAULT.sources()).isEmpty();
    }

    @Test
    void aSourceThatIsNamedHasItsOwnLevelAndTheOthersTheCommonOne() {
        LogLevels levels = LogLevels.parse("*:info,foo:debug");

        assertThat(levels.of("foo")).isEqualTo(Level.DEBUG);
        assertThat(levels.of("http")).isEqualTo(Level.INFO);
    }

    @Test
    void withoutAStarTheOthersKeepTheDefault() {
        assertThat(LogLevels.parse("http:quiet")).isEqualTo(new LogLevels(Level.INFO, Map.of("http", Level.QUIET)));
    }

    @Test
    void aLevelAloneStandsForEverySource() {
        assertThat(LogLevels.parse("debug")).isEqualTo(new LogLevels(Level.DEBUG, Map.of()));
    }

    @Test
    void theLastEntryForASourceWins() {
        assertThat(LogLevels.parse("http:debug,*:error,http:warning,*:app"))
                .isEqualTo(new LogLevels(Level.APP, Map.of("http", Level.WARNING)));
    }

    @Test
    void theNameOfASourceMayHoldColons() {
        assertThat(LogLevels.parse("tcp:v4:debug").of("tcp:v4")).isEqualTo(Level.DEBUG);
    }

    @ParameterizedTest
    @EnumSource
    void everyLevelIsReadAsItIsWritten(Level level) {
        assertThat(LogLevels.parse("*:" + level.word()).others()).isEqualTo(level);
    }

    @Test
    void whatIsPrintedIsReadBackTheSame() {
        LogLevels levels = LogLevels.parse("http:debug,*:error,application:quiet");

        assertThat(levels).hasToString("*:error,application:quiet,http:debug");
        assertThat(LogLevels.parse(levels.toString())).isEqualTo(levels);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    *:loud          | 3  | expected a level
                    *:info,http:    | 13 | expected a level: quiet, app, error, warning, info or debug, found the end
                    *:info,:debug   | 8  | expected the name of a log source
                    *:info,,x:debug | 8  | expected a level
                    *:info,         | 8  | expected a level
                    ''              | 1  | expected a level
                    *:INFO          | 3  | expected a level
                    *:info, x:debug | 8  | expected the name of a log source
                    """)
    void badSyntaxIsAnErrorThatNamesThePosition(String text, int position, String expected) {
        assertThatExceptionOfType(ClockException.class)
                .isThrownBy(() -> LogLevels.parse(text))
                .withMessageContaining("character %d: %s", position, expected);
    }
}
