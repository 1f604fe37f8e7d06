package org.pinisi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/// Help that is a page of our own, in the resource `<command>-help.txt`, in place of the one that picocli
/// builds.
final class HelpPage {
    private static final String PAGE = "page";

    private HelpPage() {}

    static void set(CommandLine command) {
        String name = command.getCommandName();
        command.setHelpSectionMap(Map.of(PAGE, _ -> read(name + "-help.txt")));
        command.setHelpSectionKeys(List.of(PAGE));
    }

    private static String read(String resource) {
        try (InputStream stream = HelpPage.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException(resource + " is missing from the pinisi-cli jar; build again");
            }
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + resource + " in the pinisi-cli jar", failure);
        }
    }
}
