package org.pinisi.cli;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pinisi logs APP`.
@Command(
        name = "logs",
        description = {
            "Shows what an app writes.",
            "That is its standard output and standard error. The logs of builds and deployments are on the page."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  pinisi logs shop", "  pinisi logs -f -n 20 shop"})
final class LogsCommand implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Parameters(paramLabel = "APP", description = "The app.")
    private String app = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what the app writes next, over restarts and releases, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "100",
            description = "Begin with the last N lines (default: ${DEFAULT-VALUE}).")
    private int lines;

    @Override
    public Integer call() throws Exception {
        return Control.call(scope.data(), client -> {
            client.console(app, lines, follow, new ToWriter());
            return ExitCodes.DONE;
        });
    }

    /// Each piece is shown at once.
    private final class ToWriter extends OutputStream {
        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            scope.out().print(new String(bytes, offset, length, StandardCharsets.UTF_8));
            scope.out().flush();
        }
    }
}
