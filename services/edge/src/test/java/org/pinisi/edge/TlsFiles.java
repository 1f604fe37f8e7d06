package org.pinisi.edge;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pinisi.http.Certified;

/// Certificates for tests: `site` (one.test, two.test, *.wild.test, xn--bcher-kva.test), `other`
/// (other.test), `address` (127.0.0.1) and `challenge` of the authority `servers`; `client` and
/// `expired` of `clients`; `stranger` of `strangers`.
final class TlsFiles {
    private TlsFiles() {}

    static String pem(String file) {
        try (InputStream in = TlsFiles.class.getResourceAsStream("tls/" + file)) {
            if (in == null) {
                throw new IllegalStateException("no file tls/" + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Certified certified(String name) {
        return Certified.parse(pem(name + ".crt"), pem(name + ".key"));
    }

    /// Writes the file into the folder, for programs that read files.
    static Path write(Path folder, String file) throws IOException {
        return Files.writeString(folder.resolve(file), pem(file));
    }
}
