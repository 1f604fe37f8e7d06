package org.pinisi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void versionNamesTheProgramAndTheVersionOfTheBuild() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("pinisi \\d+\\.\\d+\\.\\d+\\R");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void theShortVersionFlagSaysTheSameAsTheLongOne() {
        run("--version");
        String expected = out.toString();
        out.getBuffer().setLength(0);

        assertThat(run("-V")).isZero();
        assertThat(out.toString()).isEqualTo(expected);
    }

    @Test
    void helpGoesToStandardOutput() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("Usage: pinisi").contains("--data=DIR");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void anUnknownCommandIsAUsageError() {
        assertThat(run("sail")).isEqualTo(2);
        assertThat(err.toString()).contains("sail").contains("Try 'pinisi --help'");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void noCommandIsAUsageErrorThatSaysWhatToDo() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("a command is missing").contains("Try 'pinisi --help'");
    }

    @Test
    void trainWithoutANameListsWhatCanBeTrained() {
        assertThat(run("train")).isZero();
        assertThat(out.toString().lines()).contains("cli");
    }

    @Test
    void trainingAnUnknownNameIsAUsageErrorThatListsTheKnownOnes() {
        assertThat(run("train", "nothing")).isEqualTo(2);
        assertThat(err.toString()).contains("Cannot train 'nothing'").contains("cli");
    }

    @Test
    void trainingTheCommandLinePrintsNothing() {
        assertThat(run("train", "cli")).isZero();
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void theHelpOfTheClockIsAManualPage() {
        assertThat(run("clock", "--help")).isZero();
        assertThat(out.toString().lines().filter(line -> !line.isEmpty() && !line.startsWith(" ")))
                .containsExactly(
                        "NAME", "SYNOPSIS", "UNIKERNEL PARAMETERS", "APPLICATION OPTIONS", "OPTIONS", "ENVIRONMENT");
        assertThat(out.toString())
                .contains("--ips=IPS")
                .contains("--logs=LEVEL")
                .contains("--port=VAL");
    }

    @Test
    void badLogLevelsAreAUsageErrorThatNamesThePosition() {
        assertThat(run("clock", "--logs", "*:info,http:loud")).isEqualTo(2);
        assertThat(err.toString()).contains("--logs").contains("character 13").contains("Try 'pinisi clock --help'");
    }

    @Test
    void anAddressThatIsNoneIsAUsageErrorThatNamesIt() {
        assertThat(run("clock", "--ips", "127.0.0.1,here")).isEqualTo(2);
        assertThat(err.toString()).contains("--ips").contains("'here' is no IP address");
    }

    @Test
    void aPortOutOfRangeIsRefused() {
        assertThat(run("clock", "--port", "70000")).isNotZero();
        assertThat(err.toString()).contains("port: 70000 (expected: 0 to 65535)");
    }
}
