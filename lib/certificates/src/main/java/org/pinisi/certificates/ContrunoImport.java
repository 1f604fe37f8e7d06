package org.pinisi.certificates;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pinisi.git.FetchOptions;
import org.pinisi.git.GitClient;
import org.pinisi.git.GitException;
import org.pinisi.git.GitRepository;
import org.pinisi.git.GitStore;
import org.pinisi.git.RefMapping;
import org.pinisi.git.RemoteBranch;
import org.pinisi.git.StoreEntry;
import org.pinisi.git.StoreKey;
import org.pinisi.git.StoreLimits;
import org.pinisi.git.StoreSnapshot;

/// Takes over what a repository of Contruno holds: a file for each domain at the top, in JSON, with
/// certificate and key in clear, the address of its server, and what that speaks. Nothing is written to
/// that repository.
///
/// What is taken has its key sealed in the [CertificateBook]; in the history of Contruno's repository it
/// stays in clear.
public final class ContrunoImport {
    private static final String LOCAL = "import";
    private static final StoreLimits LIMITS = StoreLimits.DEFAULT.withSizes(4 * BookLayout.MOST_BYTES, 1 << 20);

    private final List<ContrunoFile> files;

    private ContrunoImport(List<ContrunoFile> files) {
        this.files = List.copyOf(files);
    }

    /// What became of one file.
    ///
    /// @param file its name in Contruno's repository; printable
    /// @param name its entry in the book, when it was taken
    /// @param notes what was found besides, or why it was not taken; printable
    public record Report(String file, Optional<String> name, List<String> notes) {
        public Report {
            file = BookText.line(file, BookText.SHORT);
            notes = notes.stream()
                    .map(note -> BookText.line(note, BookText.LONG))
                    .toList();
        }
    }

    /// Reads the newest commit of a branch.
    ///
    /// @param scratch a folder that does not exist yet, for a copy of the branch with its keys in clear; the
    ///     caller deletes it
    /// @throws CertificateException when the branch cannot be read
    public static ContrunoImport read(GitClient client, RemoteBranch branch, Path scratch, InstantSource clock) {
        try (GitRepository copy = GitRepository.init(scratch)) {
            RefMapping mapping = new RefMapping(branch.ref(), "refs/heads/" + LOCAL, true);
            client.fetch(copy, branch.url(), List.of(mapping), FetchOptions.DEFAULT.withDepth(1));
            try (GitStore store = GitStore.open(copy, LOCAL, LIMITS, clock)) {
                return new ContrunoImport(files(store.snapshot(), clock.instant()));
            }
        } catch (GitException failure) {
            throw new CertificateException("cannot read " + branch + ": " + failure.getMessage(), failure);
        }
    }

    private static List<ContrunoFile> files(StoreSnapshot snapshot, Instant now) {
        List<ContrunoFile> files = new ArrayList<>();
        for (StoreEntry entry : snapshot.list("")) {
            if (files.size() >= BookLayout.MOST_NAMES) {
                throw new CertificateException("there are more than " + BookLayout.MOST_NAMES + " files");
            }
            files.add(
                    entry.folder()
                            ? ContrunoFile.skipped(entry.name() + "/", "it is a folder; Contruno reads none")
                            : file(snapshot, entry.name(), now));
        }
        return files;
    }

    private static ContrunoFile file(StoreSnapshot snapshot, String name, Instant now) {
        try {
            return snapshot.get(new StoreKey(name))
                    .map(bytes -> ContrunoFile.read(name, bytes, now))
                    .orElseGet(() -> ContrunoFile.skipped(name, "it is no file"));
        } catch (GitException unreadable) {
            return ContrunoFile.skipped(name, unreadable.getMessage());
        }
    }

    /// Puts what can be taken into the book, a commit for each name. What the book has already stays as it is.
    public List<Report> into(CertificateBook book) {
        List<Report> reports = new ArrayList<>();
        for (ContrunoFile file : files) {
            Optional<BookEntry> entry = file.entry();
            if (entry.isEmpty()) {
                reports.add(new Report(file.file(), Optional.empty(), file.notes()));
            } else if (book.entry(entry.get().name()).isPresent()) {
                reports.add(new Report(
                        file.file(),
                        Optional.empty(),
                        List.of("the book has " + entry.get().name() + " already")));
            } else {
                book.add(entry.get());
                reports.add(new Report(file.file(), Optional.of(entry.get().name()), file.notes()));
            }
        }
        return List.copyOf(reports);
    }
}
