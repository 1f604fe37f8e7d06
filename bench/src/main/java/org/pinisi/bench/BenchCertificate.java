package org.pinisi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A certificate that signs itself, with a P-256 key, for `localhost`, 127.0.0.1 and further names.
///
/// @param chain the certificate as PEM
/// @param key its key as PEM, PKCS #8
/// @param both the one after the other, as HAProxy wants them
record BenchCertificate(Path chain, Path key, Path both) {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /// Makes one in a folder, with `openssl`.
    static BenchCertificate make(Path folder, String... names) {
        BenchCertificate made = new BenchCertificate(
                folder.resolve("chain.pem"), folder.resolve("key.pem"), folder.resolve("both.pem"));
        StringBuilder all = new StringBuilder("subjectAltName=DNS:localhost,IP:127.0.0.1");
        for (String name : names) {
            all.append(",DNS:").append(name);
        }
        List<String> command = List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=localhost",
                "-addext",
                all.toString(),
                "-keyout",
                made.key.toString(),
                "-out",
                made.chain.toString());
        Shell.run(folder, Map.of(), LONGEST, command).orFail(command);
        try {
            Files.writeString(made.both, Files.readString(made.chain) + Files.readString(made.key));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return made;
    }
}
