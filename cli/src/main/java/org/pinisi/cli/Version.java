package org.pinisi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import picocli.CommandLine.IVersionProvider;

/// The version of this build, which Maven wrote into `version.txt` beside this class.
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {line()};
    }

    static String line() {
        try (InputStream stream = Version.class.getResourceAsStream("version.txt")) {
            if (stream == null) {
                throw new IllegalStateException("version.txt is missing from the pinisi-cli jar; build again");
            }
            return "pinisi " + new String(stream.readAllBytes(), UTF_8).strip();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read version.txt in the pinisi-cli jar", failure);
        }
    }
}
