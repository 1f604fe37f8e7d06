package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/// One bare repository, of a [RepositoryStore] or opened alone. Safe for any number of threads; usable
/// until its store, or it itself, is closed. Every method may block on the disk and throws [GitException]
/// when the repository is damaged or gone.
public final class GitRepository implements AutoCloseable {
    private final RepositoryName name;
    private final Repository repository;
    private final boolean alone;
    private final ReentrantLock moving = new ReentrantLock();

    GitRepository(RepositoryName name, Repository repository) {
        this(name, repository, false);
    }

    private GitRepository(RepositoryName name, Repository repository, boolean alone) {
        this.name = name;
        this.repository = repository;
        this.alone = alone;
    }

    /// Opens a bare repository that belongs to no [RepositoryStore]. The caller closes it. The lock of a
    /// ref that a killed program left behind is taken away, which takes some seconds.
    ///
    /// @throws GitException when there is no bare repository at `folder`
    public static GitRepository open(Path folder) {
        JGitSettings.apply();
        Path place = folder.toAbsolutePath().normalize();
        if (!Files.isRegularFile(place.resolve("HEAD")) || !Files.isDirectory(place.resolve("objects"))) {
            throw new GitException(
                    "there is no bare Git repository at " + place + "; make one with: git init --bare " + place);
        }
        try {
            StoreFolder.tidy(place, InstantSource.system());
            Repository repository = new FileRepositoryBuilder()
                    .setGitDir(place.toFile())
                    .setBare()
                    .setMustExist(true)
                    .build();
            return new GitRepository(RepositoryName.of(place), repository, true);
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot open the repository " + place, failure);
        }
    }

    /// Opens the bare repository at `folder`, made empty with `HEAD` at `refs/heads/main` when there is
    /// nothing: wholly or not at all. The caller closes it.
    ///
    /// @throws GitException when something else is at `folder`, or it cannot be made
    public static GitRepository init(Path folder) {
        JGitSettings.apply();
        Path place = folder.toAbsolutePath().normalize();
        try {
            StoreFolder.make(place, false);
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot make a repository at " + place, failure);
        }
        return open(place);
    }

    /// The name in the store; of a repository opened alone, one made from its folder's name.
    public RepositoryName name() {
        return name;
    }

    /// Where the repository is.
    public Path folder() {
        return repository.getDirectory().toPath();
    }

    /// Closes a repository that was opened alone; one of a store is closed with its store.
    @Override
    public void close() {
        if (alone) {
            repository.close();
        }
    }

    /// Held by whoever of this program moves several refs here.
    ReentrantLock moving() {
        return moving;
    }

    /// All branches with their commits, sorted by name.
    public Map<String, CommitId> branches() {
        try {
            SortedMap<String, CommitId> branches = new TreeMap<>();
            for (Ref ref : repository.getRefDatabase().getRefsByPrefix(Constants.R_HEADS)) {
                ObjectId target = ref.getObjectId();
                if (target != null) {
                    branches.put(ref.getName().substring(Constants.R_HEADS.length()), Ids.commit(target));
                }
            }
            return Collections.unmodifiableSortedMap(branches);
        } catch (IOException failure) {
            throw failed("read the branches", failure);
        }
    }

    /// The commit of a branch (without `refs/heads/`), or empty when there is no such branch.
    public Optional<CommitId> branch(String branch) {
        try {
            Ref ref = repository.getRefDatabase().exactRef(Constants.R_HEADS + branch);
            return Optional.ofNullable(ref).map(Ref::getObjectId).map(Ids::commit);
        } catch (IOException failure) {
            throw failed("read the branch " + branch, failure);
        }
    }

    /// What a ref of this whole name points to, or empty when there is none.
    Optional<CommitId> ref(String name) {
        try {
            Ref ref = repository.getRefDatabase().exactRef(name);
            return Optional.ofNullable(ref).map(Ref::getObjectId).map(Ids::commit);
        } catch (IOException failure) {
            throw failed("read " + name, failure);
        }
    }

    /// Whether the repository holds this commit, reachable or not.
    public boolean contains(CommitId commit) {
        try (RevWalk walk = new RevWalk(repository)) {
            walk.parseCommit(Ids.object(commit));
            return true;
        } catch (MissingObjectException | IncorrectObjectTypeException absent) {
            return false;
        } catch (IOException failure) {
            throw failed("look for the commit " + commit, failure);
        }
    }

