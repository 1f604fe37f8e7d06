package org.pinisi.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/// Where `java … org.pinisi.cli.Main` begins. Everything else of this room is package-private.
///
/// Exit codes: 0 done, 1 failed (one line on standard error says why), 2 the command line was not understood.
public final class Main {
    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] arguments) {
        int code = run(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        // Asked for by scripts and by people who wait: answered without building the command tree.
        if (arguments.length == 1 && arguments[0].equals("--version")) {
            out.println(Version.line());
            return CommandLine.ExitCode.OK;
        }
        return Commands.commandLine(arguments).setOut(out).setErr(err).execute(arguments);
    }
}
