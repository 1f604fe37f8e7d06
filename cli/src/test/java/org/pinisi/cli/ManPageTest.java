package org.pinisi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ManPageTest {
    private final StringWriter out = new StringWriter();

    @Test
    void theManualPageOfTheRepositoryTellsOfTheCommandsAsTheyAre() throws IOException {
        assertThat(Main.run(new PrintWriter(out, true), new PrintWriter(out, true), "man"))
                .isZero();
        Path kept = Path.of("../docs/man/pinisi.1");

        assertThat(Files.readString(kept))
                .as("write it anew: ./pinisi man > docs/man/pinisi.1")
                .isEqualTo(out.toString());
    }

    @Test
    void everyVisibleCommandIsInTheManualPage() {
        Main.run(new PrintWriter(out, true), new PrintWriter(out, true), "man");

        Commands.commandLine().getSubcommands().forEach((name, command) -> {
            String heading = ".SS \"pinisi " + name;
            if (command.getCommandSpec().usageMessage().hidden()) {
                assertThat(out.toString()).doesNotContain(heading);
            } else {
                assertThat(out.toString()).contains(heading);
            }
        });
    }
}