    /// The one commit in the history of `tip`, itself included, whose identity begins with `prefix`;
    /// empty when there is none, or more than one.
    ///
    /// @param prefix 4 to 40 lower-case hexadecimal digits
    /// @throws GitException when `prefix` has another form, or there is no commit `tip`
    public Optional<CommitId> inHistory(CommitId tip, String prefix) {
        if (!prefix.matches("[0-9a-f]{4,40}")) {
            throw new GitException("not the beginning of a commit's identity: expected 4 to 40 hexadecimal digits");
        }
        try (RevWalk walk = new RevWalk(repository)) {
            RevCommit newest = walk.parseCommit(Ids.object(tip));
            List<RevCommit> commits = new ArrayList<>();
            for (ObjectId id : walk.getObjectReader().resolve(AbbreviatedObjectId.fromString(prefix))) {
                if (walk.parseAny(id) instanceof RevCommit commit) {
                    commits.add(commit);
                }
            }
            boolean only = commits.size() == 1 && walk.isMergedInto(commits.getFirst(), newest);
            return only ? Optional.of(Ids.commit(commits.getFirst())) : Optional.empty();
        } catch (MissingObjectException | IncorrectObjectTypeException absent) {
            throw noCommit(tip, absent);
        } catch (IOException failure) {
            throw failed("look for a commit " + prefix, failure);
        }
    }

    /// @throws GitException when there is no such commit
    public Commit commit(CommitId commit) {
        try (RevWalk walk = new RevWalk(repository)) {
            RevCommit parsed = walk.parseCommit(Ids.object(commit));
            List<CommitId> parents = new ArrayList<>();
            for (RevCommit parent : parsed.getParents()) {
                parents.add(Ids.commit(parent));
            }
            PersonIdent author = parsed.getAuthorIdent();
            String message = parsed.getFullMessage().strip();
            int end = message.indexOf("\n\n");
            return new Commit(
                    commit,
                    Ids.tree(parsed.getTree()),
                    parents,
                    author == null ? "" : author.getName(),
                    author == null ? "" : author.getEmailAddress(),
                    Instant.ofEpochSecond(parsed.getCommitTime()),
                    parsed.getShortMessage().strip(),
                    end < 0 ? "" : message.substring(end).strip());
        } catch (MissingObjectException | IncorrectObjectTypeException absent) {
            throw noCommit(commit, absent);
        } catch (IOException failure) {
            throw failed("read the commit " + commit, failure);
        }
    }

    /// @throws GitException when there is no such commit
    public TreeId tree(CommitId commit) {
        try (ObjectReader reader = repository.newObjectReader()) {
            return Ids.tree(root(reader, commit));
        } catch (IOException failure) {
            throw failed("read the commit " + commit, failure);
        }
    }

    /// The contents of a file, or empty when there is no file at `path`.
    ///
    /// @param path as `folder/file`, with no `/` at the front
    /// @throws GitException when the file has more than `maxBytes`, or there is no such commit
    public Optional<byte[]> file(CommitId commit, String path, int maxBytes) {
        try (ObjectReader reader = repository.newObjectReader();
                TreeWalk walk = at(reader, root(reader, commit), path)) {
            if (walk == null || walk.getFileMode(0).getObjectType() != Constants.OBJ_BLOB || isLink(walk)) {
                return Optional.empty();
            }
            ObjectLoader loader = reader.open(walk.getObjectId(0), Constants.OBJ_BLOB);
            if (loader.getSize() > maxBytes) {
                throw new GitException("%s of commit %s in %s has %d bytes; at most %d are read"
                        .formatted(path, commit.abbreviated(), name, loader.getSize(), maxBytes));
            }
            return Optional.of(loader.getBytes(maxBytes));
        } catch (IOException failure) {
            throw failed("read " + path + " of commit " + commit, failure);
        }
    }

    /// What is in a folder, in Git's order; the empty path is the topmost folder.
    ///
    /// @throws GitException when there is no folder at `path`, or no such commit
    public List<TreeEntry> list(CommitId commit, String path) {
        try (ObjectReader reader = repository.newObjectReader();
                TreeWalk walk = new TreeWalk(reader)) {
            walk.addTree(folder(reader, commit, path));
            List<TreeEntry> entries = new ArrayList<>();
            while (walk.next()) {
                TreeEntry.Kind kind = TreeExport.kind(walk.getFileMode(0));
                boolean sized = walk.getFileMode(0).getObjectType() == Constants.OBJ_BLOB;
                long bytes = sized ? reader.getObjectSize(walk.getObjectId(0), Constants.OBJ_BLOB) : 0;
                entries.add(new TreeEntry(new String(walk.getRawPath(), UTF_8), kind, bytes));
            }
            return List.copyOf(entries);
        } catch (IOException failure) {
            throw failed("list \"" + path + "\" of commit " + commit, failure);
        }
    }

    /// The commit's topmost folder, with all below it, held in memory.
    ///
    /// @param earlier the folder of another commit, whose equal parts are taken over instead of read
    ///     again
    /// @param maxEntries how many files and folders may have to be read
    /// @throws GitException when there is no such commit, it is damaged or over the limit, and when the
    ///     thread was interrupted, which it then still is
    public GitFolder folder(CommitId commit, Optional<GitFolder> earlier, int maxEntries) {
        try (ObjectReader reader = repository.newObjectReader()) {
            FolderReader folders = new FolderReader(name + " at " + commit.abbreviated(), reader, maxEntries);
            earlier.ifPresent(folders::knowing);
            return folders.read(root(reader, commit));
        } catch (IOException failure) {
            throw failed("read the folders of commit " + commit, failure);
        }
    }

