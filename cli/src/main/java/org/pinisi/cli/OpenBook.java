package org.pinisi.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.pinisi.certificates.BookEntry;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.PassPhrase;
import org.pinisi.git.GitClient;

/// A book that a command works on, with what has to be closed with it.
///
/// @param client to its remote, if it has one
/// @param scratch where a copy of the remote lies meanwhile
record OpenBook(CertificateBook book, PassPhrase phrase, Optional<GitClient> client, Optional<Path> scratch)
        implements AutoCloseable {
    /// The entry of a name.
    ///
    /// @throws CommandException when there is none
    BookEntry entry(String name) {
        String known = CertificateBook.name(name);
        return book.entry(known)
                .orElseThrow(() -> new CommandException(
                        ExitCodes.NOT_FOUND, "the book has no entry for " + known + "; see `pinisi cert list`"));
    }

    /// Brings what was changed to the remote, and waits for it.
    ///
    /// @throws CommandException when it does not take it
    void push() {
        book.synchronise().ifPresent(why -> {
            throw new CommandException(ExitCodes.FAILED, "the change did not get to the remote: " + why);
        });
    }

    @Override
    public void close() {
        book.close();
        phrase.close();
        client.ifPresent(GitClient::close);
        scratch.ifPresent(OpenBook::delete);
    }

    /// Takes a folder of ours away.
    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot take away " + folder, failure);
        }
    }
}
