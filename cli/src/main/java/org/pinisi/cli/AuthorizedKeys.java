package org.pinisi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The file that says whose keys may push over SSH. It begins with the keys of the user who starts Pinisi,
/// so that no step is needed for them; from then on it is the user's to edit.
final class AuthorizedKeys {
    private static final String HEAD = """
            # Whoever holds one of these keys may push over SSH and thereby run code here. One key a line, as in OpenSSH's
            # authorized_keys; changes count at once.
            """;

    private AuthorizedKeys() {}

    /// Makes the file when there is none.
    static void prepare(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        List<String> lines = new ArrayList<>(HEAD.lines().toList());
        Path own = Path.of(System.getProperty("user.home"), ".ssh");
        lines.addAll(keys(own.resolve("authorized_keys")));
        if (Files.isDirectory(own)) {
            try (Stream<Path> files = Files.list(own)) {
                for (Path key : files.filter(path -> path.toString().endsWith(".pub"))
                        .sorted()
                        .toList()) {
                    lines.addAll(keys(key));
                }
            }
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, lines.stream().distinct().toList(), StandardOpenOption.WRITE);
        Files.move(fresh, file);
    }

    private static List<String> keys(Path file) throws IOException {
        if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
            return List.of();
        }
        return Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }
}