    /// Opens the contents of a file, to be closed by the caller.
    ///
    /// @throws GitException when the repository does not hold them, or is damaged
    public GitBlob blob(BlobId blob) {
        ObjectReader reader = repository.newObjectReader();
        try {
            return new GitBlob(blob, reader, reader.getObjectSize(ObjectId.fromString(blob.hex()), Constants.OBJ_BLOB));
        } catch (IOException failure) {
            reader.close();
            throw failed("read the blob " + blob, failure);
        }
    }

    /// Writes the commit's whole tree into `folder`, without a `.git`: files with their executable bit,
    /// symbolic links that stay inside, Git LFS pointers as they are. `folder` is made when missing and
    /// must be empty. Stops by interruption. After a failure the folder holds part of the tree and is the
    /// caller's to delete.
    ///
    /// @throws GitException when the tree has a submodule, a link that leads outside, an unsafe name, or
    ///     is over a limit, and when the thread was interrupted, which it then still is
    public void export(CommitId commit, Path folder, ExportLimits limits) {
        try (ObjectReader reader = repository.newObjectReader()) {
            new TreeExport(name + " at " + commit.abbreviated(), reader, folder, limits).run(root(reader, commit));
        } catch (IOException failure) {
            throw failed("write commit " + commit + " to " + folder, failure);
        }
    }

    /// Keeps a commit from ever being collected, under `refs/pinisi/` + `refName`; replaces what was
    /// there. Durable when it returns.
    ///
    /// @throws GitException when `refName` is no name for a ref (git-check-ref-format(1)), or there is no
    ///     such commit
    public void keep(String refName, CommitId commit) {
        String ref = Ids.HIDDEN + refName;
        if (!Repository.isValidRefName(ref)) {
            throw new GitException("\"" + refName + "\" is not a name for a ref; see git-check-ref-format(1)");
        }
        if (!contains(commit)) {
            throw noCommit(commit, null);
        }
        try {
            org.eclipse.jgit.lib.RefUpdate update = repository.updateRef(ref);
            update.setNewObjectId(Ids.object(commit));
            update.setForceUpdate(true);
            switch (update.forceUpdate()) {
                case NEW, FORCED, FAST_FORWARD, NO_CHANGE, RENAMED -> forceRef(ref);
                case NOT_ATTEMPTED,
                        LOCK_FAILURE,
                        REJECTED,
                        REJECTED_CURRENT_BRANCH,
                        REJECTED_MISSING_OBJECT,
                        REJECTED_OTHER_REASON,
                        IO_FAILURE ->
                    throw new GitException(
                            "cannot write %s in repository %s: %s".formatted(ref, name, update.getResult()));
            }
        } catch (IOException failure) {
            throw failed("write " + ref, failure);
        }
    }

    /// Makes the name of a loose ref durable, and those of the folders above it.
    void forceRef(String ref) throws IOException {
        Path top = repository.getDirectory().toPath();
        for (Path folder = top.resolve(ref).getParent();
                folder != null && folder.startsWith(top);
                folder = folder.getParent()) {
            if (Files.isDirectory(folder)) {
                Folders.force(folder);
            }
        }
    }

    Repository jgit() {
        return repository;
    }

    private ObjectId root(ObjectReader reader, CommitId commit) throws IOException {
        try (RevWalk walk = new RevWalk(reader)) {
            return walk.parseCommit(Ids.object(commit)).getTree().copy();
        } catch (MissingObjectException | IncorrectObjectTypeException absent) {
            throw noCommit(commit, absent);
        }
    }

    private ObjectId folder(ObjectReader reader, CommitId commit, String path) throws IOException {
        ObjectId root = root(reader, commit);
        if (path.isEmpty()) {
            return root;
        }
        try (TreeWalk walk = at(reader, root, path)) {
            if (walk == null || !FileMode.TREE.equals(walk.getFileMode(0))) {
                throw new GitException(
                        "commit %s of %s has no folder \"%s\"".formatted(commit.abbreviated(), name, path));
            }
            return walk.getObjectId(0);
        }
    }

    private static @Nullable TreeWalk at(ObjectReader reader, ObjectId root, String path) throws IOException {
        boolean relative = !path.isEmpty() && !path.startsWith("/") && !path.endsWith("/") && !path.contains("//");
        return relative ? TreeWalk.forPath(reader, path, root) : null;
    }

    private static boolean isLink(TreeWalk walk) {
        return FileMode.SYMLINK.equals(walk.getFileMode(0));
    }

    private GitException noCommit(CommitId commit, @Nullable IOException cause) {
        String message = "repository " + name + " has no commit " + commit;
        return cause == null ? new GitException(message) : new GitException(message, cause);
    }

    private GitException failed(String what, IOException cause) {
        return JGitSettings.failure("cannot " + what + " in repository " + name, cause);
    }
}
