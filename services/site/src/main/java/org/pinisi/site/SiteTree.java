package org.pinisi.site;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.pinisi.git.BlobId;
import org.pinisi.git.TreeEntry;

/// One version of a site: names to files. Immutable and thread-safe; holds nothing that must be closed.
/// A path is the list of its names from the top; the empty list is the topmost folder.
///
/// Methods may read the disk. They throw [SiteException] or [org.pinisi.git.GitException] when what
/// holds the files is damaged or gone.
public interface SiteTree {
    /// What tells this version from every other: a commit's 40 digits, or whatever a folder was given.
    String version();

    /// When this version came to be, to be told as Last-Modified; empty when nobody knows.
    Optional<Instant> time();

    /// What is at this path, or empty. Links are not followed, neither at the end nor on the way.
    Optional<Entry> find(List<String> path);

    /// What is in the folder at this path, in no particular order; nothing when there is no folder.
    List<TreeEntry> list(List<String> path);

    /// The identity of a file's contents, as Git computes it.
    BlobId identify(Entry.File file);

    /// Opens a file's contents, to be closed by the caller and used by one thread.
    Contents open(Entry.File file);

    /// What a path leads to.
    sealed interface Entry {
        /// A file, of whatever mode.
        record File(List<String> path) implements Entry {
            public File {
                path = List.copyOf(path);
            }
        }

        record Folder() implements Entry {}

        /// A symbolic link and the text that it holds.
        record Link(String target) implements Entry {}

        /// A repository within the repository: not served.
        record Submodule() implements Entry {}
    }

    /// The open contents of a file.
    interface Contents extends AutoCloseable {
        /// How many bytes there are.
        long size();

        /// How many bytes of memory are held while a stream is open.
        long held();

        /// The contents from their first byte; the caller closes it before these contents.
        InputStream stream() throws IOException;

        /// A file that holds just these contents and will not change, if there is one.
        Optional<Path> file();

        @Override
        void close();
    }
}
