package org.pinisi.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.pinisi.git.BlobId;
import org.pinisi.git.CommitId;
import org.pinisi.git.GitBlob;
import org.pinisi.git.GitFolder;
import org.pinisi.git.GitRepository;
import org.pinisi.git.TreeEntry;

/// A commit of a bare repository, served without being unpacked: names and identities are in memory
/// (some 40 bytes a file), contents are read from the packs. The repository must stay open, and keep the
/// commit, as long as this is used.
public final class GitTree implements SiteTree {
    /// How many files and folders a commit may have at most.
    public static final int MOST_ENTRIES = 5_000_000;

    private static final int LONGEST_LINK = 4096;
    private static final int STREAMED = 256 << 10;

    private final GitRepository repository;
    private final CommitId commit;
    private final Instant time;
    private final GitFolder top;

    private GitTree(GitRepository repository, CommitId commit, Instant time, GitFolder top) {
        this.repository = repository;
        this.commit = commit;
        this.time = time;
        this.top = top;
    }

    /// The tree of this commit. Blocks while it reads the folders, not the files.
    ///
    /// @throws org.pinisi.git.GitException when there is no such commit, it is damaged or has more than
    ///     [#MOST_ENTRIES] entries
    public static GitTree of(GitRepository repository, CommitId commit) {
        return read(repository, commit, Optional.empty());
    }

    /// The tree of another commit of the same repository: only folders that differ from this one's are
    /// read.
    public GitTree next(CommitId other) {
        return read(repository, other, Optional.of(top));
    }

    private static GitTree read(GitRepository repository, CommitId commit, Optional<GitFolder> earlier) {
        requireNonNull(repository, "repository");
        Instant time = repository.commit(commit).time();
        return new GitTree(repository, commit, time, repository.folder(commit, earlier, MOST_ENTRIES));
    }

    public CommitId commit() {
        return commit;
    }

    @Override
    public String version() {
        return commit.hex();
    }

    /// The committer's time.
    @Override
    public Optional<Instant> time() {
        return Optional.of(time);
    }

    @Override
    public Optional<Entry> find(List<String> path) {
        if (path.isEmpty()) {
            return Optional.of(new Entry.Folder());
        }
        return place(path).map(place -> switch (place.folder.kind(place.entry)) {
            case FILE, EXECUTABLE -> new Entry.File(path);
            case FOLDER -> new Entry.Folder();
            case LINK -> new Entry.Link(text(place.folder.blob(place.entry)));
            case SUBMODULE -> new Entry.Submodule();
        });
    }

    @Override
    public List<TreeEntry> list(List<String> path) {
        return folder(path).isEmpty() ? List.of() : repository.list(commit, String.join("/", path));
    }

    @Override
    public BlobId identify(Entry.File file) {
        return place(file.path())
                .map(place -> place.folder.blob(place.entry))
                .orElseThrow(() -> new SiteException(
                        "commit " + commit.abbreviated() + " has no file " + String.join("/", file.path())));
    }

    @Override
    public Contents open(Entry.File file) {
        return new BlobContents(repository.blob(identify(file)));
    }

    private record Place(GitFolder folder, int entry) {}

    private Optional<Place> place(List<String> path) {
        return folder(path.subList(0, path.size() - 1)).flatMap(folder -> {
            int entry = folder.find(path.getLast());
            return entry < 0 ? Optional.empty() : Optional.of(new Place(folder, entry));
        });
    }

    private Optional<GitFolder> folder(List<String> path) {
        GitFolder folder = top;
        for (String name : path) {
            int entry = folder.find(name);
            Optional<GitFolder> below = entry < 0 ? Optional.empty() : folder.folder(entry);
            if (below.isEmpty()) {
                return Optional.empty();
            }
            folder = below.get();
        }
        return Optional.of(folder);
    }

    /// A link's text; what is longer than a path may be leads nowhere anyway.
    private String text(BlobId blob) {
        try (GitBlob contents = repository.blob(blob);
                InputStream in = contents.stream()) {
            return new String(in.readNBytes(LONGEST_LINK), UTF_8);
        } catch (IOException e) {
            throw new SiteException("cannot read a link of commit " + commit.abbreviated() + ": " + e.getMessage(), e);
        }
    }

    private record BlobContents(GitBlob blob) implements Contents {
        @Override
        public long size() {
            return blob.size();
        }

        /// A blob that is kept as a difference needs the other one and the difference too.
        @Override
        public long held() {
            return blob.size() <= GitBlob.MOST_HELD_BYTES ? 3 * blob.size() : STREAMED;
        }

        @Override
        public InputStream stream() throws IOException {
            return blob.stream();
        }

        @Override
        public Optional<Path> file() {
            return Optional.empty();
        }

        @Override
        public void close() {
            blob.close();
        }
    }
}
