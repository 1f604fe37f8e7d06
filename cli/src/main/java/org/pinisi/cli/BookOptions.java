package org.pinisi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.pinisi.certificates.BookSettings;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.PassPhrase;
import org.pinisi.git.GitClient;
import org.pinisi.git.RemoteBranch;
import org.pinisi.git.StoreAuthor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which book of certificates a `pinisi cert` command works on, and what opens it.
final class BookOptions {
    @Option(
            names = {"-r", "--remote"},
            paramLabel = "URL#BRANCH",
            description =
                    "The repository with the book: ssh://, user@host:path, http(s):// or a folder on this machine."
                            + " Without #BRANCH, main. Without -r, the book of the data folder.")
    private Optional<String> remote = Optional.empty();

    @Option(
            names = "--pass",
            paramLabel = "WHERE",
            description = "The pass phrase: file:PATH (mode 0600) or env:VARIABLE. Without it, it is asked for at the"
                    + " terminal where it is needed.")
    private Optional<String> pass = Optional.empty();

    @Option(
            names = "--author",
            paramLabel = "NAME <EMAIL>",
            description = "Who changes the book, as its history says (default: pinisi cert <pinisi@localhost>).")
    private Optional<String> author = Optional.empty();

    @Mixin
    private GitAccessOptions access = new GitAccessOptions();

    /// What a command needs of a pass phrase.
    enum Need {
        /// Nothing of a key is read or written.
        NONE,
        /// A key is read or sealed.
        PHRASE
    }

    GitClient client() throws IOException, InterruptedException {
        return access.client();
    }

    /// The pass phrase that --pass names, or that is asked for. The caller closes it.
    PassPhrase phrase() {
        return PassPhrases.read("--pass", pass);
    }

    boolean hasPass() {
        return pass.isPresent();
    }

    /// Opens the book that these options name.
    OpenBook open(CommandScope scope, Need need) throws IOException, InterruptedException {
        return open(scope, need, remote);
    }

    /// Opens this book.
    ///
    /// @param place its remote, or empty for that of the data folder
    OpenBook open(CommandScope scope, Need need, Optional<String> place) throws IOException, InterruptedException {
        return place.isPresent() ? elsewhere(need, RemoteBranch.parse(place.get())) : own(scope.data());
    }

    /// The remote that -r names.
    Optional<String> remote() {
        return remote;
    }

    private OpenBook own(DataFolder data) throws IOException {
        PassPhrase phrase = data.bookPhrase();
        try {
            return new OpenBook(
                    CertificateBook.local(data.book(), phrase, settings()), phrase, Optional.empty(), Optional.empty());
        } catch (RuntimeException unopened) {
            phrase.close();
            throw unopened;
        }
    }

    private OpenBook elsewhere(Need need, RemoteBranch branch) throws IOException, InterruptedException {
        PassPhrase phrase = need == Need.NONE && pass.isEmpty() ? PassPhrase.none() : phrase();
        GitClient client = client();
        // It holds nothing that the remote does not hold, and is taken away again.
        Path folder = Files.createTempDirectory("pinisi-book");
        try {
            CertificateBook book =
                    CertificateBook.remote(client, branch, folder.resolve("book.git"), phrase, settings());
            OpenBook open = new OpenBook(book, phrase, Optional.of(client), Optional.of(folder));
            if (need == Need.PHRASE && pass.isEmpty() && !book.isSealed()) {
                confirm(open, phrase);
            }
            return open;
        } catch (RuntimeException unopened) {
            phrase.close();
            client.close();
            OpenBook.delete(folder);
            throw unopened;
        }
    }

    /// A pass phrase that is typed for the first time is typed twice.
    private static void confirm(OpenBook open, PassPhrase phrase) throws IOException {
        try (PassPhrase again = PassPhrases.ask("The book is new. The same pass phrase again: ")) {
            if (!again.isSame(phrase)) {
                open.close();
                throw new CommandException(ExitCodes.FAILED, "the two pass phrases differ; nothing was changed");
            }
        }
    }

    private BookSettings settings() {
        StoreAuthor who =
                author.map(BookOptions::author).orElseGet(() -> new StoreAuthor("pinisi cert", "pinisi@localhost"));
        return BookSettings.of(InstantSource.system()).withAuthor(who);
    }

    private static StoreAuthor author(String text) {
        int open = text.indexOf('<');
        if (open < 1 || !text.endsWith(">")) {
            throw new CommandException(ExitCodes.USAGE, "--author is NAME <EMAIL>, as 'Ana <ana@example.org>'");
        }
        return new StoreAuthor(
                text.substring(0, open).strip(),
                text.substring(open + 1, text.length() - 1).strip());
    }
}
